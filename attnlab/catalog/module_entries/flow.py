"""Steps that the flows of many modules share, each with its shape and its costs."""

from __future__ import annotations

import math
from dataclasses import replace

from attnlab.spec import Shape, Step


def hidden_units(width: int, ratio: int) -> int:
    """How wide a layer is that has `ratio` times fewer units than its input."""
    return max(1, width // ratio)


def dense(
    width: int,
    units: int,
    label: str = "dense",
    *,
    rows: Shape = (),
    bias: bool = True,
    weighs: bool = False,
) -> Step:
    """A dense layer of `units` on `width` numbers, applied to each of `rows`."""
    return Step(
        label,
        (*rows, units),
        parameters=width * units + bias * units,
        macs=math.prod(rows) * width * units,
        weighs=weighs,
    )


def batch_norm(shape: Shape, label: str = "batch norm", *, weighs: bool = False) -> Step:
    """Batch normalisation of the last axis: scale, shift and two moving statistics for each."""
    return Step(label, shape, parameters=4 * shape[-1], weighs=weighs)


def convolution(
    shape: Shape,
    seen: int,
    kernel: int,
    label: str,
    *,
    bias: bool = False,
) -> Step:
    """A square convolution of `seen` channels to an image of this shape."""
    weights = kernel**2 * seen * shape[-1]
    macs = math.prod(shape[:-1]) * weights
    return Step(label, shape, parameters=weights + bias * shape[-1], macs=macs)


def by_channel(shape: Shape, kernel: int, label: str) -> Step:
    """A filter of `kernel` weights that runs over each channel (the last axis) alone."""
    return Step(label, shape, parameters=kernel * shape[-1], macs=kernel * math.prod(shape))


def lane(name: str, *steps: Step) -> tuple[Step, ...]:
    """The steps on a lane of their own, beside those of other lanes next to them."""
    return tuple(replace(step, lane=f"{name}/{step.lane}".rstrip("/")) for step in steps)


def queries_and_keys(queries: Step, keys: Step) -> tuple[Step, ...]:
    """Two steps beside each other, of who asks and of who is asked."""
    return *lane("queries", queries), *lane("keys", keys)


def weighed(shape: Shape) -> Step:
    """The input times its weights."""
    return Step("x times the weights", shape)


def summed(steps: int, features: int) -> Step:
    """The sum of all steps, each times its weight."""
    return Step("sum of the steps times their weights", (features,), macs=steps * features)


def each_head(heads: int, step: Step) -> Step:
    """The same step once for each of several heads, each with parameters of its own."""
    return replace(
        step,
        shape=(heads, *step.shape),
        parameters=heads * step.parameters,
        macs=heads * step.macs,
    )


def products(queries: int, keys: int, features: int, label: str, heads: Shape = ()) -> Step:
    """The product of every query with every key; several heads share the features out."""
    return Step(label, (*heads, queries, keys), macs=queries * keys * features)


def contexts(
    queries: Shape, values: Shape, label: str = "sum of the values times their weights"
) -> Step:
    """For each query the sum of all values, each times its weight."""
    return Step(label, (queries[0], values[-1]), macs=queries[0] * math.prod(values))


def layer_norm(shape: Shape, label: str = "layer norm") -> Step:
    """Layer normalisation of the last axis: a scale and a shift for each of its numbers."""
    return Step(label, shape, parameters=2 * shape[-1])
