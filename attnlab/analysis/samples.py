"""The attention of one sample, in the parts that charts draw."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from attnlab.analysis.attention import axes_of, heads_first, weighed_place

MOST_HEADS = 4
"""How many heads are drawn side by side; nobody can read more."""


class SampleAttention(NamedTuple):
    """The weights of one head for one sample.

    `place` is what is weighed and where, as in "block1/channel"; `head` counts from 1 and is 0 for
    a single head; `weights` are (n,), (H, W) places, or (Q, n) with a row per query.
    """

    place: str
    head: int
    kind: str
    weights: np.ndarray

    @property
    def slot(self) -> str:
        """The slot in the network: "block1"; empty in a network with one slot."""
        return axes_of(self.place).slot

    @property
    def weighed(self) -> str:
        """The axis that has the weights: "step"."""
        return axes_of(self.place).weighed

    def asks_each(self, kind: str) -> bool:
        """Whether every position of such a sample has weights for all positions."""
        at_words_of_sentences = kind == "sentences" and self.slot == "words"
        asks = self.weighed == "step" and self.weights.ndim == 2
        return asks and not at_words_of_sentences


def sample_attention(
    traces: Mapping[str, np.ndarray], kinds: Mapping[str, str], number: int
) -> list[SampleAttention]:
    """The attention of sample `number`, on each axis of `traces`, head by head.

    `traces` are (P, ...) by axis, the samples first; `kinds` says what the weights of an axis are.
    """
    parts: list[SampleAttention] = []
    for axis, scores in traces.items():
        name, weights = heads_first(axis, scores[number])
        heads = list(weights[:MOST_HEADS]) if "head" in axes_of(name).leading else [weights]
        parts += [
            SampleAttention(weighed_place(axis), head if len(heads) > 1 else 0, kinds[axis], each)
            for head, each in enumerate(heads, start=1)
        ]
    return parts


def over_queries(weights: np.ndarray, asking: Sequence[bool] | None = None) -> np.ndarray:
    """The mean weights (n,) over the queries (Q, n), or over those that are `asking`."""
    if weights.ndim == 1:
        return weights
    queries = weights if asking is None else weights[np.asarray(asking, bool)]
    return np.asarray(queries.mean(axis=0))
