"""Gather-excite: gates from what a neighbourhood of each place gathers, in each channel."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.joint import JointGate
from attnlab.modules.layer import IMAGE

EXTENTS = (0, 2, 4, 8)


@keras.saving.register_keras_serializable(package="attnlab")
class GatherExcite(JointGate):
    """Gates each channel by what it holds in a neighbourhood, or in the whole image.

    For inputs `x` of `C` channels and `h = max(1, C // ratio)`:

    1. Gather, every `extent` places in both directions: the average of `2 * extent - 1` places
       square around there, or with `weights` a filter of 3 x 3 of each channel alone at every
       second place, `log2(extent)` times, each with batch normalisation and relu between them. An
       `extent` of 0 is the whole image: its average, or one filter of its size.
    2. With `mlp`, two dense layers at each gathered place: `W_2 relu(W_1 z + b_1) + b_2`.
    3. Excite: take the nearest gathered place for each place, `s = sigmoid(z)`; returns `x * s`.

    Source: Hu et al. 2018, https://arxiv.org/abs/1810.12348, as PyTorch Image Models has it; its
    GE-theta-minus is without `weights` and `mlp`, GE-theta-plus has both. Deviations from there:
    `h` is not rounded, and the filter of the size of the image is not padded, so that one gate
    comes of it, as in the paper. Epsilon is 1e-5; Keras's moving variance is the biased one. With
    an `extent` of 0, without `weights` and with `mlp` it is squeeze-and-excitation.

    Parameters: `mlp` has `2 * C * h + h + C`; `weights` have `(H * W + 4) * C` with an extent of 0,
    else `13 * C * log2(extent)`, of which `2 * C` for each filter are moving statistics, which are
    not trained.

    Arguments:
        extent: How far apart places are gathered: 2, 4 or 8, or 0 for the whole image.
        weights: Whether filters with weights gather, rather than averages.
        mlp: Whether dense layers follow that mix the channels.
        ratio: How many times fewer units their hidden layer has than there are channels.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`; with `weights` and an extent of 0 its height and
            width are known and stay the same.
        training: Whether to normalise by the batch at hand; matters with `weights` only.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under mixed
        precision.
    """

    def __init__(
        self,
        *,
        extent: int = 0,
        weights: bool = False,
        mlp: bool = True,
        ratio: int = 16,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_choice("extent", extent, EXTENTS)
        check_whole("ratio", ratio, low=1)
        self.extent = extent
        self.learned = weights
        self.mlp = mlp
        self.ratio = ratio

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        self.gathering: list[tuple[keras.layers.Layer, keras.layers.Layer]] = []
        if self.learned:
            self._build_filters(input_shape, channels)
        if self.mlp:
            units = max(1, channels // self.ratio)
            self.reduce = keras.layers.Dense(
                units, activation="relu", dtype=self.variable_dtype, name="reduce"
            )
            self.expand = keras.layers.Dense(channels, dtype=self.variable_dtype, name="expand")
            self.reduce.build((None, None, None, channels))
            self.expand.build((None, None, None, units))

    def _build_filters(self, shape: BatchShape, channels: int) -> None:
        if self.extent == 0:
            if None in shape[1:]:
                raise ValueError(
                    f"{type(self).__name__} expects a known height and width, received shape "
                    f"{tuple(shape)}"
                )
            axes = {axis: shape[axis] for axis in (1, 2, -1)}
            self.input_spec = keras.layers.InputSpec(ndim=len(IMAGE), axes=axes)
        for number in range(1, max(1, self.extent.bit_length() - 1) + 1):
            conv = keras.layers.DepthwiseConv2D(
                3 if self.extent else tuple(shape[1:3]),
                strides=2 if self.extent else 1,
                data_format="channels_last",
                use_bias=False,
                dtype=self.variable_dtype,
                name=f"gather_{number}",
            )
            conv.build(shape)
            norm = self.make_norm((None, None, None, channels), f"gather_norm_{number}")
            self.gathering.append((conv, norm))

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        height, width = ops.shape(inputs)[1:3]
        gathered = ops.cast(inputs, self.variable_dtype)
        gathered = self._filtered(gathered, training) if self.learned else self._averaged(gathered)
        if self.mlp:
            gathered = self.expand(self.reduce(gathered))
        gates = ops.sigmoid(gathered)
        for axis, size in ((1, height), (2, width)):
            nearest = ops.arange(size) * ops.shape(gates)[axis] // size
            gates = ops.take(gates, nearest, axis=axis)
        return gates  # (B, H, W, C)

    def _averaged(self, inputs: Tensor) -> Tensor:
        """The averages (B, h, w, C) of neighbourhoods; what lies outside the image counts not."""
        if self.extent == 0:
            return ops.mean(inputs, axis=(1, 2), keepdims=True)
        inside = ops.ones_like(inputs[:1, :, :, :1])
        reach, wide = self.extent - 1, 2 * self.extent - 1
        sums, counts = (
            ops.average_pool(
                ops.pad(each, ((0, 0), (reach, reach), (reach, reach), (0, 0))),
                wide,
                self.extent,
                data_format="channels_last",
            )
            for each in (inputs, inside)
        )
        return sums / counts

    def _filtered(self, inputs: Tensor, training: bool | None) -> Tensor:
        for number, (conv, norm) in enumerate(self.gathering):
            if number:
                inputs = ops.relu(inputs)
            if self.extent:
                inputs = ops.pad(inputs, ((0, 0), (1, 1), (1, 1), (0, 0)))
            inputs = norm(conv(inputs), training=training)
        return inputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "extent": self.extent,
            "weights": self.learned,
            "mlp": self.mlp,
            "ratio": self.ratio,
        }
