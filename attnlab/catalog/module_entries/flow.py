"""Steps that the flows of many modules share, each with its shape and its costs."""

from __future__ import annotations

import math

from attnlab.spec import Shape, Step


def hidden_units(width: int, ratio: int) -> int:
    """How wide a layer is that has `ratio` times fewer units than its input."""
    return max(1, width // ratio)


def dense(
    width: int,
    units: int,
    words: str = "dense",
    *,
    rows: Shape = (),
    bias: bool = True,
    weighs: bool = False,
) -> Step:
    """A dense layer of `units` on `width` numbers, used for each of `rows`."""
    return Step(
        words,
        (*rows, units),
        parameters=width * units + bias * units,
        macs=math.prod(rows) * width * units,
        weighs=weighs,
    )


def batch_norm(shape: Shape, words: str = "batch norm", *, weighs: bool = False) -> Step:
    """Batch normalisation of the last axis: scale, shift and two moving statistics for each."""
    return Step(words, shape, parameters=4 * shape[-1], weighs=weighs)


def weighed(shape: Shape) -> Step:
    """The input times its weights."""
    return Step("x times the weights", shape)


def summed(steps: int, features: int) -> Step:
    """The sum of all steps, each times its weight."""
    return Step("sum of the steps times their weights", (features,), macs=steps * features)
