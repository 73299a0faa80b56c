"""Attention over the steps of a sequence: `(B, T, D)` in, with the mask of its padding."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.layer import STEPS, Attended, AttentionLayer
from attnlab.modules.masks import weighted_sum
from attnlab.modules.trace import Trace


class _Pool(AttentionLayer):
    """What all layers that turn a sequence into one vector have in common: they use up its mask.

    A subclass scores the steps; the output is their sum, weighed by the softmax of the scores, if
    it does not say otherwise.
    """

    axes = STEPS
    traces = (Trace("step", "distribution"),)

    def __init__(
        self, *, normaliser: str = "softmax", temperature: float = 1.0, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.normalise_by(normaliser, temperature)
        self.supports_masking = True

    def call(
        self, inputs: Tensor, mask: Tensor | None = None, return_attention_scores: bool = False
    ) -> Attended:
        scores = self.weights_of(self._score(inputs, mask), mask)  # (B, T)
        outputs = self._output(weighted_sum(scores, inputs), inputs, mask)
        return (outputs, scores) if return_attention_scores else outputs

    def _score(self, inputs: Tensor, mask: Tensor | None) -> Tensor:
        """How much each step matters, (B, T): any number, before the softmax."""
        raise NotImplementedError

    def _output(self, summary: Tensor, inputs: Tensor, mask: Tensor | None) -> Tensor:
        """The output for a weighted sum (B, D) of the steps."""
        return summary

    def compute_mask(self, inputs: Tensor, previous_mask: Tensor | None = None) -> Tensor | None:
        return None  # there are no steps left to mask

    def compute_output_shape(self, input_shape: BatchShape) -> BatchShape:
        return (input_shape[0], input_shape[2])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), **self.normalising()}


@keras.saving.register_keras_serializable(package="attnlab")
class AttentionPool(_Pool):
    """Sums the steps up, each weighed by how well it answers one learned query.

    For steps `h_t` of `D` features and the learned query `w`:

    1. Score every step: `e_t = h_t · w / sqrt(D)`.
    2. Compute `a = softmax(e)` over the steps that are not masked.
    3. Return the sum of `a_t h_t`.

    Source: the scaled dot product of Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, with
    one learned query for all samples.

    Parameters: `D`.

    Arguments:
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step weighs exactly 0, and a sample without any other gives zeros.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`, a distribution, in float32 under mixed precision.
    """

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        self.query = keras.layers.Dense(1, use_bias=False, dtype=self.variable_dtype, name="query")
        self.query.build(input_shape)
        self.scale = 1 / math.sqrt(features)

    def _score(self, inputs: Tensor, mask: Tensor | None) -> Tensor:
        return self.query(inputs)[..., 0] * self.scale


@keras.saving.register_keras_serializable(package="attnlab")
class HierarchicalPool(_Pool):
    """Sums the steps up, each weighed by a small network that compares it with a learned context.

    For steps `h_t`: `u_t = tanh(W h_t + b)`, `a = softmax(u_t · u_w)` over the steps that are not
    masked, and the sum of `a_t h_t`. Used once over the words of a sentence and once over the
    sentences of a document.

    Source: Yang et al. 2016, "Hierarchical attention networks for document classification",
    https://aclanthology.org/N16-1174.

    Parameters: `D * units + 2 * units`.

    Arguments:
        units: Width of the hidden layer and of the context `u_w`.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step weighs exactly 0, and a sample without any other gives zeros.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`, a distribution, in float32 under mixed precision.
    """

    def __init__(
        self,
        *,
        units: int = 32,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(normaliser=normaliser, temperature=temperature, **kwargs)
        check_whole("units", units, low=1)
        self.units = units

    def build(self, input_shape: BatchShape) -> None:
        self.check_shape(input_shape)
        self.hidden = keras.layers.Dense(
            self.units, activation="tanh", dtype=self.variable_dtype, name="hidden"
        )
        self.context = keras.layers.Dense(
            1, use_bias=False, dtype=self.variable_dtype, name="context"
        )
        self.hidden.build(input_shape)
        self.context.build((*input_shape[:-1], self.units))

    def _score(self, inputs: Tensor, mask: Tensor | None) -> Tensor:
        return self.context(self.hidden(inputs))[..., 0]

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units}


@keras.saving.register_keras_serializable(package="attnlab")
class LastQueryAttention(_Pool):
    """Compares every step with the last one, and answers with both the summary and the last step.

    For steps `h_t`, the last unmasked one `h_T`:

    1. Score every step: "luong" `e_t = h_T · W h_t`, or "bahdanau"
       `e_t = v · tanh(W_1 h_T + W_2 h_t)`.
    2. Compute `a = softmax(e)` over the steps that are not masked, and the context, the sum of
       `a_t h_t`.
    3. Return `tanh(W_c [context; h_T])`.

    Source: Luong et al. 2015, https://arxiv.org/abs/1508.04025, and Bahdanau et al. 2015,
    https://arxiv.org/abs/1409.0473, as philipperemy/keras-attention puts them on a classifier.

    Parameters: `D**2 + 2 * D * units` ("luong"), `2 * D**2 + D + 2 * D * units` ("bahdanau").

    Arguments:
        score: How steps are compared: "luong" or "bahdanau".
        units: Width of the output; 0 makes it as wide as a step, `D`.
        normaliser: What makes weights of the scores: "softmax", "sparsemax" or "entmax".
        temperature: What the scores are divided by before.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. A masked
            step weighs exactly 0, and a sample without any other gives zeros.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, units)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`, a distribution, in float32 under mixed precision.
    """

    SCORES = ("luong", "bahdanau")

    def __init__(
        self,
        *,
        score: str = "luong",
        units: int = 0,
        normaliser: str = "softmax",
        temperature: float = 1.0,
        **kwargs: Any,
    ) -> None:
        super().__init__(normaliser=normaliser, temperature=temperature, **kwargs)
        check_choice("score", score, self.SCORES)
        check_whole("units", units, low=0)
        self.score = score
        self.units = units

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        dense = {"use_bias": False, "dtype": self.variable_dtype}
        self.key = keras.layers.Dense(features, name="key", **dense)
        self.key.build(input_shape)
        if self.score == "bahdanau":
            self.query = keras.layers.Dense(features, name="query", **dense)
            self.query.build((None, features))
            self.compare = keras.layers.Dense(1, name="compare", **dense)
            self.compare.build(input_shape)
        self.combine = keras.layers.Dense(
            self.units or features,
            activation="tanh",
            use_bias=False,
            name="combine",
            dtype=self.dtype_policy,
        )
        self.combine.build((None, 2 * features))

    def _score(self, inputs: Tensor, mask: Tensor | None) -> Tensor:
        last = _last_step(inputs, mask)  # (B, D)
        keys = self.key(inputs)  # (B, T, D)
        if self.score == "luong":
            return ops.sum(keys * ops.cast(last, keys.dtype)[:, None], axis=-1)
        return self.compare(ops.tanh(keys + self.query(last)[:, None]))[..., 0]

    def _output(self, summary: Tensor, inputs: Tensor, mask: Tensor | None) -> Tensor:
        return self.combine(ops.concatenate([summary, _last_step(inputs, mask)], axis=-1))

    def compute_output_shape(self, input_shape: BatchShape) -> BatchShape:
        return (input_shape[0], self.units or input_shape[2])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "score": self.score, "units": self.units}


def _last_step(inputs: Tensor, mask: Tensor | None) -> Tensor:
    """The last step that is not masked, (B, D); zeros where all are."""
    if mask is None:
        return inputs[:, -1]
    mask = ops.cast(mask, "int32")
    places = ops.arange(1, ops.shape(inputs)[1] + 1)
    last = ops.max(mask * places, axis=1)  # counted from 1, 0 where there is none
    chosen = ops.cast(ops.equal(places, last[:, None]), inputs.dtype)
    return ops.sum(inputs * chosen[..., None], axis=1)
