"""What an attention layer gives for other weights than its own."""

from __future__ import annotations

from functools import singledispatch
from typing import Any

from keras import ops

from attnlab.inspection.errors import InspectionError
from attnlab.modules import (
    AdditiveSelfAttention,
    HardAttention,
    LastQueryAttention,
    LinearAttention,
    RelativeSelfAttention,
    SelfAttention,
    StepDenseAttention,
    TransformerEncoder,
    Uniform,
)
from attnlab.modules.alignment_shapes import several
from attnlab.modules.layer import AttentionLayer
from attnlab.modules.masks import weighted_sum, without_padding
from attnlab.modules.trace import Trace


@singledispatch
def reweighed(layer: AttentionLayer, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    """The outputs of a layer as its call gives them, with `weights` in place of its own.

    `inputs` and `mask` are those of the call, `weights` one tensor for each of the layer's traces,
    shaped as `own_weights` gives them. A layer without a rule of its own is taken to multiply what
    it weighs by its weights, or to sum it up: whoever relies on that for a layer of somebody's own
    compares it with the call first. Raises InspectionError where that makes no sense.
    """
    if several(inputs):
        return weighted_sum(weights[0], inputs[1])  # (B, Q, T), (B, T, E) -> (B, Q, E)
    outputs = inputs
    for trace, own in zip(layer.traces, weights, strict=True):
        outputs = _weighed(layer, outputs, own, trace)
    return outputs


def _weighed(layer: AttentionLayer, inputs: Any, weights: Any, trace: Trace) -> Any:
    if trace.leading == ("head",):
        weights = ops.mean(weights, axis=1)
    elif trace.leading:
        raise InspectionError(
            f"{type(layer).__name__} has no rule for other weights than its own: give it one in "
            "attnlab/inspection/reweighing.py"
        )
    weights = ops.cast(weights, inputs.dtype)
    if trace.axis == "channel":
        return inputs * weights[:, None, None, :]
    if trace.axis == "place":
        return inputs * weights[..., None]
    if trace.axis == "step":
        if len(layer.compute_output_shape(inputs.shape)) == 2:
            return weighted_sum(weights, inputs)
        return inputs * weights[..., None]
    return inputs * weights


@reweighed.register
def _(layer: StepDenseAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    return inputs * ops.cast(weights[0], inputs.dtype)  # (B, T, D) of each feature


@reweighed.register
def _(layer: LastQueryAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    return layer._output(weighted_sum(weights[0], inputs), inputs, mask)


@reweighed.register
def _(layer: HardAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    places = ops.arange(ops.shape(weights[0])[1])
    largest = ops.cast(ops.argmax(weights[0], axis=-1), places.dtype)
    chosen = ops.cast(ops.equal(places, largest[:, None]), weights[0].dtype)
    chosen = chosen * ops.cast(weights[0] > 0, weights[0].dtype)  # nothing where all is padding
    return weighted_sum(chosen + (weights[0] - ops.stop_gradient(weights[0])), inputs)


@reweighed.register
def _(layer: AdditiveSelfAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    return weighted_sum(weights[0], inputs)  # (B, T, T), (B, T, D) -> (B, T, D)


@reweighed.register
def _(layer: LinearAttention, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    return layer._finished(inputs, layer._combined(inputs, weights[0]), mask, training=False)


@reweighed.register(SelfAttention)
@reweighed.register(RelativeSelfAttention)
@reweighed.register(TransformerEncoder)
def _(layer: Any, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    def attend(inputs: Any, mask: Any) -> tuple[Any, Any]:
        return layer._combined(inputs, weights[0]), weights[0]

    layer._attend = attend
    try:
        return type(layer).call(layer, inputs, mask=mask, training=False)
    finally:
        del layer._attend


@reweighed.register
def _(layer: Uniform, inputs: Any, weights: tuple[Any, ...], mask: Any) -> Any:
    if not several(inputs):
        return reweighed.dispatch(AttentionLayer)(layer, inputs, weights, mask)
    given = weights[0]
    if layer.kind == "gate":  # the mean of the values, as open as their gates
        counted = ops.sum(ops.cast(given > 0, given.dtype), axis=-1, keepdims=True)
        given = given / ops.maximum(counted, 1)
    return weighted_sum(given, inputs[1])


@singledispatch
def own_weights(
    layer: AttentionLayer, inputs: Any, scores: tuple[Any, ...], mask: Any
) -> tuple[Any, ...]:
    """What `reweighed` takes to give the layer's own outputs: its scores, except where those are
    means of what it weighs with."""
    return scores


@own_weights.register
def _(
    layer: StepDenseAttention, inputs: Any, scores: tuple[Any, ...], mask: Any
) -> tuple[Any, ...]:
    if layer.shared:
        return (scores[0][..., None],)
    by_feature = ops.transpose(without_padding(inputs, mask), (0, 2, 1))
    weights = layer.weights_of(layer.score(by_feature), None if mask is None else mask[:, None])
    return (ops.transpose(weights, (0, 2, 1)),)  # (B, T, D) of each feature
