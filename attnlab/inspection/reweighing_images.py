"""What attention layers of images give for other weights than their own, where they do more than
multiply by their scores.

Both functions are to be imported from here: the rules of this file come with it.
"""

from __future__ import annotations

from typing import Any

from keras import ops

from attnlab.inspection.reweighing import own_weights, reweighed
from attnlab.modules import GatedChannelTransform, GlobalContext, SelectiveKernel
from attnlab.modules.joint import JointGate
from attnlab.modules.non_local import PlaceAttention

__all__ = ["own_weights", "reweighed"]


@reweighed.register
def _(layer: JointGate, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    channels, relative = weights  # (B, C), and (B, H, W, C) how open places are for their channel
    gate = channels[:, None, None] * relative
    return inputs * ops.cast(1 + gate if layer.residual else gate, inputs.dtype)


@own_weights.register
def _(layer: JointGate, inputs: Any, scores: tuple[Any, ...], mask: Any) -> tuple[Any, ...]:
    gate = layer.gate(inputs, training=False)
    return scores[0], gate / ops.maximum(scores[0], 1e-12)[:, None, None]


@reweighed.register
def _(layer: GatedChannelTransform, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    return inputs * ops.cast(2 * weights[0], inputs.dtype)[:, None, None]


@reweighed.register
def _(layer: SelectiveKernel, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    near, far = layer.looked(inputs, training=False)
    return layer.chosen(near, far, weights[0])


@reweighed.register
def _(layer: GlobalContext, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    outputs, _ = layer.fused(inputs, weights[0])  # the gates of the channels follow from these
    for gates in weights[1:]:
        outputs = outputs * ops.cast(gates, inputs.dtype)[:, None, None]
    return outputs


@own_weights.register
def _(layer: GlobalContext, inputs: Any, scores: tuple[Any, ...], mask: Any) -> tuple[Any, ...]:
    return scores[:1] + tuple(ops.ones_like(gates) for gates in scores[1:])


@reweighed.register
def _(layer: PlaceAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    each = ops.reshape(weights[0], (*ops.shape(weights[0])[:2], -1))  # (B, n, H * W)
    return layer.answered(inputs, each, training=False)


@own_weights.register
def _(layer: PlaceAttention, inputs: Any, scores: tuple[Any, ...], mask: Any) -> tuple[Any, ...]:
    each = layer.distributions(inputs)  # (B, n, H * W)
    return (ops.reshape(each, (*ops.shape(each)[:2], *ops.shape(inputs)[1:3])),)
