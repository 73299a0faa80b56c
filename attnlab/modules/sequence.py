"""Attention of every step to every step: `(B, T, D)` in, `(B, T, D)` out, with a mask."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_share, check_whole
from attnlab.modules.layer import STEPS, Attended, AttentionLayer
from attnlab.modules.masks import mask_of_all_pairs, weighted_sum, without_padding
from attnlab.modules.trace import Trace

NORMS = ("layer", "batch")
_EPSILON = {"layer": 1e-6, "batch": 1e-3}


class MultiHead(AttentionLayer):
    """Multi-head scaled dot-product attention, and the normalisation that follows a residual."""

    axes = STEPS
    traces = (Trace("step", "distribution", leading=("head", "query")),)

    def __init__(self, *, heads: int, norm: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_whole("heads", heads, low=1)
        check_choice("norm", norm, NORMS)
        self.heads = heads
        self.norm = norm
        self.supports_masking = True

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        if features % self.heads:
            raise ValueError(
                f"heads must divide the number of features, received heads={self.heads} for "
                f"{features} features"
            )
        self.query = keras.layers.Dense(features, dtype=self.variable_dtype, name="query")
        self.key = keras.layers.Dense(features, dtype=self.variable_dtype, name="key")
        self.value = keras.layers.Dense(features, dtype=self.dtype_policy, name="value")
        self.combine = keras.layers.Dense(features, dtype=self.dtype_policy, name="combine")
        for layer in (self.query, self.key, self.value, self.combine):
            layer.build(input_shape)
        self.attention_norm = self._make_norm(input_shape, "attention_norm")

    def _make_norm(self, shape: BatchShape, name: str) -> keras.layers.Layer:
        normalisation = (
            keras.layers.LayerNormalization
            if self.norm == "layer"
            else keras.layers.BatchNormalization
        )
        layer = normalisation(epsilon=_EPSILON[self.norm], dtype=self.dtype_policy, name=name)
        layer.build(shape)
        return layer

    def _attend(self, inputs: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """The combined contexts of the heads, (B, T, D), and their scores, (B, h, T, T)."""
        queries = self._by_head(self.query(inputs))  # (B, h, T, k)
        keys = self._by_head(self.key(inputs))  # (B, h, T, k)
        pair_mask = mask_of_all_pairs(mask, mask)  # (B, T, T)
        pair_mask = None if pair_mask is None else pair_mask[:, None]
        scores = self.weights_of(self._logits(queries, keys), pair_mask)
        return self._combined(inputs, scores), scores

    def _logits(self, queries: Tensor, keys: Tensor) -> Tensor:
        """How well each key answers each query, (B, h, T, T): any number, before the softmax."""
        products = ops.matmul(queries, ops.transpose(keys, (0, 1, 3, 2)))
        return products / math.sqrt(keys.shape[-1])

    def _combined(self, inputs: Tensor, scores: Tensor) -> Tensor:
        """The contexts of the heads for these scores (B, h, T, T), side by side and combined."""
        context = weighted_sum(scores, self._by_head(self.value(inputs)))  # (B, h, T, k)
        return self._side_by_side(context)

    def _side_by_side(self, context: Tensor) -> Tensor:
        steps, features = ops.shape(context)[2], self.heads * context.shape[-1]
        context = ops.transpose(context, (0, 2, 1, 3))  # (B, T, h, k)
        return self.combine(ops.reshape(context, (-1, steps, features)))

    def _by_head(self, projected: Tensor) -> Tensor:
        """Share the features out to the heads: (B, T, D) to (B, h, T, D / h)."""
        steps, features = ops.shape(projected)[1], projected.shape[-1]
        by_head = ops.reshape(projected, (-1, steps, self.heads, features // self.heads))
        return ops.transpose(by_head, (0, 2, 1, 3))

    def _normalise(
        self, norm: keras.layers.Layer, sequence: Tensor, mask: Tensor | None, training: bool | None
    ) -> Tensor:
        if self.norm == "batch":
            return norm(sequence, mask=mask, training=training)
        return norm(sequence)

    def _finished(
        self, inputs: Tensor, context: Tensor, mask: Tensor | None, training: bool | None
    ) -> Tensor:
        """The inputs and what was seen, added up and normalised; zeros at masked steps."""
        outputs = self._normalise(self.attention_norm, inputs + context, mask, training)
        return without_padding(outputs, mask)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "heads": self.heads, "norm": self.norm}


@keras.saving.register_keras_serializable(package="attnlab")
class SelfAttention(MultiHead):
    """Lets every step look at all steps through several heads; adds what they saw, and normalises.

    For a sequence `x` of `D` features and `h` heads of `k = D / h` features each:

    1. Project: `Q = x W_Q + b_Q`, `K = x W_K + b_K`, `V = x W_V + b_V`, and share the features of
       each out to the heads.
    2. In every head, compute `a = softmax(Q K^T / sqrt(k))` over the steps that are not masked, and
       the context `a V`.
    3. Put the contexts of the heads side by side: `c = [context_1; ...; context_h] W_O + b_O`.
    4. Return `norm(x + c)`: "layer" normalises the features of each step, "batch" each feature over
       the steps and samples of the batch, padding left out.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, the attention half of its encoder
    layer with the normalisation after the residual. Deviations: all four projections have biases,
    as in most implementations (that of the keys changes nothing, since it adds the same to all
    logits of a query); there is no dropout. Batch normalisation is an alternative of ours. Epsilon
    is 1e-6 (layer) and 1e-3 (batch).

    Parameters: `4 * D**2 + 4 * D` of the attention; the normalisation adds `2 * D` ("layer") or
    `4 * D` ("batch"), half of which are moving statistics, which are not trained.

    Arguments:
        heads: How many heads share the features out; must divide their number.
        norm: What normalises the sum: "layer" or "batch".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step is weighed exactly 0 and weighs nothing itself; the outputs are zeros there.
        training: Whether to normalise by the batch at hand; matters with "batch" only.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, T, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, heads, T, T)`, a distribution over the last axis for every head and asking step, in
        float32 under mixed precision.
    """

    def __init__(
        self,
        *,
        heads: int = 4,
        norm: str = "layer",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(heads=heads, norm=norm, **kwargs)
        self.normalise_by(normaliser, temperature)

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> Attended:
        context, scores = self._attend(inputs, mask)
        outputs = self._finished(inputs, context, mask, training)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class TransformerEncoder(MultiHead):
    """One layer of a Transformer's encoder: multi-head self-attention, then a feed-forward network.

    For a sequence `x` of `D` features:

    1. `y = norm(x + dropout(attention(x)))`, with the attention of `SelfAttention`, steps 1 to 3.
    2. `z = norm(y + dropout(W_2 relu(W_1 y + b_1) + b_2))`, with `f` units in between, for each
       step alone; returns `z`.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762: the normalisation stands after
    the residual. Deviations: all projections have biases (that of the keys changes nothing, since
    it adds the same to all logits of a query). There is no encoding of positions, which belongs to
    the network, so without one the order of the steps means nothing to this layer. Batch
    normalisation is an alternative of ours. Epsilon is 1e-6 (layer) and 1e-3 (batch).

    Parameters: `4 * D**2 + 2 * D * f + 9 * D + f` with layer normalisation; batch normalisation
    adds another `4 * D`, moving statistics, which are not trained.

    Arguments:
        heads: How many heads share the features out; must divide their number.
        units: Width `f` of the hidden layer of the feed-forward network.
        dropout: The share of what both halves add to the sequence that is dropped in each training
            step.
        norm: What normalises the sums: "layer" or "batch".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step is weighed exactly 0 and weighs nothing itself; the outputs are zeros there.
        training: Whether to drop units, and with "batch" to normalise by the batch at hand.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, T, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, heads, T, T)`, a distribution over the last axis for every head and asking step, in
        float32 under mixed precision.
    """

    def __init__(
        self,
        *,
        heads: int = 4,
        units: int = 64,
        dropout: float = 0.1,
        norm: str = "layer",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(heads=heads, norm=norm, **kwargs)
        self.normalise_by(normaliser, temperature)
        check_whole("units", units, low=1)
        check_share("dropout", dropout)
        self.units = units
        self.dropout = dropout

    def build(self, input_shape: BatchShape) -> None:
        super().build(input_shape)
        dtype = self.dtype_policy
        self.expand = keras.layers.Dense(self.units, activation="relu", dtype=dtype, name="expand")
        self.reduce = keras.layers.Dense(input_shape[-1], dtype=dtype, name="reduce")
        self.attention_dropout = self._make_dropout(input_shape, "attention_dropout")
        self.feed_forward_dropout = self._make_dropout(input_shape, "feed_forward_dropout")
        self.feed_forward_norm = self._make_norm(input_shape, "feed_forward_norm")
        self.expand.build(input_shape)
        self.reduce.build((*input_shape[:-1], self.units))

    def _make_dropout(self, shape: BatchShape, name: str) -> keras.layers.Dropout:
        layer = keras.layers.Dropout(self.dropout, dtype=self.dtype_policy, name=name)
        layer.build(shape)
        return layer

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> Attended:
        context, scores = self._attend(inputs, mask)
        context = self.attention_dropout(context, training=training)
        attended = self._normalise(self.attention_norm, inputs + context, mask, training)
        fed_forward = self.reduce(self.expand(attended))  # (B, T, f) -> (B, T, D)
        fed_forward = self.feed_forward_dropout(fed_forward, training=training)
        outputs = self._normalise(self.feed_forward_norm, attended + fed_forward, mask, training)
        outputs = without_padding(outputs, mask)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        own = {"units": self.units, "dropout": self.dropout}
        return {**super().get_config(), **own, **self.normalising()}
