"""Gates with a weight for every place of every channel of an image, `(B, H, W, C)`."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.channel import mean_over_places
from attnlab.modules.checks import check_kernel, check_positive, check_whole
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.trace import Trace


class JointGate(AttentionLayer):
    """What all gates of places and channels have in common; a subclass has its gate.

    Its scores are two means of the gate: over the places, one of each channel, and over the
    channels, one of each place.
    """

    axes = IMAGE
    traces = (Trace("channel", "gate"), Trace("place", "gate"))
    residual = False
    """Whether the inputs are added to what the gate lets through."""

    def call(
        self, inputs: Tensor, training: bool | None = None, return_attention_scores: bool = False
    ) -> Attended:
        gate = self.gate(inputs, training)  # (B, H, W, C)
        opened = 1 + gate if self.residual else gate
        outputs = inputs * ops.cast(opened, self.compute_dtype)
        scores = (ops.mean(gate, axis=(1, 2)), ops.mean(gate, axis=-1))  # (B, C), (B, H, W)
        return (outputs, scores) if return_attention_scores else outputs

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        """How open each place of each channel is, (B, H, W, C): between 0 and 1."""
        raise NotImplementedError

    def make_norm(self, shape: BatchShape, name: str) -> keras.layers.Layer:
        """Batch normalisation of the last axis, as PyTorch counts its epsilon."""
        norm = keras.layers.BatchNormalization(epsilon=1e-5, dtype=self.variable_dtype, name=name)
        norm.build(shape)
        return norm


@keras.saving.register_keras_serializable(package="attnlab")
class SimAM(JointGate):
    """Opens a gate where a value stands out from its channel; has no weights.

    For inputs `x` of `C` channels and `n = H * W` places, in each channel alone:
    `d = (x - mean)**2`, `v` the sum of `d` over the places divided by `n - 1`, and
    `s = sigmoid(d / (4 * (v + regularisation)) + 0.5)`; returns `x * s`. No gate is below 0.62.

    Source: Yang et al. 2021, "SimAM", https://proceedings.mlr.press/v139/yang21o.html. Deviation:
    of a single place `v` is 0, where the released code divides by 0.

    Parameters: none.

    Arguments:
        regularisation: What is added to the variance of a channel (lambda in the paper).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under mixed
        precision.
    """

    def __init__(self, *, regularisation: float = 1e-4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_positive("regularisation", regularisation)
        self.regularisation = regularisation

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        inputs = ops.cast(inputs, self.variable_dtype)
        distance = ops.square(inputs - ops.mean(inputs, axis=(1, 2), keepdims=True))
        places = ops.shape(inputs)[1] * ops.shape(inputs)[2]
        others = ops.cast(ops.maximum(places - 1, 1), distance.dtype)
        variance = ops.sum(distance, axis=(1, 2), keepdims=True) / others
        return ops.sigmoid(distance / (4 * (variance + self.regularisation)) + 0.5)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "regularisation": self.regularisation}


@keras.saving.register_keras_serializable(package="attnlab")
class BAM(JointGate):
    """Bottleneck attention module: a channel and a place branch are added up to one gate.

    For inputs `x` of `C` channels and `h = max(1, C // ratio)` hidden units:

    1. The channels: `c = W_2 relu(norm(W_1 z + b_1)) + b_2`, with `z` the average over all places.
    2. The places: a dense layer to `h` channels, two convolutions of 3 x 3 with gaps (`dilation`),
       each of the three with batch normalisation and relu, and a dense layer to one number, `p`.
    3. `s = sigmoid(c + p)`, for every place of every channel; returns `x + x * s`.

    Source: Park et al. 2018, https://arxiv.org/abs/1807.06514. Deviations: both branches are added,
    as in the paper's equation 2, where the released code multiplies them. Batch normalisation
    stands after the hidden layers alone, as in the code; the paper's equations have it after each
    whole branch. Epsilon is 1e-5; Keras's moving variance is the biased one.

    Parameters: `2 * C * h + 5 * h + C` of the channels, `C * h + 18 * h**2 + 16 * h + 1` of the
    places; of these `8 * h` are moving statistics, which are not trained.

    Arguments:
        ratio: How many times fewer units the hidden layers have than there are channels.
        dilation: How far apart the places are that a convolution looks at.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under mixed
        precision.
    """

    residual = True

    def __init__(self, *, ratio: int = 16, dilation: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        check_whole("dilation", dilation, low=1)
        self.ratio = ratio
        self.dilation = dilation

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        units = max(1, channels // self.ratio)
        dtype = self.variable_dtype
        reduced = (*input_shape[:-1], units)
        self.channel_reduce = keras.layers.Dense(units, dtype=dtype, name="channel_reduce")
        self.channel_expand = keras.layers.Dense(channels, dtype=dtype, name="channel_expand")
        self.channel_reduce.build((None, channels))
        self.channel_expand.build((None, units))
        self.channel_norm = self.make_norm((None, units), "channel_norm")
        self.place_reduce = keras.layers.Dense(units, dtype=dtype, name="place_reduce")
        self.place_reduce.build(input_shape)
        self.place_norm = self.make_norm(reduced, "place_norm")
        self.convs, self.conv_norms = [], []
        for number in (1, 2):
            conv = keras.layers.Conv2D(
                units,
                3,
                padding="same",
                dilation_rate=self.dilation,
                data_format="channels_last",
                dtype=dtype,
                name=f"conv_{number}",
            )
            conv.build(reduced)
            self.convs.append(conv)
            self.conv_norms.append(self.make_norm(reduced, f"conv_norm_{number}"))
        self.place_score = keras.layers.Dense(1, dtype=dtype, name="place_score")
        self.place_score.build(reduced)

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        hidden = self.channel_reduce(mean_over_places(inputs, self.variable_dtype))
        hidden = ops.relu(self.channel_norm(hidden, training=training))
        channels = self.channel_expand(hidden)[:, None, None]  # (B, 1, 1, C)
        places = ops.relu(self.place_norm(self.place_reduce(inputs), training=training))
        for conv, norm in zip(self.convs, self.conv_norms, strict=True):
            places = ops.relu(norm(conv(places), training=training))  # (B, H, W, h)
        return ops.sigmoid(channels + self.place_score(places))

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio, "dilation": self.dilation}


@keras.saving.register_keras_serializable(package="attnlab")
class TripletAttention(JointGate):
    """Gates an image from its three sides, each by its maximum and mean over the third one.

    For inputs `x`, three gates: of rows and columns `s_1` (B, H, W), of columns and channels `s_2`
    (B, W, C), of rows and channels `s_3` (B, H, C). Each is `sigmoid(norm(conv([max, mean])))`,
    where maximum and mean are taken over the axis that it does not have, and the convolution has
    one filter of `kernel_size` squared, without bias. Returns the mean of `x * s_1`, `x * s_2` and
    `x * s_3`, which is `x` times the mean of the gates.

    Source: Misra et al. 2021, https://arxiv.org/abs/2010.03045. Deviation: Keras's moving variance
    is the biased one. Epsilon is 1e-5 and momentum 0.99, as released.

    Parameters: `3 * (2 * kernel_size**2 + 4)`, six of them not trained.

    Arguments:
        kernel_size: How wide a neighbourhood decides a weight, on each side (odd).
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, H, W, C)`.
        training: Whether to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, H, W, C)`. With `return_attention_scores=True` also the means of the
        gates of each channel, `(B, C)`, and of each place, `(B, H, W)`, in float32 under mixed
        precision.
    """

    SIDES = ("places", "columns", "rows")

    def __init__(self, *, kernel_size: int = 7, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_kernel("kernel_size", kernel_size)
        self.kernel_size = kernel_size

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)
        self.convs, self.norms = [], []
        for side in self.SIDES:
            conv = keras.layers.Conv2D(
                1,
                self.kernel_size,
                padding="same",
                data_format="channels_last",
                use_bias=False,
                dtype=self.variable_dtype,
                name=f"{side}_conv",
            )
            conv.build((None, None, None, 2))
            self.convs.append(conv)
            self.norms.append(self.make_norm((None, None, None, 1), f"{side}_norm"))

    def gate(self, inputs: Tensor, training: bool | None = None) -> Tensor:
        inputs = ops.cast(inputs, self.variable_dtype)
        gates = []
        for axis, conv, norm in zip((3, 1, 2), self.convs, self.norms, strict=True):
            sides = ops.stack([ops.max(inputs, axis=axis), ops.mean(inputs, axis=axis)], axis=-1)
            gate = ops.sigmoid(norm(conv(sides), training=training))[..., 0]
            gates.append(ops.expand_dims(gate, axis))
        return (gates[0] + gates[1] + gates[2]) / 3  # (B, H, W, C)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kernel_size": self.kernel_size}
