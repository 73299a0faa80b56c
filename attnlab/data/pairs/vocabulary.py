"""The tokens that a seed's networks know: those of its training split alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attnlab.data.pairs.prepared import PreparedPairs, Side
from attnlab.data.tables.splits import Rows

PADDING, END, UNKNOWN, FIRST = 0, 1, 2, 3
"""The numbers of tokens: padding, the end of a text, one that is not known, and the first known."""

UNKNOWN_TEXT = "⟨unknown⟩"
"""What stands for an unknown token in what a network writes: it is in no text, so it is wrong."""


@dataclass(frozen=True, eq=False)
class Numbered:
    """One side of all pairs, numbered for a seed.

    `numbers` (N, L) are those of the tokens, 0 behind the end; `tokens` are the texts of the
    numbers, from padding on.
    """

    numbers: np.ndarray
    tokens: tuple[str, ...]


def numbered(side: Side, train: np.ndarray, most: int) -> Numbered:
    """Number the tokens of one side by how frequent they are in the training rows, at most `most`.

    All others are unknown: the rarer ones, and those that stand in no training row.
    """
    of_train = side.numbers[train]
    counts = np.bincount(of_train[of_train >= 0], minlength=len(side.tokens))
    order = np.lexsort((np.arange(len(counts)), -counts))[:most]
    known = order[counts[order] > 0]
    number_of = np.full(len(side.tokens) + 1, UNKNOWN, np.int32)
    number_of[known] = np.arange(FIRST, FIRST + len(known))
    number_of[-1] = PADDING  # -1, behind the end
    tokens = ("", "", UNKNOWN_TEXT, *(side.tokens[int(place)] for place in known))
    return Numbered(number_of[side.numbers], tokens)


def unknown_shares(ready: PreparedPairs, rows: Rows, most: int) -> tuple[float, float]:
    """The share of tokens that are unknown in the validation pairs: read, and to be written."""
    shares = []
    for side in (ready.source, ready.target):
        held = numbered(side, rows["train"], most).numbers[rows["validation"]]
        shares.append(float((held == UNKNOWN).sum() / max((held != PADDING).sum(), 1)))
    return shares[0], shares[1]
