"""Attention of one sequence to another: queries `(B, Q, D)` and values `(B, T, E)` in, a context
`(B, Q, E)` for every query out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.alignment_shapes import (
    check_alignment_shapes,
    mask_of_pairs,
    mask_of_queries,
    shape_of_context,
)
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.layer import QUERIES, Attended, AttentionLayer
from attnlab.modules.masks import weighted_sum
from attnlab.modules.trace import Trace


class _Alignment(AttentionLayer):
    """What all attention of one sequence to another has in common; a subclass has its score."""

    axes = QUERIES
    traces = (Trace("step", "distribution", leading=("query",)),)

    def __init__(
        self, *, normaliser: str = "softmax", temperature: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.normalise_by(normaliser, temperature)
        self.supports_masking = True

    def call(
        self,
        inputs: Sequence[Tensor],
        mask: Sequence[Tensor | None] | None = None,
        return_attention_scores: bool = False,
    ) -> Attended:
        queries, values, *keys = inputs
        logits = self._score(queries, keys[0] if keys else values)
        scores = self.weights_of(logits, mask_of_pairs(mask))  # (B, Q, T)
        context = weighted_sum(scores, values)  # (B, Q, E)
        return (context, scores) if return_attention_scores else context

    def _score(self, queries: Tensor, keys: Tensor) -> Tensor:
        """How well each key answers each query, (B, Q, T): any number, before the softmax."""
        raise NotImplementedError

    def _build_additive(self, queries: int, keys: int, units: int) -> None:
        """The three layers of the additive score; `_additive` computes it."""
        dense = {"use_bias": False, "dtype": self.variable_dtype}
        self.query = keras.layers.Dense(units, name="query", **dense)
        self.key = keras.layers.Dense(units, name="key", **dense)
        self.compare = keras.layers.Dense(1, name="compare", **dense)
        self.query.build((None, None, queries))
        self.key.build((None, None, keys))
        self.compare.build((None, None, units))

    def _additive(self, queries: Tensor, keys: Tensor) -> Tensor:
        projected_queries = self.query(queries)[:, :, None]  # (B, Q, 1, u)
        projected_keys = self.key(keys)[:, None]  # (B, 1, T, u)
        return self.compare(ops.tanh(projected_queries + projected_keys))[..., 0]  # (B, Q, T)

    def _dot(self, queries: Tensor, keys: Tensor) -> Tensor:
        queries, keys = (ops.cast(each, self.variable_dtype) for each in (queries, keys))
        return ops.matmul(queries, ops.transpose(keys, (0, 2, 1)))  # (B, Q, T)

    def _check_alike(self, what: str, queries: int, keys: int) -> None:
        if queries != keys:
            raise ValueError(
                f"{what} needs queries and keys of as many features, received {queries} and {keys}"
            )

    def compute_mask(
        self, inputs: Sequence[Tensor], previous_mask: Sequence[Tensor | None] | None = None
    ) -> Tensor | None:
        return mask_of_queries(previous_mask)

    def compute_output_shape(self, input_shape: Sequence[BatchShape]) -> BatchShape:
        return shape_of_context(input_shape)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class BahdanauAttention(_Alignment):
    """Additive attention: compares every query with every value through a small network.

    For queries `s_i` (a decoder's states), values `h_t` (an encoder's) and `u` units:

    1. Score every pair: `e_it = v · tanh(W s_i + U h_t)`.
    2. Compute `a_i = softmax(e_i)` over the values that are not masked.
    3. Return the context of every query, the sum of `a_it h_t`.

    Source: Bahdanau et al. 2015, https://arxiv.org/abs/1409.0473. Deviations: the paper asks with
    the decoder's state before each step, one query at a time; here all queries are given, and what
    they are is the network's choice. If keys are given too, they are compared in place of the
    values. Equal to `keras.layers.AdditiveAttention` on `[W s, h, U h]` with its scale set to `v`.

    Parameters: `(D + K) * u + u` for queries of `D` features and keys of `K`; `K` is `E` where the
    values are the keys.

    Arguments:
        units: Width of the comparison; 0 makes it as wide as a query, `D`.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: List of queries of shape `(B, Q, D)`, values of shape `(B, T, E)` and, if they are
            not the values, keys of shape `(B, T, K)`: the order of Keras's own attention layers.
        mask: List of which queries, of shape `(B, Q)`, and which values, of shape `(B, T)`, are not
            padding; either may be None. A masked value weighs exactly 0; a masked query, and one
            without any value, has zeros for weights and for context.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Context of shape `(B, Q, E)`. With `return_attention_scores=True` also the scores of shape
        `(B, Q, T)`, a distribution for every query, in float32 under mixed precision.
    """

    def __init__(
        self,
        *,
        units: int = 0,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(normaliser=normaliser, temperature=temperature, **kwargs)
        check_whole("units", units, low=0)
        self.units = units

    def build(self, input_shape: Sequence[BatchShape]) -> None:
        queries, _, keys = check_alignment_shapes(self, input_shape)
        self._build_additive(queries, keys, self.units or queries)

    def _score(self, queries: Tensor, keys: Tensor) -> Tensor:
        return self._additive(queries, keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="attnlab")
class LuongAttention(_Alignment):
    """Multiplicative attention: compares every query with every value by a product.

    For queries `s_i` and values `h_t`:

    1. Score every pair: "dot" `e_it = s_i · h_t`, "general" `e_it = s_i · W h_t`, or "concat"
       `e_it = v · tanh(W [s_i; h_t])`.
    2. Compute `a_i = softmax(e_i)` over the values that are not masked.
    3. Return the context of every query, the sum of `a_it h_t`.

    Source: Luong et al. 2015, https://arxiv.org/abs/1508.04025, the three scores of its global
    attention. Deviations: the paper's `tanh(W_c [context; s])` that follows belongs to the network.
    The `W` of "concat", `D` units wide, is kept as its two halves, `W_s s + W_h h`: the same
    function, each half with initial weights of its own. If keys are given too, they are compared
    in place of the values. "general" is equal to `keras.layers.Attention` on `[s, h, W h]`.

    Parameters: none ("dot"), `D * K` ("general"), `(D + K) * D + D` ("concat") for queries of `D`
    features and keys of `K`; `K` is `E` where the values are the keys.

    Arguments:
        score: How a query is compared with a value: "dot", which needs `K = D`, "general" or
            "concat".
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: List of queries of shape `(B, Q, D)`, values of shape `(B, T, E)` and, if they are
            not the values, keys of shape `(B, T, K)`: the order of Keras's own attention layers.
        mask: List of which queries, of shape `(B, Q)`, and which values, of shape `(B, T)`, are not
            padding; either may be None. A masked value weighs exactly 0; a masked query, and one
            without any value, has zeros for weights and for context.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Context of shape `(B, Q, E)`. With `return_attention_scores=True` also the scores of shape
        `(B, Q, T)`, a distribution for every query, in float32 under mixed precision.
    """

    SCORES = ("dot", "general", "concat")

    def __init__(
        self,
        *,
        score: str = "general",
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(normaliser=normaliser, temperature=temperature, **kwargs)
        check_choice("score", score, self.SCORES)
        self.score = score

    def build(self, input_shape: Sequence[BatchShape]) -> None:
        queries, _, keys = check_alignment_shapes(self, input_shape)
        if self.score == "dot":
            self._check_alike("the score 'dot'", queries, keys)
        elif self.score == "general":
            self.key = keras.layers.Dense(
                queries, use_bias=False, dtype=self.variable_dtype, name="key"
            )
            self.key.build((None, None, keys))
        else:
            self._build_additive(queries, keys, units=queries)

    def _score(self, queries: Tensor, keys: Tensor) -> Tensor:
        if self.score == "concat":
            return self._additive(queries, keys)
        return self._dot(queries, self.key(keys) if self.score == "general" else keys)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "score": self.score}


@keras.saving.register_keras_serializable(package="attnlab")
class ScaledDotAttention(_Alignment):
    """Scaled dot-product attention over given queries, keys and values, without any weights.

    For queries `Q` and keys `K` of `d` features, and values `V`: `a = softmax(Q K^T / sqrt(d))`
    over the values that are not masked, and the context `a V`.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 1. No deviation. Learned
    projections of the three belong to the network; with them and several heads it is what
    `SelfAttention` holds.

    Parameters: none.

    Arguments:
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: List of queries of shape `(B, Q, D)`, values of shape `(B, T, E)` and, if they are
            not the values, keys of shape `(B, T, D)`: the order of Keras's own attention layers.
            Without keys, `E` must be `D`.
        mask: List of which queries, of shape `(B, Q)`, and which values, of shape `(B, T)`, are not
            padding; either may be None. A masked value weighs exactly 0; a masked query, and one
            without any value, has zeros for weights and for context.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Context of shape `(B, Q, E)`. With `return_attention_scores=True` also the scores of shape
        `(B, Q, T)`, a distribution for every query, in float32 under mixed precision.
    """

    def build(self, input_shape: Sequence[BatchShape]) -> None:
        queries, _, keys = check_alignment_shapes(self, input_shape)
        self._check_alike("the scaled dot product", queries, keys)
        self.scale = 1 / math.sqrt(queries)

    def _score(self, queries: Tensor, keys: Tensor) -> Tensor:
        return self._dot(queries, keys) * self.scale
