"""Masks, which work the same in every module: a padded position weighs exactly 0."""

from __future__ import annotations

from keras import ops

from attnlab.compat.tensors import Tensor
from attnlab.modules.normalising import sum_to_one

_NEVER = -1e9
"""Far below any score, so that its exponential is 0; finite, so that no gradient is NaN."""


def masked_logits(scores: Tensor, mask: Tensor | None = None) -> Tensor:
    """The scores in float32, those of masked positions far below all others."""
    scores = ops.cast(scores, "float32")
    return scores if mask is None else ops.where(mask, scores, _NEVER)


def masked_softmax(
    scores: Tensor,
    mask: Tensor | None = None,
    normaliser: str = "softmax",
    temperature: float = 1.0,
) -> Tensor:
    """Softmax (or another one of `sum_to_one`) over the last axis, in float32; masked positions get
    exactly 0.

    `mask` has the shape of `scores` or one that broadcasts to it; True is a position that counts.
    Where none counts, all weights are 0.
    """
    weights = sum_to_one(masked_logits(scores, mask), normaliser, temperature)
    return weights if mask is None else weights * ops.cast(mask, "float32")


def mask_of_all_pairs(queries: Tensor | None, values: Tensor | None) -> Tensor | None:
    """Which query may weigh which value, (B, Q, T) or one that broadcasts to it.

    `queries` (B, Q) and `values` (B, T) are the masks of both; None hides nothing. A query that is
    padding weighs nothing, so that all its weights are 0.
    """
    if queries is None:
        return None if values is None else values[:, None, :]
    of_queries = queries[:, :, None]
    return of_queries if values is None else ops.logical_and(of_queries, values[:, None, :])


def weighted_sum(scores: Tensor, values: Tensor) -> Tensor:
    """Sum the steps of `values` (..., T, D), weighed by `scores`.

    Scores are (..., T) for one sum (..., D), or (..., Q, T) for one of every query (..., Q, D). A
    step that weighs nothing adds nothing, whatever it holds, as long as it is finite.
    """
    scores = ops.cast(scores, values.dtype)
    if len(scores.shape) == len(values.shape):
        return ops.matmul(scores, values)
    return ops.einsum("...t,...td->...d", scores, values)


def without_padding(sequence: Tensor, mask: Tensor | None) -> Tensor:
    """The sequence (B, T, D) with zeros at its masked steps, as it goes on to the next layer."""
    return sequence if mask is None else sequence * ops.cast(mask[..., None], sequence.dtype)
