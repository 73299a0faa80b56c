"""What the entries of several families share."""

from __future__ import annotations

from attnlab.spec import Parameters, number

FEATURES = frozenset({"features"})
IMAGE = frozenset({"image"})
STEPS = frozenset({"steps"})


def ratio_field(default: int) -> int:
    return number(
        default,
        low=1,
        high=64,
        choices=(1, 2, 4, 8, 16, 32, 64),
        title="Reduction ratio",
        help="The hidden layer of the attention has this many times fewer units than its input.",
    )


class NoParameters(Parameters):
    """A module without anything to set."""
