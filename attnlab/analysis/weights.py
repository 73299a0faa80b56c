"""What attention measures over arrays share: valid positions, kinds, and rows to compare.

Weights are (..., n): a row is one example's weights of `n` positions. `valid` (..., n) is False on
padding and broadcasts to the weights. `kind` is "distribution" (the weights of a row sum to one) or
"gate" (each is free between 0 and 1).
"""

from __future__ import annotations

import numpy as np

from attnlab.tasks.measures import FLOAT32_TIE

DISTRIBUTION, GATE = "distribution", "gate"


class NoDistributionError(ValueError):
    """Raised where a measure needs weights that sum to one and is given gates."""


def require_distribution(kind: str, measure: str) -> None:
    """Raise NoDistributionError unless attention of this kind is a distribution.

    Raises ValueError for a kind that is neither.
    """
    if kind not in (DISTRIBUTION, GATE):
        raise ValueError(f"kind must be {DISTRIBUTION} or {GATE}, got {kind!r}")
    if kind == GATE:
        raise NoDistributionError(
            f"{measure} needs weights that sum to one; these are gates, each free between 0 and 1"
        )


def filled(weights: np.ndarray, valid: np.ndarray | None) -> tuple[np.ndarray, np.ndarray]:
    """The weights (..., n) as float64 with 0 on padding, and which positions are valid (..., n)."""
    weights = np.asarray(weights, dtype=float)
    known = np.broadcast_to(True if valid is None else np.asarray(valid, bool), weights.shape)
    return np.where(known, weights, 0.0), known


def normalised(weights: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """The weights (..., n) as distributions over the valid positions; NaN in rows without weight.

    Raises ValueError for a negative weight.
    """
    weights, _ = filled(weights, valid)
    if (weights < 0).any():
        raise ValueError(f"expected weights of at least 0, got {weights.min():.3g}")
    total = weights.sum(axis=-1, keepdims=True)
    return np.divide(weights, total, out=np.full(weights.shape, np.nan), where=total > 0)


def dense_ranks(values: np.ndarray, valid: np.ndarray | None = None) -> np.ndarray:
    """The rank of every value in its row (..., n), from 0 for the smallest; −1 on padding.

    Values that are the same but for the rounding of float32 share a rank: neighbours in ascending
    order that lie within `FLOAT32_TIE` of the larger. A value that is not a number raises
    ValueError.
    """
    values, known = filled(values, valid)
    if not np.isfinite(values).all():
        raise ValueError("expected finite numbers to rank, got NaN or infinity")
    held = np.where(known, values, -np.inf)  # padding comes first
    order = np.argsort(held, axis=-1, kind="stable")
    ascending = np.take_along_axis(held, order, axis=-1)
    below, above = ascending[..., :-1], ascending[..., 1:]
    known_pairs = np.isfinite(below)
    gap = np.subtract(above, below, out=np.zeros_like(above), where=known_pairs)
    size = np.maximum(np.abs(above), np.where(known_pairs, np.abs(below), 0.0))
    higher = known_pairs & (gap > FLOAT32_TIE * np.where(np.isfinite(size), size, 0.0))
    ranks = np.zeros(values.shape, dtype=np.int64)
    ranks[..., 1:] = np.cumsum(higher, axis=-1)
    placed = np.empty_like(ranks)
    np.put_along_axis(placed, order, ranks, axis=-1)
    return np.where(known, placed, -1)
