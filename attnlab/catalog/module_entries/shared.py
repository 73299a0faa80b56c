"""What the entries of several families share."""

from __future__ import annotations

from typing import Literal

from attnlab.spec import Parameters, SizeRule, Slot, choice, number

FEATURES: frozenset[Slot] = frozenset({"features"})
IMAGE: frozenset[Slot] = frozenset({"image"})
STEPS: frozenset[Slot] = frozenset({"steps"})
ALIGNMENT: frozenset[Slot] = frozenset({"alignment"})

RATIO = SizeRule(
    "ratio", lambda ratio, size: ratio <= size, "ratio must divide into at least one unit"
)
HEADS = SizeRule(
    "heads", lambda heads, size: size % heads == 0, "heads must divide the number of features"
)


def ratio_field(default: int) -> int:
    return number(
        default,
        low=1,
        high=64,
        choices=(1, 2, 4, 8, 16, 32, 64),
        title="Reduction ratio",
        help="The hidden layer of the attention has this many times fewer units than its input.",
    )


def heads_field(help: str) -> int:
    return number(4, low=1, high=16, choices=(1, 2, 4, 8, 16), title="Heads", help=help)


Pooling = Literal["both", "avg", "max"]
"""How CBAM sums up: by average and maximum, or by one of them."""


def pooling_field(help: str) -> Pooling:
    return choice("both", title="Pooling", help=help)


class NoParameters(Parameters):
    """A module without anything to set."""
