"""Gates from what rows and columns of an image sum up to: `(B, H, W, C)` in and out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_kernel, check_whole
from attnlab.modules.joint import JointGate


class _Strips(JointGate):
    """The means of rows and columns, and a filter along each of them."""

    def strips(self, inputs: Tensor) -> tuple[Tensor, Tensor]:
        """The mean of each row, (B, H, C), and of each column, (B, W, C)."""
        inputs = ops.cast(inputs, self.variable_dtype)
        return ops.mean(inputs, axis=2), ops.mean(inputs, axis=1)

    def build_filters(self, channels: int, kernel_size: int) -> None:
        """A filter along the rows and one along the columns, for each channel alone."""
        self.filters = [
            keras.layers.DepthwiseConv2D(
                (kernel_size, 1),
                padding="same",
                data_format="channels_last",
                use_bias=False,
                dtype=self.variable_dtype,
                name=f"{name}_conv",
            )
            for name in ("rows", "columns")
        ]
        for each in self.filters:
            each.build((None, None, 1, channels))

    def filtered(self, inputs: Tensor) -> list[Tensor]:
        """The filtered rows, (B, H, C), and columns, (B, W, C)."""
        return [
            filter_(strip[:, :, None])[:, :, 0]
            for filter_, strip in zip(self.filters, self.strips(inputs), strict=True)
        ]


@keras.saving.register_keras_serializable(package="attnlab")
class CoordinateAttention(_Strips):
    """Gates every place by its row and its column, through a hidden layer that both share.

    For inputs `x` of `C` channels and `h = max(8, C // ratio)` hidden units:

    1. The mean of each row and of each column, `H + W` vectors of `C` numbers.
    2. `f = hard_swish(norm(W_1 z))` of each of them, with `h` units.
    3. `r = sigmoid(W_r f)` of the rows and `c = sigmoid(W_c f)` of the columns; returns
       `x * r * c`.

    Source: Hou et al. 2021, https://arxiv.org/abs/2103.02907, as PyTorch Image Models has it,
    without biases. Deviations: the hidden width is the paper's; PyTorch Image Models takes the
    multiple of 8 next to `C / 24`, which is 8 too for up to 287 channels. Epsilon is 1e-5; Keras's
    moving variance is the biased one.

    Parameters: `3 * C * h + 4 * h`, of which `2 * h` are moving statistics, which are not trained.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels, as long as
            it keeps eight.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates `r * c` of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under
        mixed precision.
    """

    def __init__(self, *, ratio: int = 32, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        self.ratio = ratio

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(8, channels // self.ratio)
        dense = {"use_bias": False, "dtype": self.variable_dtype}
        self.reduce = keras.layers.Dense(units, name="reduce", **dense)
        self.rows = keras.layers.Dense(channels, name="rows", **dense)
        self.columns = keras.layers.Dense(channels, name="columns", **dense)
        self.reduce.build((None, None, channels))
        self.rows.build((None, None, units))
        self.columns.build((None, None, units))
        self.norm = self.make_norm((None, None, units), "norm")

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        strips = ops.concatenate(self.strips(inputs), axis=1)  # (B, H + W, C)
        hidden = ops.hard_swish(self.norm(self.reduce(strips), training=training))
        height = ops.shape(inputs)[1]
        rows = ops.sigmoid(self.rows(hidden[:, :height]))[:, :, None]  # (B, H, 1, C)
        columns = ops.sigmoid(self.columns(hidden[:, height:]))[:, None]  # (B, 1, W, C)
        return rows * columns

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio}


@keras.saving.register_keras_serializable(package="attnlab")
class EfficientLocalAttention(_Strips):
    """Gates every place by its row and its column, with a short filter along each, channel by
    channel.

    For inputs `x`: the mean of each row and of each column; in each channel alone a filter of
    `kernel_size` along the rows, and another one along the columns, without bias; layer
    normalisation over the rows and channels (the columns and channels) together with a scale and a
    shift for each channel; then `r` and `c` are `sigmoid(silu(...))`. Returns `x * r * c`.

    Source: Xu & Wan 2024, "ELA", https://arxiv.org/abs/2403.01123, as PyTorch Image Models has it.
    Deviations from the paper, as there: silu before the gate, and one group of channels for the
    normalisation, where the paper has 16. Epsilon is 1e-5.

    Parameters: `2 * kernel_size * C + 4 * C`.

    Arguments:
        kernel_size: How many neighbouring rows or columns decide a weight (odd).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates `r * c` of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under
        mixed precision.
    """

    def __init__(self, *, kernel_size: int = 7, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_kernel("kernel_size", kernel_size)
        self.kernel_size = kernel_size

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        self.build_filters(channels, self.kernel_size)
        self.norms = [
            keras.layers.GroupNormalization(
                groups=1, epsilon=1e-5, dtype=self.variable_dtype, name=f"{name}_norm"
            )
            for name in ("rows", "columns")
        ]
        for norm in self.norms:
            norm.build((None, None, channels))

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        rows, columns = (
            ops.sigmoid(ops.silu(norm(strip)))
            for norm, strip in zip(self.norms, self.filtered(inputs), strict=True)
        )
        return rows[:, :, None] * columns[:, None]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size}


@keras.saving.register_keras_serializable(package="attnlab")
class StripAttention(_Strips):
    """Gates every place by the sum of what its row and its column say, channel by channel.

    For inputs `x`: the mean of each row and of each column; in each channel alone a filter of
    `kernel_size` along the rows, and another one along the columns, without bias: `r` and `c`.
    Returns `x * sigmoid(r + c)`.

    Source: strip pooling, Hou et al. 2020, https://arxiv.org/abs/2003.13328, in the minimal form
    that PyTorch Image Models calls strip attention. Deviations from the paper, as there: filters of
    each channel alone, no convolutions over both axes after the sum, and no batch normalisation.

    Parameters: `2 * kernel_size * C`.

    Arguments:
        kernel_size: How many neighbouring rows or columns decide a weight (odd).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under mixed
        precision.
    """

    def __init__(self, *, kernel_size: int = 3, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_kernel("kernel_size", kernel_size)
        self.kernel_size = kernel_size

    def build(self, input_shape: BatchShape) -> None:
        self.build_filters(self.check_shape(input_shape), self.kernel_size)

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        rows, columns = self.filtered(inputs)
        return ops.sigmoid(rows[:, :, None] + columns[:, None])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size}
