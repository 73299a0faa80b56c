"""What can be left out of the modules: each part in words, and the arm without it.

Only what makes a smaller or plainer module counts, not another choice of the same kind: relu in
place of swish leaves nothing out. A part that is not there is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple, Protocol

from attnlab.catalog.module_entries.shared import Pooling
from attnlab.spec import REGISTRY, ModuleSpec, Parameters

Parts = dict[str, str]
"""For each part, in words that go on from "without", the arm that lacks it, in short form."""


class Switch(NamedTuple):
    """A part that one parameter takes away, and the value of the parameter that does so."""

    part: str
    parameter: str
    off: float


class PooledParameters(Protocol):
    """The parameters of a module that sums up by the average, the maximum or both."""

    @property
    def pooling(self) -> Pooling: ...

    def __iter__(self) -> Iterator[tuple[str, Any]]: ...


BATCH_NORM = Switch("the batch norm", "batch_norm", False)
BIAS = Switch("the bias", "bias", False)
BOTTLENECK = Switch("the bottleneck", "ratio", 1)
DROPOUT = Switch("the dropout", "dropout", 0.0)
HEADS = Switch("the heads but one", "heads", 1)
NEIGHBOURS = Switch("the neighbouring channels", "kernel_size", 1)


def arm(name: str, params: Iterable[tuple[str, Any]], **values: Any) -> str:
    """The short form of a module that shares `params` as far as it has them, but for `values`."""
    fields = REGISTRY.module(name).params.model_fields
    shared = {key: value for key, value in params if key in fields}
    return ModuleSpec.model_validate({"name": name, **shared, **values}).short


def without(name: str, *switches: Switch) -> Callable[[Iterable[tuple[str, Any]]], Parts]:
    """The function that gives the parts of a module that its own parameters take away."""

    def parts(params: Iterable[tuple[str, Any]]) -> Parts:
        values = dict(params)
        return {
            switch.part: arm(name, values.items(), **{switch.parameter: switch.off})
            for switch in switches
            if values[switch.parameter] != switch.off
        }

    return parts


def pooled(name: str, *switches: Switch) -> Callable[[PooledParameters], Parts]:
    """The same for a module of CBAM, with what it sums up by where that is both."""

    def parts(params: PooledParameters) -> Parts:
        halves = {
            "the maximum": arm(name, params, pooling="avg"),
            "the average": arm(name, params, pooling="max"),
        }
        return (halves if params.pooling == "both" else {}) | without(name, *switches)(params)

    return parts


def cbam(params: PooledParameters) -> Parts:
    """The halves, and what can be left out inside them."""
    halves = {
        "the channel half": arm("cbam-spatial", params),
        "the spatial half": arm("cbam-channel", params),
    }
    return halves | pooled("cbam", BATCH_NORM, BOTTLENECK)(params)


def han(params: Parameters) -> Parts:
    """The layer before the learned context; what is left is attention pooling."""
    return {"the tanh layer": arm("attention-pool", params)}


def hard(params: Parameters) -> Parts:
    """The choice; without it the same weights weigh all steps."""
    return {"the choice": arm("attention-pool", params)}


def transformer_encoder(params: Parameters) -> Parts:
    """The feed-forward half, and what can be left out beside it.

    Self-attention, the other half, has no dropout of its own.
    """
    feed_forward = {"the feed-forward half": arm("self-attention", params)}
    return feed_forward | without("transformer-encoder", DROPOUT, HEADS)(params)


def scaled_dot(params: Parameters) -> Parts:
    """The division by √D."""
    return {"the scaling": arm("luong", params, score="dot")}
