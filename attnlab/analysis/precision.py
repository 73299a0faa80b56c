"""A study that asks for a precision: how many seeds it takes, found in two stages.

The first seeds show how much the differences vary, and with that how many seeds the half-width
asked for takes. Seeds added "until the interval is narrow" would stop where it happens to be too
narrow; here the number is fixed once, after the first stage:

    N = max(n₀, ⌈(t · s₀ / h)²⌉), with t that of n₀ − 1 degrees of freedom: 2.262 for ten seeds.

For normal differences s₀ says nothing about the mean of any number of them. So the mean of all N
± t · s₀ / √N covers the true one exactly as often as it says, also where N is capped. t and s₀ stay
those of the first stage.

The exact sign-flip test needs a number of seeds that no flip of signs changes. s₀ is changed by
them, Σd² is not: with N chosen from it, test and interval over all N are as exact as ever, for
symmetric differences. Lopsided ones matter: exponential ones gave 0.10 false alarms.

Source: Stein 1945.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.intervals import Interval, t_factor
from attnlab.analysis.statistics import LEVEL

_ROUNDING = 1e-9


def seeds_for_precision(first: ArrayLike, half: float, most: int, level: float = LEVEL) -> int:
    """Return with how many pairs in all Stein's interval reaches at most `half` to each side.

    `first` are the paired differences of the first stage (n₀,); NaN is left out. Never fewer than
    n₀, never more than `most`, unless n₀ are: see `half_width_allowed` for the width that remains.
    Raises ValueError unless there are two finite ones and `half` is above 0.
    """
    values = _finite(first)
    return _seeds(
        float(values.std(ddof=1)) * float(t_factor(len(values), level)), first, half, most
    )


def seeds_for_exact(first: ArrayLike, half: float, most: int, level: float = LEVEL) -> int:
    """Return the same number for the exact test and its interval: chosen from Σd², which no flip
    of signs changes.

    It takes √(Σd² / n₀) for the standard deviation, with n₀ degrees of freedom, and so the more
    seeds the larger the mean is. The half-width is what to expect, not a promise.
    """
    values = _finite(first)
    spread = math.sqrt(float(np.mean(np.sort(np.abs(values)) ** 2)))
    return _seeds(spread * float(t_factor(len(values) + 1, level)), first, half, most)


def half_width_allowed(first: ArrayLike, seeds: int, level: float = LEVEL) -> float:
    """Return how far Stein's interval of `seeds` pairs in all reaches to each side."""
    values = _finite(first)
    return float(t_factor(len(values), level) * values.std(ddof=1) / math.sqrt(seeds))


def stein_interval(differences: ArrayLike, first: int, level: float = LEVEL) -> Interval:
    """Return the mean of all paired differences (N,) with the interval of Stein's second stage.

    The `first` of them, in the order of the seeds, are the first stage, whose spread it takes.
    NaN is left out. Raises ValueError unless there are two finite ones in the first stage.
    """
    values = np.asarray(differences, dtype=float)
    kept = values[np.isfinite(values)]
    half = half_width_allowed(values[:first], len(kept), level)
    return Interval(float(kept.mean()), half, len(kept))


def _seeds(reach: float, first: ArrayLike, half: float, most: int) -> int:
    """How many seeds it takes if the interval of one would reach so far."""
    if not half > 0:
        raise ValueError(f"expected a half-width above 0, got {half}")
    begun = np.size(first)
    return max(begun, min(most, math.ceil((reach / half) ** 2 * (1 - _ROUNDING))))


def _finite(values: ArrayLike) -> np.ndarray:
    found = np.asarray(values, dtype=float)
    found = found[np.isfinite(found)]
    if len(found) < 2:
        raise ValueError(f"expected two differences or more, got {len(found)}")
    return found
