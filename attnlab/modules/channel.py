"""Attention over the channels of an image: `(B, H, W, C)` in, `(B, H, W, C)` out.

All images are channels-last, whatever `keras.config.image_data_format()` says.
"""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_kernel, check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace


def mean_over_places(inputs: Tensor, dtype: str) -> Tensor:
    """Average over all places, summed in `dtype`: large images overflow float16."""
    return ops.mean(ops.cast(inputs, dtype), axis=(1, 2))  # (B, C)


def max_over_places(inputs: Tensor, dtype: str) -> Tensor:
    """Maximum over all places."""
    return ops.cast(ops.max(inputs, axis=(1, 2)), dtype)  # (B, C)


def weigh_channels(inputs: Tensor, scores: Tensor, dtype: str) -> Tensor:
    """Multiply every channel of `inputs` by its score."""
    return inputs * ops.cast(scores, dtype)[:, None, None, :]  # (B, H, W, C)


@keras.saving.register_keras_serializable(package="attnlab")
class EfficientChannelAttention(AttentionLayer):
    """Efficient channel attention (ECA): one short filter over neighbouring channels.

    For inputs `x` of `C` channels, `z` the average of every channel over all places:
    `s = sigmoid(conv_k(z))`, where one filter of `k` weights, without bias, runs over the channels
    with zero padding; returns `x * s`. Picked by the number of channels,
    `k = t` if `t` is odd, else `t + 1`, with `t = int(abs((log2(C) + 1) / 2))`: 3 for 64 channels,
    5 for 128 to 1024, 7 for 2048.

    Source: Wang et al. 2020, https://arxiv.org/abs/1910.03151, with the paper's gamma of 2 and b
    of 1. Figure 3 of the paper leaves the sigmoid out; its equation 9 and the released code have
    it, as here. No deviation from the released code.

    Parameters: `k`.

    Arguments:
        kernel_size: How many neighbouring channels decide a weight (odd); 0 picks it by their
            number. The layer's `kernel_size` stays as given.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the scores of
        shape `(B, C)`, a gate, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = (Trace("channel", "gate"),)
    padding = "same"

    def __init__(self, *, kernel_size: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("kernel_size", kernel_size, low=0)
        if kernel_size:
            check_kernel("kernel_size", kernel_size)
        self.kernel_size = kernel_size

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        self.conv = keras.layers.Conv1D(
            1,
            self.kernel_size or eca_kernel_size(channels),
            padding=self.padding,
            data_format="channels_last",
            activation="sigmoid",
            use_bias=False,
            dtype=self.variable_dtype,
            name="conv",
        )
        self.conv.build((None, channels, 1))

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        squeezed = mean_over_places(inputs, self.variable_dtype)  # (B, C)
        scores = self.conv(self.lined_up(squeezed)[..., None])[..., 0]  # (B, C, 1) -> (B, C)
        outputs = weigh_channels(inputs, scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def lined_up(self, squeezed: Tensor) -> Tensor:
        """The averages of the channels (B, C) as the filter runs over them."""
        return squeezed

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size}


def eca_kernel_size(channels: int) -> int:
    """Return the kernel size ECA picks for a number of channels (gamma 2, b 1)."""
    nearest = int(abs((math.log2(channels) + 1) / 2))
    return nearest if nearest % 2 else nearest + 1


POOLINGS = {
    "both": (mean_over_places, max_over_places),
    "avg": (mean_over_places,),
    "max": (max_over_places,),
}


@keras.saving.register_keras_serializable(package="attnlab")
class CBAMChannel(AttentionLayer):
    """The channel half of CBAM: gates channels by their average and their maximum.

    For inputs `x` of `C` channels: `s = sigmoid(mlp(average) + mlp(maximum))`, where average and
    maximum are taken over all places and `mlp(z) = W_2 relu(W_1 z)`, shared by both, has
    `h = max(1, C // ratio)` hidden units; returns `x * s`. A `pooling` of "avg" or "max" leaves the
    other term out of the sum.

    Source: Woo et al. 2018, https://arxiv.org/abs/1807.06521, which compares all three poolings.
    Deviation: no biases, as in the paper's equation; the released code has them.

    Parameters: `2 * C * h`, whatever `pooling` is.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels.
        pooling: What sums a channel up: "avg", "max" or "both".
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the scores of
        shape `(B, C)`, a gate, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = (Trace("channel", "gate"),)

    def __init__(self, *, ratio: int = 16, pooling: str = "both", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        check_choice("pooling", pooling, POOLINGS)
        self.ratio = ratio
        self.pooling = pooling

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(1, channels // self.ratio)
        self.reduce = keras.layers.Dense(
            units, activation="relu", use_bias=False, dtype=self.variable_dtype, name="reduce"
        )
        self.expand = keras.layers.Dense(
            channels, use_bias=False, dtype=self.variable_dtype, name="expand"
        )
        self.reduce.build((None, channels))
        self.expand.build((None, units))

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        pooled = [pool(inputs, self.variable_dtype) for pool in POOLINGS[self.pooling]]
        logits = sum(self.expand(self.reduce(each)) for each in pooled)  # (B, C)
        scores = ops.sigmoid(logits)
        outputs = weigh_channels(inputs, scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio, "pooling": self.pooling}
