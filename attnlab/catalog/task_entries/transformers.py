"""The parameters of small Transformers, wherever a network can be one."""

from __future__ import annotations

from typing import Any, Literal

from attnlab.spec import SpecError, choice, number

TRANSFORMER = "transformer"
"""What the parameter that chooses an encoder calls it."""

WIDER = 2
"""How many times wider the feed-forward half of a layer is inside than at its entrance."""

Positions = Literal["learned", "sinusoidal", "none"]
Pooling = Literal["mean", "class"]
Condition = tuple[str, Any]

OF_STEPS: Condition = ("encoder", TRANSFORMER)
"""Where the encoder of texts and steps is one."""

OF_IMAGES: Condition = ("backbone", "vit")
"""Where the network on images is one."""


def depth_field(only_if: Condition) -> int:
    """The number of its layers."""
    return number(
        2,
        low=1,
        high=6,
        title="Layers",
        advanced=True,
        only_if=only_if,
        help="How many layers of self-attention and feed-forward network stand on each other.",
    )


def heads_field(only_if: Condition) -> int:
    """The number of heads of each layer."""
    return number(
        4,
        low=1,
        high=16,
        title="Heads of the encoder",
        advanced=True,
        only_if=only_if,
        help="How many heads each layer has, which share its features out; must divide them.",
    )


def positions_field(only_if: Condition) -> Positions:
    """What says where in the sequence something stands."""
    return choice(
        "learned",
        title="Positions",
        advanced=True,
        only_if=only_if,
        help="What says where something stands: a vector that is learned for each place (learned), "
        "sines and cosines (sinusoidal), or nothing (none), so that the order means nothing.",
    )


def pooling_field(only_if: Condition) -> Pooling:
    """What stands for the whole sequence."""
    return choice(
        "mean",
        title="Pooling",
        advanced=True,
        only_if=only_if,
        help="What the answer is read from: the mean of all places (mean), or a learned token that "
        "stands before them and looks at all (class). A module that sums the places up itself "
        "stands in for either; after any other the mean is taken.",
    )


def check_heads(heads: int, units: int, name: str) -> None:
    """Raise SpecError unless the heads can share the features of a layer out."""
    if units % heads:
        raise SpecError(f"heads must divide the {units} {name}, got {heads}")
