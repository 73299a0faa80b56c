"""What the attention scores of a layer mean."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["distribution", "gate"]
"""Whether the weights of a sample sum to one, or each is free between 0 and 1."""


@dataclass(frozen=True)
class Trace:
    """The meaning of one score tensor: what it weighs, and how its weights relate to each other.

    Arguments:
        axis: What there is one weight for: "feature" (scores of shape `(B, D)`), "channel"
            (`(B, C)`), "place" (`(B, H, W)`) or "step" (`(B, T)`).
        kind: "distribution" if the weights of a sample sum to one (softmax), "gate" if each weight
            is free between 0 and 1 (sigmoid).
        leading: What there are several sets of weights for, in the order of their axes between the
            batch and the weighed positions: "head", "query". Heads always have an axis of their
            own; scores of self-attention, `(B, h, T, T)`, have ("head", "query").
    """

    axis: str
    kind: Kind
    leading: tuple[Literal["head", "query"], ...] = ()

    @property
    def name(self) -> str:
        """All axes in order: "feature", or "head,query,step"."""
        return ",".join((*self.leading, self.axis))
