"""Attention of an image to its places, whose sum changes all of them: `(B, H, W, C)` in and out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace

FUSIONS = ("scale", "add", "both")


@keras.saving.register_keras_serializable(package="attnlab")
class GlobalContext(AttentionLayer):
    """Sums up the places by attention, and gates or shifts every channel by the sum.

    For inputs `x` of `C` channels and `h = max(1, C // ratio)` hidden units:

    1. Score every place, `e = x W + b`, and compute `a = softmax(e)` over all places.
    2. The context `c`, the sum of `a x` over the places, a vector of `C` numbers.
    3. "scale": return `x * sigmoid(f(c))`; "add": return `x + g(c)`; "both": `x * sigmoid(f(c)) +
       g(c)`, where `f` and `g` are dense layers with layer normalisation and relu between them,
       `W_2 relu(norm(W_1 c + b_1)) + b_2`.

    Source: Cao et al. 2019, "GCNet", https://arxiv.org/abs/1904.11492, whose block adds. As in
    PyTorch Image Models, "scale" is the default, the last layer of what is added begins with zeros,
    and epsilon is 1e-6. Deviation from there: `h` is not rounded.

    Parameters: `C + 1` of the attention; `f` and `g` have `2 * C * h + 3 * h + C` each.

    Arguments:
        ratio: How many times fewer units the hidden layers have than there are channels; of one
            unit the normalisation leaves nothing but its shift.
        fuse: What the context does: "scale", "add" or "both".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the weights of the
        places of shape `(B, H, W)`, a distribution, and but for "add" in a tuple with them the
        gates of the channels, `(B, C)`, in float32 under mixed precision.
    """

    axes = IMAGE

    def __init__(
        self,
        *,
        ratio: int = 8,
        fuse: str = "scale",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        check_choice("fuse", fuse, FUSIONS)
        self.normalise_by(normaliser, temperature)
        self.ratio = ratio
        self.fuse = fuse
        gates = () if fuse == "add" else (Trace("channel", "gate"),)
        self.traces = (Trace("place", "distribution"), *gates)

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        self.score = keras.layers.Dense(1, dtype=self.variable_dtype, name="score")
        self.score.build(input_shape)
        if self.fuse != "add":
            self.scale = self._build_layers(channels, "scale", "glorot_uniform")
        if self.fuse != "scale":
            self.shift = self._build_layers(channels, "shift", "zeros")

    def _build_layers(self, channels: int, name: str, last: str) -> list[keras.layers.Layer]:
        units, dtype = max(1, channels // self.ratio), self.variable_dtype
        reduce = keras.layers.Dense(units, dtype=dtype, name=f"{name}_reduce")
        norm = keras.layers.LayerNormalization(epsilon=1e-6, dtype=dtype, name=f"{name}_norm")
        expand = keras.layers.Dense(
            channels, kernel_initializer=last, dtype=dtype, name=f"{name}_expand"
        )
        reduce.build((None, channels))
        norm.build((None, units))
        expand.build((None, units))
        return [reduce, norm, expand]

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        places = self.weights_of_places(inputs)  # (B, H, W)
        outputs, gates = self.fused(inputs, places)
        scores = places if gates is None else (places, gates)
        return (outputs, scores) if return_attention_scores else outputs

    def weights_of_places(self, inputs: Tensor) -> Tensor:
        """The weights of the places, (B, H, W), which sum to one."""
        scores = self.score(inputs)[..., 0]
        by_place = self.weights_of_all(ops.reshape(scores, (ops.shape(scores)[0], -1)))
        return ops.reshape(by_place, ops.shape(scores))

    def fused(self, inputs: Tensor, places: Tensor) -> tuple[Tensor, Tensor | None]:
        """The outputs for these weights of the places (B, H, W), and the gates of the channels."""
        values = ops.cast(inputs, self.variable_dtype)
        context = ops.einsum("bhw,bhwc->bc", places, values)
        outputs, gates = inputs, None
        if self.fuse != "add":
            gates = ops.sigmoid(_mixed(self.scale, context))  # (B, C)
            outputs = outputs * ops.cast(gates, self.compute_dtype)[:, None, None]
        if self.fuse != "scale":
            shift = ops.cast(_mixed(self.shift, context), self.compute_dtype)
            outputs = outputs + shift[:, None, None]
        return outputs, gates

    def get_config(self) -> dict[str, Any]:
        own = {"ratio": self.ratio, "fuse": self.fuse}
        return {**super().get_config(), **own, **self.normalising()}


def _mixed(layers: list[keras.layers.Layer], context: Tensor) -> Tensor:
    reduce, norm, expand = layers
    return expand(ops.relu(norm(reduce(context))))
