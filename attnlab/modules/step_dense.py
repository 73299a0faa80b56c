"""Attention over the steps of each feature, by a dense layer over time: `(B, T, D)` in and out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.layer import STEPS, Attended, AttentionLayer
from attnlab.modules.masks import without_padding
from attnlab.modules.trace import Trace


@keras.saving.register_keras_serializable(package="attnlab")
class StepDenseAttention(AttentionLayer):
    """Weighs the steps of every feature by a dense layer over time; keeps the sequence.

    For a sequence `x` of `T` steps:

    1. Turn it: `(B, D, T)`, and compute `a = softmax(W x + b)` over the `T` steps that are not
       masked: `W` is shared by the features.
    2. With `shared=True` the weights are averaged over the features.
    3. Return `x * a`. Nothing is multiplied by `T`, so the outputs are about `T` times smaller than
       the inputs at the start, as in the original.

    Source: philipperemy/keras-attention, `attention_lstm.py` of 2017 (no paper), with its option
    SINGLE_ATTENTION_VECTOR. The number of steps is fixed when the layer is built.

    Parameters: `T**2 + T`.

    Arguments:
        shared: Whether all features share one distribution.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. What a masked
            step holds changes nothing, and it weighs exactly 0.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, T, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`, averaged over the features, a distribution, in float32 under mixed precision.
    """

    axes = STEPS
    traces = (Trace("step", "distribution"),)

    def __init__(
        self,
        *,
        shared: bool = False,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.normalise_by(normaliser, temperature)
        self.shared = shared
        self.supports_masking = True

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        steps = input_shape[1]
        if steps is None:
            raise ValueError(
                f"{type(self).__name__} expects a known number of steps, received shape "
                f"{tuple(input_shape)}"
            )
        self.input_spec = keras.layers.InputSpec(ndim=3, axes={1: steps, -1: features})
        self.score = keras.layers.Dense(steps, dtype=self.variable_dtype, name="score")
        self.score.build((None, features, steps))

    def call(
        self, inputs: Tensor, mask: Tensor | None = None, return_attention_scores: bool = False
    ) -> Attended:
        unpadded = without_padding(inputs, mask)
        scores = self.score(ops.transpose(unpadded, (0, 2, 1)))  # (B, D, T)
        scores = self.weights_of(scores, None if mask is None else mask[:, None])
        mean = ops.mean(scores, axis=1)  # (B, T)
        weights = mean[..., None] if self.shared else ops.transpose(scores, (0, 2, 1))
        outputs = inputs * ops.cast(weights, self.compute_dtype)
        return (outputs, mean) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "shared": self.shared, **self.normalising()}
