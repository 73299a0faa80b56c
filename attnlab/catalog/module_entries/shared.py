"""What the entries of several families share."""

from __future__ import annotations

from typing import Literal, Protocol

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


Normaliser = Literal["softmax", "sparsemax", "entmax"]
"""What makes weights that sum to one of scores."""


def normaliser_field() -> Normaliser:
    return choice(
        "softmax",
        title="Normaliser",
        advanced=True,
        quiet=True,
        help="Softmax leaves everything some weight. Sparsemax gives most of it none at all, and "
        "entmax (1.5) lies halfway between the two.",
    )


def temperature_field() -> float:
    return number(
        1.0,
        low=0.05,
        high=20.0,
        step=0.05,
        title="Temperature",
        advanced=True,
        quiet=True,
        help="What the scores are divided by first: below 1 the weights get sharper, above it more "
        "alike.",
    )


class Normalised(Protocol):
    """The parameters of a module whose weights sum to one."""

    @property
    def normaliser(self) -> Normaliser: ...


class NormalisedParameters(Parameters):
    """What makes weights of scores, and nothing else to set."""

    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class NoParameters(Parameters):
    """A module without anything to set."""
