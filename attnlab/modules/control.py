"""Controls: attention that cannot choose what to weigh."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.alignment_shapes import (
    check_alignment_shapes,
    mask_of_pairs,
    mask_of_queries,
    several,
    shape_of_context,
)
from attnlab.modules.checks import check_choice
from attnlab.modules.layer import FEATURES, IMAGE, QUERIES, STEPS, Attended, AttentionLayer
from attnlab.modules.masks import masked_softmax, weighted_sum
from attnlab.modules.trace import Kind, Trace

KINDS = ("gate", "distribution")
_BY_RANK: dict[int, tuple[tuple[str, ...], str]] = {
    2: (FEATURES, "feature"),
    3: (STEPS, "step"),
    4: (IMAGE, "channel"),
}
"""The axes of the inputs, and which of them is weighed, by how many axes there are."""


def frozen(layer: AttentionLayer, input_shape: Any) -> AttentionLayer:
    """Build a layer on inputs of this shape, or of these shapes, that training leaves as it is.

    It is the layer itself, with its scores, names and initial weights. Batch norm inside it is
    frozen as Keras freezes it: training, too, normalises by the initial statistics (mean 0,
    variance 1), which do not move. Dropout inside it goes on dropping, and gradients pass through.

    Source: the frozen random weights of Wiegreffe & Pinter 2019, https://arxiv.org/abs/1908.04626.
    Deviation: theirs are frozen in the encoder; here it is the attention that is.
    """
    layer.build(input_shape)
    layer.trainable = False  # only now: what `build` makes would be trained
    return layer


@keras.saving.register_keras_serializable(package="attnlab")
class Uniform(AttentionLayer):
    """Weighs everything alike: the control that tells attention from a mere change of scale.

    - As a "gate", all positions share one learned scalar: `g = sigmoid(w)`, 0.5 at the start;
      returns `x * g`.
    - As a "distribution", each of `n` positions weighs `1 / n`: features `(B, D)` and images return
      `x / n` (over features or channels), a sequence the mean of the steps that are not masked.

    Put on queries and values, every query gets the mean of the values that are not masked: as it is
    as a distribution, times `g` as a gate.

    Source: the baseline of uniform weights in Wiegreffe & Pinter 2019,
    https://arxiv.org/abs/1908.04626. Deviation: theirs is a distribution; the scalar gate is ours.

    Parameters: 1 as a gate, none as a distribution.

    Arguments:
        kind: "gate" or "distribution": what the attention that it controls for gives.
        **kwargs: Arguments of every Keras layer, such as `name` and `dtype`.

    Call arguments:
        inputs: Tensor of shape `(B, D)`, `(B, T, D)` or `(B, H, W, C)`, or a list of queries
            `(B, Q, D)` and values `(B, T, E)`.
        mask: Of a sequence, which steps are not padding, of shape `(B, T)`; of queries and values a
            list of both masks.
        return_attention_scores: Whether to return the scores beside the outputs.

    Output:
        Outputs of the shape of the inputs; of shape `(B, D)` for the distribution of a sequence,
        and `(B, Q, E)` for queries and values. With `return_attention_scores=True` also the scores,
        of shape `(B, D)`, `(B, T)`, `(B, C)` or `(B, Q, T)`, all alike but for masked steps and
        masked queries, which weigh exactly 0; in float32.
    """

    def __init__(self, *, kind: Kind = "gate", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        check_choice("kind", kind, KINDS)
        self.kind = kind
        self.openness_initializer = keras.initializers.Zeros()
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        if several(input_shape):
            self.axes = QUERIES
            self.traces = (Trace("step", self.kind, leading=("query",)),)
            check_alignment_shapes(self, input_shape)
        elif len(input_shape) in _BY_RANK:
            self.axes, weighed = _BY_RANK[len(input_shape)]
            self.traces = (Trace(weighed, self.kind),)
            self.check_shape(input_shape)
        else:
            expected = " or ".join(f"({', '.join(axes)})" for axes, _ in _BY_RANK.values())
            raise ValueError(
                f"{type(self).__name__} expects inputs of shape {expected}, received shape "
                f"{tuple(input_shape)}"
            )
        if self.kind == "gate":
            self.openness = self.add_weight(
                shape=(),
                initializer=self.openness_initializer,
                name="openness",
                dtype=self.variable_dtype,
            )

    def call(
        self, inputs: Any, mask: Any = None, return_attention_scores: bool = False
    ) -> Attended:
        if several(inputs):
            outputs, scores = self._align(inputs[0], inputs[1], mask_of_pairs(mask))
        else:
            outputs, scores = self._weigh(inputs, mask)
        return (outputs, scores) if return_attention_scores else outputs

    def _align(self, queries: Tensor, values: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        pairs = queries[:, :, :1] + ops.swapaxes(values[:, :, :1], 1, 2)  # (B, Q, T)
        zeros = ops.zeros_like(pairs, dtype="float32")
        outputs = weighted_sum(masked_softmax(zeros, mask), values)  # (B, Q, E)
        if self.kind == "gate":
            outputs = outputs * ops.cast(self._gate(), self.compute_dtype)
        return outputs, self._scores(zeros, mask)

    def _weigh(self, inputs: Tensor, mask: Tensor | None) -> tuple[Tensor, Tensor]:
        positions = inputs[..., 0] if len(inputs.shape) == len(STEPS) else inputs
        if len(inputs.shape) == len(IMAGE):
            positions = inputs[:, 0, 0]
        scores = self._scores(ops.zeros_like(positions, dtype="float32"), mask)  # (B, positions)
        if self.kind == "gate":
            return inputs * ops.cast(self._gate(), self.compute_dtype), scores
        if len(inputs.shape) == len(STEPS):
            return weighted_sum(scores, inputs), scores
        return inputs / inputs.shape[-1], scores

    def _scores(self, zeros: Tensor, mask: Tensor | None) -> Tensor:
        """The weight of every position, from zeros of that shape."""
        if self.kind == "distribution":
            return masked_softmax(zeros, mask)
        scores = zeros + self._gate()
        return scores if mask is None else scores * ops.cast(mask, "float32")

    def _gate(self) -> Tensor:
        return ops.sigmoid(ops.cast(self.openness, "float32"))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Tensor | None:
        if several(inputs):
            return mask_of_queries(previous_mask)
        return None if self._pools(inputs.shape) else previous_mask

    def compute_output_shape(self, input_shape: Any) -> BatchShape:
        if several(input_shape):
            return shape_of_context(input_shape)
        return (input_shape[0], input_shape[2]) if self._pools(input_shape) else tuple(input_shape)

    def _pools(self, shape: BatchShape) -> bool:
        return self.kind == "distribution" and len(shape) == len(STEPS)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "kind": self.kind}
