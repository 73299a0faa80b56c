"""How sure a mean over seeds is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.imports import importing

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """A mean with its 95 % interval: `mean - half` to `mean + half`, from `n` values."""

    mean: float
    half: float
    n: int

    @property
    def low(self) -> float:
        """The lower end; NaN where there is no interval."""
        return self.mean - self.half

    @property
    def high(self) -> float:
        """The upper end; NaN where there is no interval."""
        return self.mean + self.half


def mean_interval(values: ArrayLike) -> Interval:
    """Return the mean of one-dimensional `values` with its 95 % t-interval.

    NaN values are left out. With one value the half-width is NaN, with none the mean as well.
    Source: Student 1908; `scipy.special.stdtrit`.
    """
    kept = np.asarray(values, dtype=float)
    kept = kept[np.isfinite(kept)]
    n = len(kept)
    if n == 0:
        return Interval(float("nan"), float("nan"), 0)
    if n == 1:
        return Interval(float(kept[0]), float("nan"), 1)
    if np.all(kept == kept[0]):  # summing equal values can leave a rounding error in both
        return Interval(float(kept[0]), 0.0, n)
    error = kept.std(ddof=1) / np.sqrt(n)
    return Interval(float(kept.mean()), float(t_factor(n) * error), n)


def t_factor(n: ArrayLike, level: float = 1 - CONFIDENCE) -> np.ndarray:
    """How many standard errors the t-interval of `n` values at `level` reaches to each side.

    NaN below two values. Same shape as `n`.
    """
    with importing("scipy.special"):  # a page is drawn before it is here
        from scipy.special import stdtrit  # what stats.t.ppf calls

    freedom = np.asarray(n, dtype=float) - 1
    return stdtrit(np.where(freedom > 0, freedom, np.nan), 1 - level / 2)
