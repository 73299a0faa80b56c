"""The attention that one sample got, taken apart into what can be drawn of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from attnlab.analysis.attention import axes_of, heads_first, weighed_place

MOST_HEADS = 4
"""More heads than these side by side say nothing to anybody."""


class SampleAttention(NamedTuple):
    """What one head gave one sample.

    `place` is what is weighed and where, as in "block1/channel"; `head` counts from 1 and is 0
    where there are none; `weights` are (n,), (H, W) places, or (Q, n) with a row per query.
    """

    place: str
    head: int
    kind: str
    weights: np.ndarray

    @property
    def slot(self) -> str:
        """Where in the network it was: "block1"; empty where there is one slot."""
        return axes_of(self.place).slot

    @property
    def weighed(self) -> str:
        """What there is a weight for: "step"."""
        return axes_of(self.place).weighed

    def asks_each(self, kind: str) -> bool:
        """Whether every position of such a sample looks by itself at all the others."""
        at_words_of_sentences = kind == "sentences" and self.slot == "words"
        asks = self.weighed == "step" and self.weights.ndim == 2
        return asks and not at_words_of_sentences


def sample_attention(
    traces: Mapping[str, np.ndarray], kinds: Mapping[str, str], number: int
) -> list[SampleAttention]:
    """What the sample `number` got, on each axis of `traces`, head by head.

    `traces` are (P, ...) by axis, the samples first; `kinds` says what the weights of an axis are.
    """
    found = []
    for axis, scores in traces.items():
        name, weights = heads_first(axis, scores[number])
        heads = list(weights[:MOST_HEADS]) if "head" in axes_of(name).leading else [weights]
        found += [
            SampleAttention(weighed_place(axis), head if len(heads) > 1 else 0, kinds[axis], each)
            for head, each in enumerate(heads, start=1)
        ]
    return found


def over_queries(weights: np.ndarray, asking: Sequence[bool] | None = None) -> np.ndarray:
    """The mean (n,) of what the queries (Q, n) look at, of those that are `asking`."""
    if weights.ndim == 1:
        return weights
    asked = weights if asking is None else weights[np.asarray(asking, bool)]
    return asked.mean(axis=0)
