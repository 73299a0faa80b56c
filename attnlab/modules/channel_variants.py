"""Further attention over the channels of an image: `(B, H, W, C)` in, `(B, H, W, C)` out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.channel import EfficientChannelAttention, mean_over_places, weigh_channels
from attnlab.modules.checks import check_choice
from attnlab.modules.layer import IMAGE, Attended, AttentionLayer
from attnlab.modules.squeeze_excite import GATES
from attnlab.modules.trace import Trace


@keras.saving.register_keras_serializable(package="attnlab")
class EffectiveSqueezeExcite(AttentionLayer):
    """Effective squeeze-and-excitation: gates channels through one dense layer, not narrowed.

    For inputs `x` of `C` channels, `z` the average of every channel over all places and a gate `g`:
    `s = g(W z + b)` with as many units as channels; returns `x * s`.

    Source: Lee & Park 2020, "CenterMask", https://arxiv.org/abs/1911.06667. No deviation from
    PyTorch Image Models, whose gate is the hard sigmoid by default, too.

    Parameters: `C**2 + C`.

    Arguments:
        gate: What turns the scores into weights: "hard_sigmoid", which is `relu6(x + 3) / 6` and
            reaches 0 and 1, or "sigmoid".
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

    def __init__(self, *, gate: str = "hard_sigmoid", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_choice("gate", gate, GATES)
        self.gate = gate

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        self.score = keras.layers.Dense(
            channels, activation=self.gate, dtype=self.variable_dtype, name="score"
        )
        self.score.build((None, channels))

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        scores = self.score(mean_over_places(inputs, self.variable_dtype))  # (B, C)
        outputs = weigh_channels(inputs, scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "gate": self.gate}


@keras.saving.register_keras_serializable(package="attnlab")
class CircularEfficientChannelAttention(EfficientChannelAttention):
    """Circular ECA: the filter of ECA, for which the first channel is the last one's neighbour.

    As `EfficientChannelAttention`, but that the filter runs on around the ends of the channels
    instead of meeting zeros there.

    Source: the circular ECA of PyTorch Image Models (2020), after Wang et al. 2020,
    https://arxiv.org/abs/1910.03151. Deviation: picked by the number of channels the kernel may be
    1, as in the paper; there it is at least 3. The filter may not be wider than there are channels.

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

    padding = "valid"

    def __init__(self, *, kernel_size: int = 0, **kwargs: Any) -> None:
        super().__init__(kernel_size=kernel_size, **kwargs)

    def build(self, input_shape: BatchShape) -> None:
        channels = self.check_shape(input_shape)
        if self.kernel_size > channels:
            raise ValueError(
                f"kernel_size must be at most the number of channels, received {self.kernel_size} "
                f"for {channels} channels"
            )
        super().build(input_shape)

    def lined_up(self, squeezed: Tensor) -> Tensor:
        reach = self.conv.kernel_size[0] // 2
        if not reach:
            return squeezed
        return ops.concatenate([squeezed[:, -reach:], squeezed, squeezed[:, :reach]], axis=1)


@keras.saving.register_keras_serializable(package="attnlab")
class GatedChannelTransform(AttentionLayer):
    """Gated channel transformation: channels compete or cooperate by their norms, with three
    numbers a channel.

    For inputs `x` of `C` channels: `e_c = alpha_c * sqrt(sum of x_c**2 over all places + epsilon)`,
    `n_c = gamma_c * e_c / sqrt(mean of e**2 over the channels + epsilon)`, and
    `g_c = 1 + tanh(n_c + beta_c)`; returns `x * g`. With gamma and beta of 0, as at the start, it
    gives its inputs.

    Source: Yang et al. 2020, https://arxiv.org/abs/1909.11519, with its epsilon of 1e-5 and the l2
    norm. Deviation: the scores are `g / 2`, so that they lie between 0 and 1; half is what leaves a
    channel as it is.

    Parameters: `3 * C`.

    Arguments:
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
    EPSILON = 1e-5

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.alpha_initializer = keras.initializers.Ones()
        self.gamma_initializer = keras.initializers.Zeros()
        self.beta_initializer = keras.initializers.Zeros()

    def build(self, input_shape: BatchShape) -> None:
        shape = (self.check_shape(input_shape),)
        dtype = self.variable_dtype
        self.alpha = self.add_weight(shape, self.alpha_initializer, dtype, name="alpha")
        self.gamma = self.add_weight(shape, self.gamma_initializer, dtype, name="gamma")
        self.beta = self.add_weight(shape, self.beta_initializer, dtype, name="beta")

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        alpha, gamma, beta = (
            ops.cast(each, self.variable_dtype) for each in (self.alpha, self.gamma, self.beta)
        )
        squares = ops.square(ops.cast(inputs, self.variable_dtype))
        embedded = alpha * ops.sqrt(ops.sum(squares, axis=(1, 2)) + self.EPSILON)  # (B, C)
        typical = ops.sqrt(ops.mean(ops.square(embedded), axis=-1, keepdims=True) + self.EPSILON)
        scores = (1 + ops.tanh(gamma * embedded / typical + beta)) / 2
        outputs = weigh_channels(inputs, 2 * scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs
