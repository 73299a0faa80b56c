"""Selective kernels: each channel chooses how far it looks. `(B, H, W, C)` in and out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.channel import mean_over_places
from attnlab.modules.checks import check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace


@keras.saving.register_keras_serializable(package="attnlab")
class SelectiveKernel(AttentionLayer):
    """Two convolutions, one that looks farther, and attention between them in each channel.

    For inputs `x` of `C` channels and `h = max(8, C // ratio)` hidden units:

    1. `u_1` and `u_2`, two convolutions of 3 x 3 to `C` channels, the second with gaps, which makes
       it reach over 5 x 5; each with batch normalisation and relu. With `split` each of them gets
       half of the channels.
    2. `z = relu(norm(W_1 m))`, where `m` is the average of `u_1 + u_2` over all places.
    3. `a = softmax([W_a z; W_b z])`, in each channel over both; returns `a_1 u_1 + a_2 u_2`.

    Source: Li et al. 2019, https://arxiv.org/abs/1903.06586, as PyTorch Image Models has it, with
    its split of the inputs, which the paper has not. Deviations from there: `h` is no multiple of
    8, and there are always two paths. Epsilon is 1e-5; Keras's moving variance is the biased one.
    The scores are the weights of the path that looks farther: not how much a channel counts, but
    how far it looks.

    Parameters: `9 * C**2` with `split`, else `18 * C**2`, and `8 * C + 3 * C * h + 4 * h`; of these
    `4 * C + 2 * h` are moving statistics, which are not trained.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels, as long as
            it keeps eight.
        split: Whether each path gets half of the channels; of an odd number the near one gets the
            larger half.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the scores of
        shape `(B, C)`, a gate, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = (Trace("channel", "gate"),)

    def __init__(
        self,
        *,
        ratio: int = 16,
        split: bool = True,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        self.normalise_by(normaliser, temperature)
        self.ratio = ratio
        self.split = split

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(8, channels // self.ratio)
        self.near = channels - channels // 2 if self.split else channels
        self.paths = []
        for name, dilation in (("near", 1), ("far", 2)):
            seen = channels - self.near if self.split and name == "far" else self.near
            conv = keras.layers.Conv2D(
                channels,
                3,
                padding="same",
                dilation_rate=dilation,
                data_format="channels_last",
                use_bias=False,
                dtype=self.dtype_policy,
                name=name,
            )
            conv.build((*input_shape[:-1], seen))
            norm = self._make_norm(input_shape, f"{name}_norm", self.dtype_policy)
            self.paths.append((conv, norm))
        dense = {"use_bias": False, "dtype": self.variable_dtype}
        self.reduce = keras.layers.Dense(units, name="reduce", **dense)
        self.select = keras.layers.Dense(2 * channels, name="select", **dense)
        self.reduce.build((None, channels))
        self.select.build((None, units))
        self.norm = self._make_norm((None, units), "norm", self.variable_dtype)

    def _make_norm(self, shape: BatchShape, name: str, dtype: Any) -> keras.layers.Layer:
        norm = keras.layers.BatchNormalization(epsilon=1e-5, dtype=dtype, name=name)
        norm.build(shape)
        return norm

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        near, far = self.looked(inputs, training)
        squeezed = mean_over_places(near, self.variable_dtype)
        squeezed = squeezed + mean_over_places(far, self.variable_dtype)  # (B, C)
        hidden = ops.relu(self.norm(self.reduce(squeezed), training=training))
        both = ops.reshape(self.select(hidden), (-1, 2, inputs.shape[-1]))
        scores = self.weights_of_all(ops.transpose(both, (0, 2, 1)))[..., 1]  # (B, C)
        outputs = self.chosen(near, far, scores)
        return (outputs, scores) if return_attention_scores else outputs

    def looked(self, inputs: Tensor, training: bool | None = None) -> list[Tensor]:
        """What the near and the far path see, (B, H, W, C) each."""
        parts = (inputs, inputs)
        if self.split:
            parts = (inputs[..., : self.near], inputs[..., self.near :])
        return [
            ops.relu(norm(conv(part), training=training))
            for (conv, norm), part in zip(self.paths, parts, strict=True)
        ]

    def chosen(self, near: Tensor, far: Tensor, scores: Tensor) -> Tensor:
        """Both paths, weighed by how far each channel looks, (B, C)."""
        scores = ops.cast(scores, self.compute_dtype)[:, None, None]
        return near * (1 - scores) + far * scores

    def get_config(self) -> dict[str, Any]:
        own = {"ratio": self.ratio, "split": self.split}
        return {**super().get_config(), **own, **self.normalising()}
