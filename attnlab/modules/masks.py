"""What masks mean for every module: a padded position weighs exactly 0."""

from __future__ import annotations

from keras import ops

_NEVER = -1e9
"""Far below any score, so that its exponential is 0; finite, so that no gradient is NaN."""


def masked_softmax(scores, mask=None):
    """Softmax over the last axis, in float32; masked positions get exactly 0.

    `mask` has the shape of `scores` or one that broadcasts to it; True is a position that counts.
    Where none counts, all weights are 0.
    """
    scores = ops.cast(scores, "float32")
    if mask is None:
        return ops.softmax(scores, axis=-1)
    scores = ops.where(mask, scores, _NEVER)
    return ops.softmax(scores, axis=-1) * ops.cast(mask, "float32")


def weighted_sum(scores, values):
    """Sum the steps of `values` (B, T, D), weighed by `scores` (B, T): (B, D).

    A step that weighs nothing adds nothing, whatever it holds, as long as it is finite.
    """
    return ops.einsum("bt,btd->bd", ops.cast(scores, values.dtype), values)
