"""The control of matched size: as many parameters as a module, and no weighing."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.catalog.matched_size import nearest_hidden_size
from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.alignment_shapes import several, shape_of_context
from attnlab.modules.checks import check_whole
from attnlab.modules.layer import FEATURES, IMAGE, QUERIES, STEPS, Attended, AttentionLayer

_AXES: dict[int, tuple[str, ...]] = {len(axes): axes for axes in (FEATURES, STEPS, IMAGE)}


def matched(layer: AttentionLayer, input_shape: Any) -> Matched:
    """The control, of the same name, that takes the layer's place on inputs of this shape."""
    layer.build(input_shape)
    outputs = layer.compute_output_shape(input_shape)
    pools = not several(input_shape) and len(outputs) < len(input_shape)
    units = outputs[-1]
    assert units is not None  # `build` has taken the size of the last axis
    return Matched(parameters=layer.count_params(), units=units, pools=pools, name=layer.name)


@keras.saving.register_keras_serializable(package="attnlab")
class Matched(AttentionLayer):
    """Plain layers with about as many parameters as an attention layer: tells attention from size.

    For features `x`, every place of an image or every step: `x + W_2 relu(W_1 x + b_1) + b_2`, the
    same two layers everywhere. As a layer that sums up a sequence (`pools`), the same on the mean
    of the steps that are not masked. For queries and values, the same on the mean of the values
    that are not masked, alike for every query. Where there are not as many outputs as inputs, `x`
    is not added.

    The hidden width is the one that brings the count nearest to `parameters`, with biases in both
    layers or in neither, whichever gets nearer: at most half of what one unit costs away, that is
    `D + units` parameters, or one more with biases. For a few parameters no hidden layer is left:
    what is nearest may be a bias for each feature (`x + b`), or nothing (`x` as it is; the plain
    mean), as for a layer without parameters.

    Source: ours. The sum with `x` has no parameters. Without it, a width of one or two, which
    matches the reduced layers of channel attention, would be a bottleneck for the whole network.
    Attention is none, and would look better than it is.

    Parameters: `hidden * (D + units)`, with biases another `hidden + units`.

    Arguments:
        parameters: How many parameters to come near to.
        units: How many features the outputs have.
        pools: Whether a sequence is summed up, rather than kept.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`, `(B, T, D)` or `(B, H, W, C)`, or a list of queries
            `(B, Q, D)` and values `(B, T, D)`.
        mask: Of a sequence, which steps are not padding, of shape `(B, T)`; of queries and values a
            list of both masks. A sample of nothing but padding has zeros for its mean.
        return_attention_scores: Whether to return an empty tuple beside the outputs: it weighs
            nothing, so it has no scores.

    Output:
        Outputs of the shape of the inputs with `units` for their last size; of shape `(B, units)`
        if it pools, and `(B, Q, units)` for queries and values.
    """

    traces = ()

    def __init__(self, *, parameters: int, units: int, pools: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("parameters", parameters, low=0)
        check_whole("units", units, low=1)
        self.parameters = parameters
        self.units = units
        self.pools = pools
        self.supports_masking = True
        self.bias_initializer = keras.initializers.Zeros()

    def build(self, input_shape: Any) -> None:
        if several(input_shape):
            self.axes = QUERIES
            shapes = zip(input_shape, (QUERIES, STEPS, STEPS), strict=False)
            checked = [self.spec_and_size(shape, axes) for shape, axes in shapes]
            self.input_spec = [spec for spec, _ in checked]
            features = checked[1][1]
        else:
            self.axes = _AXES.get(len(input_shape), FEATURES)
            features = self.check_shape(input_shape)
        self.size = nearest_hidden_size(self.parameters, features, self.units)
        if self.size.hidden:
            dense = {"use_bias": self.size.bias, "dtype": self.dtype_policy}
            self.hidden = keras.layers.Dense(
                self.size.hidden, activation="relu", name="hidden", **dense
            )
            self.output_layer = keras.layers.Dense(self.units, name="output", **dense)
            self.hidden.build((None, features))
            self.output_layer.build((None, self.size.hidden))
        elif self.size.bias:
            self.bias = self.add_weight(
                shape=(self.units,), initializer=self.bias_initializer, name="bias"
            )
        self.adds = features == self.units

    def call(
        self, inputs: Any, mask: Any = None, return_attention_scores: bool = False
    ) -> Attended:
        if several(inputs):
            outputs = self._align(inputs[0], inputs[1], None if mask is None else mask[1])
        else:
            outputs = self._apply(_mean(inputs, mask) if self.pools else inputs)
        return (outputs, ()) if return_attention_scores else outputs

    def _apply(self, x: Tensor) -> Tensor:
        """The plain layers applied to the last axis of `x`."""
        if not self.size.hidden:
            return x + ops.cast(self.bias, x.dtype) if self.size.bias else x
        outputs = self.output_layer(self.hidden(x))
        return x + outputs if self.adds else outputs

    def _align(self, queries: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        context = self._apply(_mean(values, mask))[:, None]  # (B, 1, units)
        return context + ops.zeros_like(queries[:, :, :1])  # (B, Q, units)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Tensor | None:
        if several(inputs):
            return None if previous_mask is None else previous_mask[0]
        return None if self.pools else previous_mask

    def compute_output_shape(self, input_shape: Any) -> BatchShape:
        if several(input_shape):
            return (*shape_of_context(input_shape)[:-1], self.units)
        if self.pools:
            return (input_shape[0], self.units)
        return (*input_shape[:-1], self.units)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "parameters": self.parameters,
            "units": self.units,
            "pools": self.pools,
        }


def _mean(steps: Tensor, mask: Tensor | None) -> Tensor:
    """The mean (B, D) of the steps that are not masked; zeros where all are."""
    if mask is None:
        return ops.mean(steps, axis=1)
    counted = ops.cast(mask, steps.dtype)[..., None]
    return ops.sum(steps * counted, axis=1) / ops.maximum(ops.sum(counted, axis=1), 1)
