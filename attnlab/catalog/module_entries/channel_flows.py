"""What modules that weigh channels share: the flow of CBAM's channel half, and the symbols."""

from __future__ import annotations

from typing import Protocol

from attnlab.catalog.module_entries.flow import dense, hidden_units, weighed
from attnlab.catalog.module_entries.shared import Pooling
from attnlab.spec import Shape, Step, Symbol


class ReducedParameters(Protocol):
    """The parameters of a module with a narrow hidden layer."""

    @property
    def ratio(self) -> int: ...


class PooledReducedParameters(ReducedParameters, Protocol):
    """The same of a module that sums a channel up in one of several ways."""

    @property
    def pooling(self) -> Pooling: ...


def cbam_channel_flow(params: PooledReducedParameters, shape: Shape) -> tuple[Step, ...]:
    """The flow of CBAM's channel half, up to the image times the weights of its channels."""
    channels = shape[-1]
    units = hidden_units(channels, params.ratio)
    if params.pooling != "both":
        summed = "average" if params.pooling == "avg" else "maximum"
        return (
            Step(f"{summed} over places", (channels,)),
            dense(channels, units, "dense, relu", bias=False),
            dense(units, channels, "dense, sigmoid", bias=False, weighs=True),
            weighed(shape),
        )
    return (
        Step("average and maximum over places", (2, channels)),
        dense(channels, units, "dense, relu, the same for both", rows=(2,), bias=False),
        dense(units, channels, "dense, the same for both", rows=(2,), bias=False),
        Step("sum, sigmoid", (channels,), weighs=True),
        weighed(shape),
    )


def channel_symbols(params: ReducedParameters, shape: Shape) -> tuple[Symbol, ...]:
    """The channels of an image, and how wide the hidden layer of their attention is."""
    return (
        Symbol("C", shape[-1], "channels"),
        Symbol("h", hidden_units(shape[-1], params.ratio), "hidden units: C / ratio, at least 1"),
    )
