"""Two arms over the same seeds: how far apart they are, and how sure that is.

Everything here takes and returns plain numbers. Seeds pair an arm with its reference, and every
result rests on the paired differences arm − reference.

Sources: Holm 1979; `flips` for test and interval.
"""

from __future__ import annotations

import math
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.flips import flip_interval, sign_flip
from attnlab.analysis.intervals import mean_interval

LEVEL = 0.05
"""How often a study in which nothing differs may say that something does."""

_DIGITS = 12
_SMALLEST = 1e-200
_SKEWED = 1.96


class Comparison(NamedTuple):
    """An arm beside its reference over the `n` seeds of both; NaN where nothing can be said.

    - mean, sd: of the differences arm − reference
    - low, high: the interval of their mean that the test gives at `level`; infinite where so few
      pairs give none (see `flips.flip_interval`)
    - p, exact: of the two-sided sign-flip test, and whether every flip was counted
    - d: Cohen's d of the paired differences, mean / sd; NaN where they do not vary
    - improvement: the share of pairs in which the arm is the higher one, ties half: a count
      of these seeds, and no estimate of a probability
    - skew: the sample skewness G1 of the differences; NaN below three, or where they do not vary
    - sizes: None of pairs; else how many runs either side has (see `unpaired.compare_unpaired`)
    """

    n: int
    mean: float
    low: float
    high: float
    p: float
    exact: bool
    d: float
    improvement: float
    sd: float
    level: float = LEVEL
    skew: float = math.nan
    sizes: tuple[int, int] | None = None

    @property
    def is_bounded(self) -> bool:
        """Whether there are pairs enough for an interval."""
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def is_skewed(self) -> bool:
        """Whether the differences are lopsided beyond what as many normal ones are 95 times in 100.

        No interval that agrees with an exact test then covers the mean as often as it says: of ten
        exponential differences 91 times in 100.
        """
        n = self.n
        if not math.isfinite(self.skew):
            return False
        error = math.sqrt(6 * n * (n - 1) / ((n - 2) * (n + 1) * (n + 3)))
        return abs(self.skew) > _SKEWED * error


def compare(arm: ArrayLike, reference: ArrayLike, level: float = LEVEL) -> Comparison:
    """Compare paired one-dimensional values; a pair of which one is not finite is left out.

    The interval is that at `level`. Neither the order of the pairs nor which of the two is the
    reference changes anything but the sign, and the same values always give the same numbers.

    Raises ValueError unless both have the same length.
    """
    differences = paired_differences(arm, reference)
    if not len(differences):
        nan = math.nan
        return Comparison(0, nan, nan, nan, nan, True, nan, nan, nan, level)
    improvement = float(np.mean((differences > 0) + 0.5 * (differences == 0)))
    ordered, mirrored = tuple(sorted(differences)), tuple(sorted(-differences))
    if ordered >= mirrored:
        return _compare(ordered, level)._replace(improvement=improvement)
    opposite = _compare(mirrored, level)
    return opposite._replace(
        mean=0.0 - opposite.mean,
        low=0.0 - opposite.high,
        high=0.0 - opposite.low,
        d=0.0 - opposite.d,
        skew=0.0 - opposite.skew,
        improvement=improvement,
    )


def paired_differences(arm: ArrayLike, reference: ArrayLike) -> np.ndarray:
    """Return arm − reference (n,) of the pairs that are finite, free of rounding errors.

    They keep as many decimals as scores of this size can have, so that 0.3 − 0.2 ties with
    0.2 − 0.1, which in floating point it does not.
    """
    of_arm, of_reference = np.asarray(arm, dtype=float), np.asarray(reference, dtype=float)
    if of_arm.shape != of_reference.shape or of_arm.ndim != 1:
        raise ValueError(
            f"expected two rows of values, got {of_arm.shape} and {of_reference.shape}"
        )
    is_pair = np.isfinite(of_arm) & np.isfinite(of_reference)
    of_arm, of_reference = of_arm[is_pair], of_reference[is_pair]
    sizes = (np.abs(values).max(initial=_SMALLEST) for values in (of_arm, of_reference))
    digits = _DIGITS - math.floor(math.log10(max(sizes)))
    return np.asarray(np.round(of_arm - of_reference, digits) + 0.0)


@lru_cache(maxsize=4096)
def _compare(differences: tuple[float, ...], level: float) -> Comparison:
    values = np.array(differences)
    low, high = flip_interval(values, level)
    p, exact = sign_flip(values)
    mean, sd = _mean(values), _sd(values)
    d = mean / sd if sd > 0 else math.nan
    return Comparison(
        len(values), mean, low, high, p, exact, d, math.nan, sd, level, _skew(values, sd)
    )


def _mean(values: np.ndarray) -> float:
    return mean_interval(values).mean


def _sd(values: np.ndarray) -> float:
    if len(values) < 2:
        return math.nan
    return 0.0 if np.all(values == values[0]) else float(values.std(ddof=1))


def _skew(values: np.ndarray, sd: float) -> float:
    n = len(values)
    if n < 3 or not sd > 0:
        return math.nan
    return float(n / ((n - 1) * (n - 2)) * (((values - values.mean()) / sd) ** 3).sum())


def holm(p_values: ArrayLike) -> np.ndarray:
    """Return the p-values (n,) after Holm's correction; NaN stays and is not counted.

    The smallest of m counts m times, the next one m − 1 times, none less than the one before.
    As `statsmodels.stats.multitest.multipletests(method="holm")`, which collects the garbage of
    the whole process each time. Source: Holm 1979.
    """
    p_values = np.asarray(p_values, dtype=float)
    order = np.argsort(p_values)[: np.isfinite(p_values).sum()]  # NaN comes last
    factors = np.arange(len(order), 0, -1)
    adjusted = np.full(p_values.shape, np.nan)
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p_values[order]), 1.0)
    return adjusted


def holm_levels(p_values: ArrayLike, level: float = LEVEL) -> np.ndarray:
    """Return the level (n,) at which each interval is drawn so that it agrees with Holm's verdict.

    With r of m p-values rejected, the one of rank j has level / (m − j + 1) if it is rejected, else
    level / (m − r). So an interval leaves 0 out exactly when its corrected p is below `level`.
    Equal p-values have equal levels; NaN is not counted, and has the level of those that are not
    rejected.
    Source: Holm 1979; Guilbaud 2008.
    """
    p_values = np.asarray(p_values, dtype=float)
    rejected = holm(p_values) < level
    count = int(np.isfinite(p_values).sum())
    levels = np.full(p_values.shape, level / max(count - int(rejected.sum()), 1))
    smaller = np.array([(p_values < p).sum() for p in p_values[rejected]], dtype=int)
    levels[rejected] = level / (count - smaller)
    return levels
