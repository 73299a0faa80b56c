"""Squeeze-and-excitation: `(B, H, W, C)` in, `(B, H, W, C)` out, every channel weighed.

All images are channels-last, whatever `keras.config.image_data_format()` says.
"""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.channel import mean_over_places, weigh_channels
from attnlab.modules.checks import check_choice, check_share, check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace

ACTIVATIONS = ("relu", "swish")
GATES = ("sigmoid", "hard_sigmoid")
SQUEEZES = ("avg", "max")


@keras.saving.register_keras_serializable(package="attnlab")
class SqueezeExcite(AttentionLayer):
    """Squeeze-and-excitation: gates channels through a narrow hidden layer.

    For inputs `x` of `C` channels, a hidden activation `f` and a gate `g`:

    1. Squeeze every channel to one number `z`, its average or maximum over all places.
    2. Compute the scores `s = g(W_2 f(W_1 z + b_1) + b_2)`, hidden width `h = max(1, C // ratio)`.
    3. Return `x * s`, the score of a channel at all its places.

    Source: Hu et al. 2018, https://arxiv.org/abs/1709.01507. Deviations: the paper's equations have
    no biases, which many implementations add, as here by default. The hidden width is not rounded
    to a multiple of 8 as in MobileNetV3, nor counted from the block's input as in EfficientNet;
    their choices of functions are `activation="swish"` for EfficientNet and `gate="hard_sigmoid"`
    for MobileNetV3.

    Parameters: `2 * C * h`, with `bias` another `h + C`.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels.
        activation: What the hidden layer applies: "relu" or "swish".
        gate: What turns the scores into weights: "sigmoid", or "hard_sigmoid", which is
            `relu6(x + 3) / 6` and reaches 0 and 1.
        squeeze: How a channel is summed up: "avg" or "max".
        bias: Whether both dense layers have a bias.
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

    def __init__(
        self,
        *,
        ratio: int = 16,
        activation: str = "relu",
        gate: str = "sigmoid",
        squeeze: str = "avg",
        bias: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        check_choice("activation", activation, ACTIVATIONS)
        check_choice("gate", gate, GATES)
        check_choice("squeeze", squeeze, SQUEEZES)
        self.ratio = ratio
        self.activation = activation
        self.gate = gate
        self.squeeze = squeeze
        self.bias = bias

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(1, channels // self.ratio)
        self.reduce = keras.layers.Dense(
            units,
            activation=self.activation,
            use_bias=self.bias,
            dtype=self.variable_dtype,
            name="reduce",
        )
        self.expand = keras.layers.Dense(
            channels,
            activation=self.gate,
            use_bias=self.bias,
            dtype=self.variable_dtype,
            name="expand",
        )
        self.reduce.build((None, channels))
        self.expand.build((None, units))

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        if self.squeeze == "avg":
            squeezed = mean_over_places(inputs, self.variable_dtype)  # (B, C)
        else:
            squeezed = ops.max(inputs, axis=(1, 2))  # (B, C)
        hidden = self.reduce(squeezed)  # (B, C // ratio)
        scores = self.expand(hidden)  # (B, C)
        outputs = weigh_channels(inputs, scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "ratio": self.ratio,
            "activation": self.activation,
            "gate": self.gate,
            "squeeze": self.squeeze,
            "bias": self.bias,
        }


@keras.saving.register_keras_serializable(package="attnlab")
class SELayer(AttentionLayer):
    """Squeeze-and-excitation with dropout and batch normalisation in its branch.

    For inputs `x` of `C` channels, `z` the average of every channel over all places:

    1. `h = relu(norm(dropout(W_1 z + b_1)))` with `max(1, C // ratio)` units.
    2. `s = sigmoid(norm(dropout(W_2 h + b_2)))` with `C` units.
    3. Return `x * s`, the score of a channel at all its places.

    Source: a widely copied Keras variant of Hu et al. 2018, https://arxiv.org/abs/1709.01507.
    Deviations from the paper: dropout and batch normalisation (Keras's own epsilon of 1e-3 and
    momentum of 0.99) stand before both activations. The dense layers keep their biases, although
    the normalisation takes a bias away again. While training, the scores of a sample depend on the
    other samples of its batch.

    Parameters: `2 * C * h + 5 * h + 5 * C` with `h = max(1, C // ratio)`; of these `2 * h + 2 * C`
    are the moving statistics, which are not trained.

    Arguments:
        ratio: How many times fewer units the hidden layer has than there are channels.
        dropout: The share of the units of both dense layers dropped in each training step.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to drop units and to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the scores of
        shape `(B, C)`, a gate, in float32 under mixed precision.
    """

    axes = IMAGE
    traces = (Trace("channel", "gate"),)

    def __init__(self, *, ratio: int = 16, dropout: float = 0.5, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        check_share("dropout", dropout)
        self.ratio = ratio
        self.dropout = dropout

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(1, channels // self.ratio)
        dtype = self.variable_dtype
        self.reduce = keras.layers.Dense(units, dtype=dtype, name="reduce")
        self.reduce_dropout = keras.layers.Dropout(self.dropout, dtype=dtype, name="reduce_dropout")
        self.reduce_norm = keras.layers.BatchNormalization(dtype=dtype, name="reduce_norm")
        self.expand = keras.layers.Dense(channels, dtype=dtype, name="expand")
        self.expand_dropout = keras.layers.Dropout(self.dropout, dtype=dtype, name="expand_dropout")
        self.expand_norm = keras.layers.BatchNormalization(dtype=dtype, name="expand_norm")
        self.reduce.build((None, channels))
        for layer in (self.reduce_dropout, self.reduce_norm, self.expand):
            layer.build((None, units))
        for layer in (self.expand_dropout, self.expand_norm):
            layer.build((None, channels))

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        squeezed = mean_over_places(inputs, self.variable_dtype)  # (B, C)
        hidden = self.reduce(squeezed)  # (B, C // ratio)
        hidden = self.reduce_dropout(hidden, training=training)
        hidden = ops.relu(self.reduce_norm(hidden, training=training))
        logits = self.expand(hidden)  # (B, C)
        logits = self.expand_dropout(logits, training=training)
        scores = ops.sigmoid(self.expand_norm(logits, training=training))
        outputs = weigh_channels(inputs, scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio, "dropout": self.dropout}
