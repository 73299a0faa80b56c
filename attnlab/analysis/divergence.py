"""How different two distributions are, row by row."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np

from attnlab.analysis.weights import DISTRIBUTION, normalised, require_distribution

LARGEST_JSD = math.log(2)
"""The Jensen-Shannon divergence of distributions that share no position."""


def jensen_shannon(
    first: np.ndarray,
    second: np.ndarray,
    valid: np.ndarray | None = None,
    kind: str = DISTRIBUTION,
) -> np.ndarray:
    """The Jensen-Shannon divergence of rows (..., n), in nats: 0 for the same, at most log 2.

    Both broadcast to each other. Rows are scaled to sum to one over their valid positions; NaN
    where one has no weight. The square of `scipy.spatial.distance.jensenshannon`. Raises
    NoDistributionError for gates.
    """
    require_distribution(kind, "the Jensen-Shannon divergence")
    one, other = normalised(first, valid), normalised(second, valid)
    middle = (one + other) / 2
    return np.maximum((_against(one, middle) + _against(other, middle)) / 2, 0.0)


def total_variation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Half the sum of absolute differences of distributions (..., K): 0 to 1, (...)."""
    return np.abs(np.asarray(first, dtype=float) - np.asarray(second, dtype=float)).sum(-1) / 2


def heads_difference(
    weights: np.ndarray, valid: np.ndarray | None = None, kind: str = DISTRIBUTION
) -> np.ndarray:
    """How different heads (..., h, n) look: the mean divergence of every two, in nats, (...).

    `valid` (..., n) is that of all heads. 0 where all look alike; NaN of a single head.
    """
    weights = np.asarray(weights, dtype=float)
    pairs = [
        jensen_shannon(weights[..., one, :], weights[..., other, :], valid, kind)
        for one, other in combinations(range(weights.shape[-2]), 2)
    ]
    return np.mean(pairs, axis=0) if pairs else np.full(weights.shape[:-2], math.nan)


def _against(some: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """Σ p log(p / m), with 0 log 0 = 0; NaN in a row of NaN."""
    some, middle = np.broadcast_arrays(some, middle)
    over = np.divide(some, middle, out=np.ones(some.shape), where=some > 0)
    return np.where(np.isnan(some), np.nan, some * np.log(over)).sum(axis=-1)
