"""Attention over the places of an image: `(B, H, W, C)` in, `(B, H, W, C)` out.

All images are channels-last, whatever `keras.config.image_data_format()` says.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_kernel
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace


def _mean(inputs: Tensor, dtype: str) -> Tensor:
    """Mean over all channels, summed in `dtype`."""
    return ops.mean(ops.cast(inputs, dtype), axis=-1)  # (B, H, W)


def _maximum(inputs: Tensor, dtype: str) -> Tensor:
    """Maximum over all channels."""
    return ops.cast(ops.max(inputs, axis=-1), dtype)  # (B, H, W)


POOLINGS = {"both": (_mean, _maximum), "avg": (_mean,), "max": (_maximum,)}


@keras.saving.register_keras_serializable(package="attnlab")
class CBAMSpatial(AttentionLayer):
    """The spatial half of CBAM: gates places by the mean and the maximum of their channels.

    For inputs `x`: `s = sigmoid(conv([mean, max]))`, where mean and maximum are taken over the
    channels and stacked to an image of two, and the convolution has one filter of `kernel_size`
    squared, no bias, and zero padding; returns `x * s`, the score of a place in all its channels. A
    `pooling` of "avg" (the mean) or "max" leaves an image of one to the convolution.

    Source: Woo et al. 2018, https://arxiv.org/abs/1807.06521. Deviations: the released code stacks
    [max, mean], so its weights must be swapped before they fit. It also always normalises the
    scores before the sigmoid; here `batch_norm` says so, off as in the paper's equation. With it,
    epsilon is 1e-5 and momentum 0.99 as released (PyTorch counts it the other way round, 0.01),
    but Keras's moving variance is the biased one. Mean or maximum alone is a choice of ours.

    Parameters: `2 * kernel_size**2`, half of them where `pooling` is not "both"; with `batch_norm`
    another 4, two of them not trained.

    Arguments:
        kernel_size: How wide a neighbourhood decides the weight of a place (odd).
        batch_norm: Whether the scores are batch-normalised before the sigmoid.
        pooling: What sums up the channels at a place: "avg", "max" or "both".
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand; matters with `batch_norm` only.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the scores of
        shape `(B, H, W)`, a gate, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = (Trace("place", "gate"),)

    def __init__(
        self,
        *,
        kernel_size: int = 7,
        batch_norm: bool = False,
        pooling: str = "both",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_kernel("kernel_size", kernel_size)
        check_choice("pooling", pooling, POOLINGS)
        self.kernel_size = kernel_size
        self.batch_norm = batch_norm
        self.pooling = pooling

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)
        self.conv = keras.layers.Conv2D(
            1,
            self.kernel_size,
            padding="same",
            data_format="channels_last",
            use_bias=False,
            dtype=self.variable_dtype,
            name="conv",
        )
        self.conv.build((*input_shape[:-1], len(POOLINGS[self.pooling])))
        if self.batch_norm:
            self.norm = keras.layers.BatchNormalization(
                epsilon=1e-5, dtype=self.variable_dtype, name="norm"
            )
            self.norm.build((*input_shape[:-1], 1))

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        maps = [pool(inputs, self.variable_dtype) for pool in POOLINGS[self.pooling]]
        logits = self.conv(ops.stack(maps, axis=-1))  # (B, H, W, 2 or 1) -> (B, H, W, 1)
        if self.batch_norm:
            logits = self.norm(logits, training=training)
        scores = ops.sigmoid(logits)
        outputs = inputs * ops.cast(scores, self.compute_dtype)  # (B, H, W, C)
        return (outputs, scores[..., 0]) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "kernel_size": self.kernel_size,
            "batch_norm": self.batch_norm,
            "pooling": self.pooling,
        }
