"""Attention over the features of a vector: `(B, D)` in, `(B, D)` out."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.layer import FEATURES, Attended, AttentionLayer
from attnlab.modules.trace import Trace

ACTIVATIONS = ("relu", "tanh", "sigmoid", "softmax", "linear")


@keras.saving.register_keras_serializable(package="attnlab")
class DenseAttention(AttentionLayer):
    """Weighs every feature by a dense layer with softmax; the weights of a sample sum to one.

    For inputs `x` of `D` features and an activation `f`:

    1. Pass `x` through `depth` hidden layers of width `D`: `h = f(W h + b)`, beginning with `x`.
    2. Compute the scores `a = softmax(W_a h + b_a)`.
    3. Return `x * a`.

    Source: philipperemy/keras-attention, `attention_dense.py` of 2017 (no paper). Deviations: the
    original has no hidden layers in the attention; `depth` adds them. Nothing is multiplied by `D`,
    so the outputs are about `D` times smaller than the inputs at the start, as in the original.

    Parameters: `(depth + 1) * (D**2 + D)`.

    Arguments:
        depth: Number of hidden layers before the softmax.
        activation: What the hidden layers apply: "relu", "tanh", "sigmoid", "softmax" or "linear".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, D)`, a distribution, in float32 under mixed precision.
    """

    axes = FEATURES
    traces = (Trace("feature", "distribution"),)

    def __init__(
        self,
        *,
        depth: int = 0,
        activation: str = "relu",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.normalise_by(normaliser, temperature)
        check_whole("depth", depth, low=0)
        check_choice("activation", activation, ACTIVATIONS)
        self.depth = depth
        self.activation = activation

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        self.hidden = [
            keras.layers.Dense(
                features,
                activation=self.activation,
                dtype=self.variable_dtype,
                name=f"hidden_{number}",
            )
            for number in range(1, self.depth + 1)
        ]
        self.score = keras.layers.Dense(features, dtype=self.variable_dtype, name="score")
        for layer in (*self.hidden, self.score):
            layer.build(input_shape)

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        hidden = inputs
        for layer in self.hidden:
            hidden = layer(hidden)
        scores = self.weights_of_all(self.score(hidden))  # (B, D)
        outputs = inputs * ops.cast(scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        own = {"depth": self.depth, "activation": self.activation}
        return {**super().get_config(), **own, **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class MultiHeadDenseAttention(AttentionLayer):
    """Weighs every feature by the mean of several softmax layers, its heads.

    For inputs `x` of `D` features and `h` heads: `a_i = softmax(W_i x + b_i)`; returns
    `x * mean(a_i)`, the mean over the heads.

    Source: philipperemy/keras-attention, whose `DenseAttention` is each head here (no paper). The
    heads see all features, unlike those of Vaswani et al. 2017, which share them out. As in
    `DenseAttention`, nothing is multiplied by `D`.

    Parameters: `heads * (D**2 + D)`.

    Arguments:
        heads: How many distributions over the features there are.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, heads, D)`, a distribution for every head, in float32 under mixed precision.
    """

    axes = FEATURES
    traces = (Trace("feature", "distribution", leading=("head",)),)

    def __init__(
        self,
        *,
        heads: int = 4,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.normalise_by(normaliser, temperature)
        check_whole("heads", heads, low=1)
        self.heads = heads

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        self.score = [
            keras.layers.Dense(features, dtype=self.variable_dtype, name=f"score_{number}")
            for number in range(1, self.heads + 1)
        ]
        for layer in self.score:
            layer.build(input_shape)

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        scores = [self.weights_of_all(layer(inputs)) for layer in self.score]
        scores = ops.stack(scores, axis=1)  # (B, h, D)
        weights = ops.mean(scores, axis=1)  # (B, D)
        outputs = inputs * ops.cast(weights, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads, **self.normalising()}


class _Bottleneck(AttentionLayer):
    """What both bottlenecks share; they differ in what makes weights of the scores."""

    axes = FEATURES

    def __init__(self, *, ratio: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("ratio", ratio, low=1)
        self.ratio = ratio

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        units = max(1, features // self.ratio)
        self.reduce = keras.layers.Dense(
            units, activation="relu", dtype=self.variable_dtype, name="reduce"
        )
        self.score = keras.layers.Dense(features, dtype=self.variable_dtype, name="score")
        self.reduce.build(input_shape)
        self.score.build((None, units))

    def call(self, inputs: Tensor, return_attention_scores: bool = False) -> Attended:
        hidden = self.reduce(inputs)  # (B, D // ratio)
        scores = self._weights(self.score(hidden))  # (B, D)
        outputs = inputs * ops.cast(scores, self.compute_dtype)
        return (outputs, scores) if return_attention_scores else outputs

    def _weights(self, scores: Tensor) -> Tensor:
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "ratio": self.ratio}


@keras.saving.register_keras_serializable(package="attnlab")
class BottleneckDenseAttention(_Bottleneck):
    """Weighs every feature through a narrow hidden layer with softmax; the weights sum to one.

    For inputs `x` of `D` features: `a = softmax(W_2 relu(W_1 x + b_1) + b_2)` with a hidden width
    of `h = max(1, D // ratio)`; returns `x * a`.

    Source: the softmax attention of philipperemy/keras-attention with the bottleneck of Hu et al.
    2018, https://arxiv.org/abs/1709.01507. Neither has this combination.

    Parameters: `2 * D * h + h + D`.

    Arguments:
        ratio: How many times fewer units the hidden layer has than the input.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, D)`, a distribution, in float32 under mixed precision.
    """

    traces = (Trace("feature", "distribution"),)

    def __init__(
        self,
        *,
        ratio: int = 4,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(ratio=ratio, **kwargs)
        self.normalise_by(normaliser, temperature)

    def _weights(self, scores: Tensor) -> Tensor:
        return self.weights_of_all(scores)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class FeatureGate(_Bottleneck):
    """Gates every feature on its own through a narrow hidden layer with sigmoid.

    For inputs `x` of `D` features: `s = sigmoid(W_2 relu(W_1 x + b_1) + b_2)` with a hidden width
    of `h = max(1, D // ratio)`; returns `x * s`.

    Source: squeeze-and-excitation of Hu et al. 2018, https://arxiv.org/abs/1709.01507. Deviation:
    features take the place of channels, so there is nothing to squeeze.

    Parameters: `2 * D * h + h + D`.

    Arguments:
        ratio: How many times fewer units the hidden layer has than the input.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, D)`, a gate, in float32 under mixed precision.
    """

    traces = (Trace("feature", "gate"),)

    def __init__(self, *, ratio: int = 4, **kwargs: Any) -> None:
        super().__init__(ratio=ratio, **kwargs)

    def _weights(self, scores: Tensor) -> Tensor:
        return ops.sigmoid(scores)
