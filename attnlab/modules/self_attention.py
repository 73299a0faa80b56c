"""Further attention of every step to every step: `(B, T, D)` in, `(B, T, D)` out, with a mask."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_whole
from attnlab.modules.layer import STEPS, Attended, AttentionLayer
from attnlab.modules.masks import mask_of_all_pairs, weighted_sum
from attnlab.modules.sequence import MultiHead
from attnlab.modules.trace import Trace


@keras.saving.register_keras_serializable(package="attnlab")
class AdditiveSelfAttention(AttentionLayer):
    """Compares every step with every step through a small network, and sums the steps up for each.

    For a sequence `x` of `D` features and `u` units:

    1. Score every pair: `e_ij = v · tanh(W x_i + U x_j + b)`.
    2. Compute `a_i = softmax(e_i)` over the steps that are not masked.
    3. Return the sum of `a_ij x_j` for every step `i`.

    Source: the score of Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473, between the steps of
    one sequence, as Zheng et al. 2018, https://arxiv.org/abs/1806.01264, have it. Deviation: they
    weigh by a sigmoid; here a softmax makes a distribution of the scores.

    Parameters: `2 * D * u + 2 * u`.

    Arguments:
        units: Width `u` of the comparison.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step is weighed exactly 0 and weighs nothing itself; the outputs are zeros there.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, T, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T, T)`, a distribution for every asking step, in float32 under mixed precision.
    """

    axes = STEPS
    traces = (Trace("step", "distribution", leading=("query",)),)

    def __init__(
        self,
        *,
        units: int = 32,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        check_whole("units", units, low=1)
        self.normalise_by(normaliser, temperature)
        self.units = units
        self.supports_masking = True

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)
        dtype = self.variable_dtype
        self.query = keras.layers.Dense(self.units, dtype=dtype, name="query")
        self.key = keras.layers.Dense(self.units, use_bias=False, dtype=dtype, name="key")
        self.compare = keras.layers.Dense(1, use_bias=False, dtype=dtype, name="compare")
        self.query.build(input_shape)
        self.key.build(input_shape)
        self.compare.build((None, None, None, self.units))

    def call(
        self, inputs: Tensor, mask: Tensor | None = None, return_attention_scores: bool = False
    ) -> Attended:
        added = self.query(inputs)[:, :, None] + self.key(inputs)[:, None]  # (B, T, T, u)
        logits = self.compare(ops.tanh(added))[..., 0]  # (B, T, T)
        scores = self.weights_of(logits, mask_of_all_pairs(mask, mask))
        outputs = weighted_sum(scores, inputs)
        return (outputs, scores) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class LinearAttention(MultiHead):
    """Multi-head attention without a softmax, whose cost grows with the steps, not their square.

    As `SelfAttention`, but that in every head, with `f(z) = elu(z) + 1`, a step `i` weighs step `j`
    with `a_ij = f(q_i) · f(k_j) / sum over j of f(q_i) · f(k_j)`. So the sums of `f(k_j) v_j` and
    of `f(k_j)` over the steps are the same for all that ask, and are computed once.

    Source: Katharopoulos et al. 2020, https://arxiv.org/abs/2006.16236. Deviation: what surrounds
    it (biases, residual, normalisation) is that of `SelfAttention`. The scores, `T` squared of
    them, are computed where they are asked for, or where a network shows them.

    Parameters: `4 * D**2 + 4 * D` of the attention; the normalisation adds `2 * D` ("layer") or
    `4 * D` ("batch"), half of which are moving statistics, which are not trained.

    Arguments:
        heads: How many heads share the features out; must divide their number.
        norm: What normalises the sum: "layer" or "batch".
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

    def __init__(self, *, heads: int = 4, norm: str = "layer", **kwargs: Any) -> None:
        super().__init__(heads=heads, norm=norm, **kwargs)

    def call(
        self,
        inputs: Tensor,
        mask: Tensor | None = None,
        training: bool | None = None,
        return_attention_scores: bool = False,
    ) -> Attended:
        queries, keys = self._features(inputs, mask)  # (B, h, T, k)
        values = ops.cast(self._by_head(self.value(inputs)), self.variable_dtype)
        summed = ops.matmul(ops.transpose(keys, (0, 1, 3, 2)), values)  # (B, h, k, k)
        total = ops.matmul(queries, ops.sum(keys, axis=2)[..., None])  # (B, h, T, 1)
        total = ops.maximum(total, 1e-9)
        context = ops.cast(ops.matmul(queries, summed) / total, self.compute_dtype)
        outputs = self._finished(inputs, self._side_by_side(context), mask, training)
        if not return_attention_scores:
            return outputs
        return outputs, ops.matmul(queries, ops.transpose(keys, (0, 1, 3, 2))) / total

    def _features(self, inputs: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        """`f` of the queries and of the keys, (B, h, T, k) each; 0 at masked steps."""
        queries, keys = (
            ops.elu(self._by_head(layer(inputs))) + 1 for layer in (self.query, self.key)
        )
        if mask is None:
            return queries, keys
        there = ops.cast(mask, queries.dtype)[:, None, :, None]
        return queries * there, keys * there


@keras.saving.register_keras_serializable(package="attnlab")
class RelativeSelfAttention(MultiHead):
    """Self-attention that knows how far apart two steps are, up to some distance.

    As `SelfAttention`, with learned vectors `p_d` and `r_d` of `k` features for the distances
    `d = j - i` from `-reach` to `reach`, at which all larger ones are cut off; the same in all
    heads:

    1. `a_ij = softmax((q_i · k_j + q_i · p_d) / sqrt(k))` over the steps `j` that are not masked.
    2. The context of step `i` is the sum of `a_ij (v_j + r_d)`.

    Source: Shaw et al. 2018, https://arxiv.org/abs/1803.02155. Deviation: what surrounds it
    (biases, residual, normalisation) is that of `SelfAttention`.

    Parameters: `4 * D**2 + 4 * D + 2 * (2 * reach + 1) * k` of the attention; the normalisation
    adds `2 * D` ("layer") or `4 * D` ("batch"), half of which are moving statistics, which are not
    trained.

    Arguments:
        heads: How many heads share the features out; must divide their number.
        reach: From which distance on all are alike.
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
        reach: int = 8,
        norm: str = "layer",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(heads=heads, norm=norm, **kwargs)
        check_whole("reach", reach, low=1)
        self.normalise_by(normaliser, temperature)
        self.reach = reach
        self.key_positions_initializer = keras.initializers.GlorotUniform()
        self.value_positions_initializer = keras.initializers.GlorotUniform()

    def build(self, input_shape: BatchShape) -> None:
        super().build(input_shape)
        features = self.check_shape(input_shape)
        shape = (2 * self.reach + 1, features // self.heads)
        dtype = self.variable_dtype
        self.key_positions = self.add_weight(
            shape, self.key_positions_initializer, dtype, name="key_positions"
        )
        self.value_positions = self.add_weight(
            shape, self.value_positions_initializer, dtype, name="value_positions"
        )

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

    def _logits(self, queries: Tensor, keys: Tensor) -> Tensor:
        products = ops.matmul(queries, ops.transpose(keys, (0, 1, 3, 2)))  # (B, h, T, T)
        positions = self._between(self.key_positions, queries)  # (T, T, k)
        products = products + ops.einsum("bhqk,qtk->bhqt", queries, positions)
        return products / math.sqrt(keys.shape[-1])

    def _combined(self, inputs: Tensor, scores: Tensor) -> Tensor:
        values = self._by_head(self.value(inputs))
        positions = self._between(self.value_positions, values)
        far = ops.einsum("bhqt,qtk->bhqk", scores, positions)
        return self._side_by_side(weighted_sum(scores, values) + ops.cast(far, values.dtype))

    def _between(self, positions: Tensor, steps: Tensor) -> Tensor:
        """The vector of the distance from every step to every step, (T, T, k), in float32."""
        places = ops.arange(ops.shape(steps)[2])
        distance = ops.clip(places[None, :] - places[:, None], -self.reach, self.reach)
        table = ops.cast(positions, self.variable_dtype)
        return ops.take(table, distance + self.reach, axis=0)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "reach": self.reach, **self.normalising()}
