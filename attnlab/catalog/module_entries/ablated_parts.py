"""What can be left out of the modules: words for people, and the arm that is left.

Only what makes a smaller or plainer module counts, not another choice of the same kind: relu in
place of swish leaves nothing out. What is gone already is not offered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from attnlab.spec import REGISTRY, ModuleSpec, Parameters

Parts = Mapping[str, str]

BATCH_NORM = ("the batch norm", "batch_norm", False)
BIAS = ("the bias", "bias", False)
BOTTLENECK = ("the bottleneck", "ratio", 1)
DROPOUT = ("the dropout", "dropout", 0.0)
HEADS = ("the heads but one", "heads", 1)
NEIGHBOURS = ("the neighbouring channels", "kernel_size", 1)


def arm(name: str, params: Parameters, **values: Any) -> str:
    """The short form of a module that shares `params` as far as it has them, but for `values`."""
    known = REGISTRY.module(name).params.model_fields
    kept = {key: value for key, value in params if key in known}
    return ModuleSpec(name=name, **(kept | values)).short


def without(name: str, *switches: tuple[str, str, Any]) -> Callable[[Any], Parts]:
    """The parts of a module that its own parameters take away.

    A switch gives the words, the parameter, and the value with which the part is gone.
    """

    def parts(params: Parameters) -> Parts:
        return {
            words: arm(name, params, **{parameter: gone})
            for words, parameter, gone in switches
            if getattr(params, parameter) != gone
        }

    return parts


def pooled(name: str, *switches: tuple[str, str, Any]) -> Callable[[Any], Parts]:
    """The parts of a module of CBAM: what it sums up by where that is both, and the switches."""

    def parts(params: Parameters) -> Parts:
        both = {
            "the maximum": arm(name, params, pooling="avg"),
            "the average": arm(name, params, pooling="max"),
        }
        return (both if params.pooling == "both" else {}) | without(name, *switches)(params)

    return parts


def cbam(params: Parameters) -> Parts:
    """The halves, and what can be left out inside them."""
    halves = {
        "the channel half": arm("cbam-spatial", params),
        "the spatial half": arm("cbam-channel", params),
    }
    return halves | pooled("cbam", BATCH_NORM, BOTTLENECK)(params)


def dense(params: Parameters) -> Parts:
    """The hidden layers, and with them their activation."""
    return {"the hidden layers": "dense"} if params.depth else {}


def se_layer(params: Parameters) -> Parts:
    """One of what it adds to squeeze-and-excitation: the dropout first, then the batch norm."""
    norm = {} if params.dropout else {"the batch norm": arm("se", params)}
    return norm | without("selayer", DROPOUT, BOTTLENECK)(params)


def han(params: Parameters) -> Parts:
    """The layer before the learned context; the product with the context is a pooling's."""
    return {"the tanh layer": "attention-pool"}


def hard(params: Parameters) -> Parts:
    """The choice: the same weights without it weigh all steps."""
    return {"the choice": "attention-pool"}


def transformer_encoder(params: Parameters) -> Parts:
    """The feed-forward half, and what can be left out beside it.

    Self-attention, the other half, has no dropout of its own.
    """
    feed_forward = {"the feed-forward half": arm("self-attention", params)}
    return feed_forward | without("transformer-encoder", DROPOUT, HEADS)(params)


def luong(params: Parameters) -> Parts:
    """The learned weights between queries and values."""
    return {"the learned weights": "luong:score=dot"} if params.score == "general" else {}


def scaled_dot(params: Parameters) -> Parts:
    """The division by √D."""
    return {"the scaling": "luong:score=dot"}
