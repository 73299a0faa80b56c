"""Which arms are worth their cost: those that no other beats at no higher cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike


def pareto_front(cost: ArrayLike, score: ArrayLike, better: int = 1) -> np.ndarray:
    """Return which of n arms are on the Pareto front of low `cost` and good `score`, as booleans.

    An arm is on it unless another costs no more and scores no worse, and is ahead in one of the
    two; arms that are equal in both are on it together. `better` is 1 where a higher score is
    better, −1 where a lower one is. Arms with a missing number are not on it. Raises ValueError
    where neither direction is better.
    """
    if better not in (1, -1):
        raise ValueError(f"better must be 1 or −1, got {better}")
    cost, gain = np.asarray(cost, dtype=float), better * np.asarray(score, dtype=float)
    known = np.isfinite(cost) & np.isfinite(gain)
    no_worse = (cost[:, None] <= cost) & (gain[:, None] >= gain)  # (n, n): row beats column
    ahead = (cost[:, None] < cost) | (gain[:, None] > gain)
    return known & ~(no_worse & ahead & known[:, None]).any(axis=0)
