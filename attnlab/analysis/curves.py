"""Deletion and insertion: which positions go first, and what a curve of scores says.

A curve is the score of the network's own answer while positions are removed one share after
another, or put back. If attention says what matters, removing what it weighs most hurts at once and
removing what it weighs least hurts late; positions in random order are the chance level.
Sources: Petsiuk et al. 2018 (RISE), areas; Samek et al. 2017, AOPC.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from attnlab.analysis.weights import dense_ranks, filled

TOP, RANDOM, BOTTOM = "top", "random", "bottom"
ORDERS = (TOP, RANDOM, BOTTOM)


def removal_order(
    weights: np.ndarray, order: str, valid: np.ndarray | None = None, *, seed: int = 0
) -> np.ndarray:
    """The place of each position (..., n) in the order of removal, from 0; padding comes last.

    "top" begins with the largest weight, "bottom" with the smallest, "random" with any. Positions
    that tie are taken in random order, by `seed`, not from left to right. Raises ValueError for
    another order.
    """
    if order not in ORDERS:
        raise ValueError(f"expected an order of {', '.join(ORDERS)}, got {order!r}")
    weights, known = filled(weights, valid)
    lots = np.random.default_rng(seed).random(weights.shape)
    if order == RANDOM:
        first = lots
    else:
        ranks = dense_ranks(weights, known)
        first = -ranks if order == TOP else ranks
    sorted_positions = np.lexsort((lots, first, ~known), axis=-1)
    places = np.empty(weights.shape, dtype=np.int64)
    steps = np.broadcast_to(np.arange(weights.shape[-1]), weights.shape)
    np.put_along_axis(places, sorted_positions, steps, axis=-1)
    return places


def kept(
    places: np.ndarray, share: float, valid: np.ndarray | None = None, *, inserting: bool = False
) -> np.ndarray:
    """Which positions are there (..., n) after this share of the valid ones.

    While deleting those are removed; `inserting` puts them alone. Shares round to whole positions,
    half up. Padding is always as it was: True.
    """
    places = np.asarray(places)
    known = np.broadcast_to(True if valid is None else np.asarray(valid, bool), places.shape)
    count = np.floor(share * known.sum(axis=-1, keepdims=True) + 0.5)
    among = places < count
    return (among if inserting else ~among) | ~known


def shares_of(n: int, steps: int = 10) -> np.ndarray:
    """The shares at which curves of at most `n` positions are measured: 0, …, 1.

    With few positions each is a share of its own.
    """
    if n < 1 or steps < 1:
        raise ValueError(f"expected at least one position and one step, got {n} and {steps}")
    counts = np.unique(np.round(np.linspace(0, n, min(n, steps) + 1)))
    return counts / n


def area(scores: np.ndarray, shares: Sequence[float] | np.ndarray) -> np.ndarray:
    """The area under curves of scores (..., k) over shares (k,) from 0 to 1, by trapezoids: (...).

    Of a deletion curve less is better, of an insertion curve more.
    """
    shares = np.asarray(shares, dtype=float)
    scores = np.asarray(scores, dtype=float)
    if scores.shape[-1:] != shares.shape or (np.diff(shares) <= 0).any():
        raise ValueError(
            f"expected a score for each of the ascending shares, got {scores.shape} for "
            f"{shares.tolist()}"
        )
    return np.trapezoid(scores, shares, axis=-1)


def aopc(scores: np.ndarray) -> np.ndarray:
    """The mean drop of the score over all steps of deletion curves (..., k): (...).

    Σ (s_0 − s_j) / (k − 1) over j ≥ 1; the first score is that with nothing removed. Of removal by
    importance more is better. Source: Samek et al. 2017.
    """
    scores = np.asarray(scores, dtype=float)
    if scores.shape[-1] < 2:
        raise ValueError(f"expected at least two scores a curve, got {scores.shape[-1]}")
    return (scores[..., :1] - scores[..., 1:]).mean(axis=-1)
