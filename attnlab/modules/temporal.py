"""Attention over the steps of a sequence: `(B, T, D)` in, with the mask of its padding."""

from __future__ import annotations

import math
from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_whole
from attnlab.modules.layer import STEPS, Attended, AttentionLayer
from attnlab.modules.masks import masked_softmax, weighted_sum, without_padding
from attnlab.modules.trace import Trace

_STEP = (Trace("step", "distribution"),)


class _Pool(AttentionLayer):
    """What all layers that turn a sequence into one vector have in common: they use up its mask.

    A subclass scores the steps; the output is their sum, weighed by the softmax of the scores, if
    it does not say otherwise.
    """

    axes = STEPS
    traces = _STEP

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(
        self, inputs: Tensor, mask: Tensor | None = None, return_attention_scores: bool = False
    ) -> Attended:
        scores = masked_softmax(self._score(inputs, mask), mask)  # (B, T)
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

    def __init__(self, *, units: int = 32, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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

    def __init__(self, *, score: str = "luong", units: int = 0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
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


@keras.saving.register_keras_serializable(package="attnlab")
class StepDenseAttention(AttentionLayer):
    """Weighs the steps of every feature by a dense layer over time; keeps the sequence.

    For a sequence `x` of `T` steps:

    1. Turn it: `(B, D, T)`, and compute `a = softmax(W x + b)` over the `T` steps that are not
       masked: `W` is shared by the features.
    2. With `shared=True` the weights are averaged over the features.
    3. Return `x * a`. Nothing is multiplied by `T`, so the outputs are about `T` times smaller than
       the inputs at the start, as in the original.

    Source: philipperemy/keras-attention, `attention_lstm.py` of 2017 (no paper), with its option
    SINGLE_ATTENTION_VECTOR. The number of steps is fixed when the layer is built.

    Parameters: `T**2 + T`.

    Arguments:
        shared: Whether all features share one distribution.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, T, D)`.
        mask: Which steps are not padding, of shape `(B, T)`; all of them if left out. What a masked
            step holds changes nothing, and it weighs exactly 0.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of shape `(B, T, D)`. With `return_attention_scores=True` also the scores of shape
        `(B, T)`, averaged over the features, a distribution, in float32 under mixed precision.
    """

    axes = STEPS
    traces = _STEP

    def __init__(self, *, shared: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.shared = shared
        self.supports_masking = True

    def build(self, input_shape: BatchShape) -> None:
        features = self.check_shape(input_shape)
        steps = input_shape[1]
        if steps is None:
            raise ValueError(
                f"{type(self).__name__} expects a known number of steps, received shape "
                f"{tuple(input_shape)}"
            )
        self.input_spec = keras.layers.InputSpec(ndim=3, axes={1: steps, -1: features})
        self.score = keras.layers.Dense(steps, dtype=self.variable_dtype, name="score")
        self.score.build((None, features, steps))

    def call(
        self, inputs: Tensor, mask: Tensor | None = None, return_attention_scores: bool = False
    ) -> Attended:
        unpadded = without_padding(inputs, mask)
        scores = self.score(ops.transpose(unpadded, (0, 2, 1)))  # (B, D, T)
        scores = masked_softmax(scores, None if mask is None else mask[:, None])
        mean = ops.mean(scores, axis=1)  # (B, T)
        weights = mean[..., None] if self.shared else ops.transpose(scores, (0, 2, 1))
        outputs = inputs * ops.cast(weights, self.compute_dtype)
        return (outputs, mean) if return_attention_scores else outputs

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "shared": self.shared}


def _last_step(inputs: Tensor, mask: Tensor | None) -> Tensor:
    """The last step that is not masked, (B, D); zeros where all are."""
    if mask is None:
        return inputs[:, -1]
    mask = ops.cast(mask, "int32")
    places = ops.arange(1, ops.shape(inputs)[1] + 1)
    last = ops.max(mask * places, axis=1)  # counted from 1, 0 where there is none
    chosen = ops.cast(ops.equal(places, last[:, None]), inputs.dtype)
    return ops.sum(inputs * chosen[..., None], axis=1)
