"""Two arms over the same seeds: how far apart they are, and how sure that is.

Everything here takes and returns plain numbers. Seeds pair an arm with its reference, and every
result rests on the paired differences arm − reference.

Sources: Efron 1987 (BCa); Pitman 1937 and Dror et al. 2019 (sign flips); Holm 1979; Agarwal et al.
2021 (probability of improvement).
"""

from __future__ import annotations

import math
import warnings
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.intervals import CONFIDENCE, mean_interval
from attnlab.imports import importing

LEVEL = 0.05
"""How often a study in which nothing differs may say that something does."""

FEWEST_FOR_BCA = 8
"""Below so many pairs a bootstrap has too few values to draw from: the t-interval is shown."""

MOST_EXACT = 32
"""Up to so many pairs every flip of signs is counted, in 10 ms at most; SciPy counts 20 in 4 s."""

DRAWN = 9_999
"""So many flips are drawn of more pairs, so that no p of theirs is below 1 / 10,000."""

_RESAMPLES = 9_999
_SEED = 0
_DIGITS = 12
_SMALLEST = 1e-200
_TIE = 1e-9


class Comparison(NamedTuple):
    """An arm beside its reference over the `n` seeds of both; NaN where nothing can be said.

    - mean, sd: of the differences arm − reference
    - low, high: the 95 % interval of their mean; `interval` says which: "BCa", "t", or "" for none
    - p, exact: of the two-sided sign-flip test, and whether every flip was counted
    - d: Cohen's d of the paired differences, mean / sd; NaN where they do not vary
    - improvement: the share of seeds in which the arm is the higher one, ties half
    """

    n: int
    mean: float
    low: float
    high: float
    interval: str
    p: float
    exact: bool
    d: float
    improvement: float
    sd: float


def compare(arm: ArrayLike, reference: ArrayLike) -> Comparison:
    """Compare paired one-dimensional values; a pair of which one is not finite is left out.

    Neither the order of the pairs nor which of the two is the reference changes anything but the
    sign, and the same values always give the same numbers: resamples come from a fixed seed.

    Raises ValueError unless both have the same length.
    """
    differences = paired_differences(arm, reference)
    if not len(differences):
        nan = math.nan
        return Comparison(0, nan, nan, nan, "", nan, True, nan, nan, nan)
    improvement = float(np.mean((differences > 0) + 0.5 * (differences == 0)))
    ordered, mirrored = tuple(sorted(differences)), tuple(sorted(-differences))
    if ordered >= mirrored:
        return _compare(ordered)._replace(improvement=improvement)
    opposite = _compare(mirrored)
    return opposite._replace(
        mean=0.0 - opposite.mean,
        low=0.0 - opposite.high,
        high=0.0 - opposite.low,
        d=0.0 - opposite.d,
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
def _compare(differences: tuple[float, ...]) -> Comparison:
    values = np.array(differences)
    low, high, interval = _interval(values)
    p, exact = sign_flip(values)
    mean, sd = _mean(values), _sd(values)
    d = mean / sd if sd > 0 else math.nan
    return Comparison(len(values), mean, low, high, interval, p, exact, d, math.nan, sd)


def _mean(values: np.ndarray) -> float:
    return mean_interval(values).mean


def _sd(values: np.ndarray) -> float:
    if len(values) < 2:
        return math.nan
    return 0.0 if np.all(values == values[0]) else float(values.std(ddof=1))


def _interval(values: np.ndarray) -> tuple[float, float, str]:
    """The 95 % interval of the mean, and which it is. A point where nothing varies."""
    student = mean_interval(values)
    if len(values) >= FEWEST_FOR_BCA and student.half > 0:  # a point needs no resampling
        with importing("scipy.stats"):
            from scipy.stats import bootstrap  # takes a second: few seeds need none of it

        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that it is degenerate shows as NaN
            ends = bootstrap(
                (values,),
                np.mean,
                n_resamples=_RESAMPLES,
                confidence_level=CONFIDENCE,
                method="BCa",
                vectorized=True,
                random_state=np.random.default_rng(_SEED),
            ).confidence_interval
        if math.isfinite(ends.low) and math.isfinite(ends.high):
            return float(ends.low), float(ends.high), "BCa"
    if math.isnan(student.half):
        return math.nan, math.nan, ""
    return student.low, student.high, "t"


def sign_flip(differences: ArrayLike) -> tuple[float, bool]:
    """Return p of the two-sided sign-flip test of paired differences (n,), and if it is exact.

    p is the share of the 2ⁿ ways to give the differences signs whose sum is as far from 0 as the
    observed one; sums that differ by rounding errors alone are as far. Up to `MOST_EXACT` pairs all
    ways are counted; beyond, 9,999 drawn ones and the observed.

    It counts from two halves: it makes the sums of each half, sorts those of one and looks up each
    sum of the other in them, 2^(n/2) searches in place of 2ⁿ sums. It agrees with
    `scipy.stats.permutation_test(permutation_type="samples")`, which draws for more pairs.
    """
    values = np.abs(np.asarray(differences, dtype=float))
    observed = abs(float(np.sum(differences)))
    if not len(values):
        return math.nan, True
    enough = observed - _TIE * float(values.sum())
    if enough <= 0:
        return 1.0, True
    if len(values) > MOST_EXACT:
        return _drawn_flips(values, enough), False
    some, others = (_signed_sums(part) for part in np.array_split(values, 2))
    others.sort()
    below = np.searchsorted(others, enough - some, side="left")
    at_least = int((len(others) - below).sum())
    return 2 * at_least / 2 ** len(values), True  # the sums are symmetric about 0


def _signed_sums(values: np.ndarray) -> np.ndarray:
    """All 2ⁿ sums of the values (n,) with either sign."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums - value, sums + value])
    return sums


def _drawn_flips(values: np.ndarray, enough: float) -> float:
    with importing("scipy.stats"):
        from scipy.stats import permutation_test

    def is_as_far(flipped: np.ndarray, axis: int) -> np.ndarray:
        return (np.abs(flipped.sum(axis=axis)) >= enough).astype(float)

    test = permutation_test(
        (values,),
        is_as_far,
        permutation_type="samples",
        alternative="greater",
        n_resamples=DRAWN,
        vectorized=True,
        random_state=np.random.default_rng(_SEED),
    )
    return float(test.pvalue)


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


COVERAGE: dict[int, float] = {8: 0.89, 10: 0.90, 15: 0.92, 20: 0.93, 30: 0.935, 100: CONFIDENCE}
"""How often the BCa interval of so many normal differences covers their mean.

Measured by `benchmarks/calibration.py`, which says so if they no longer hold. Where a few
differences are far larger than the others it is less, down to 0.86 at ten seeds: the t-interval,
that covers 0.95 of the normal ones, then covers no more than 0.88 either.
"""


def coverage(n: int) -> float:
    """Return how often the BCa interval of `n` pairs covers the truth, if differences are normal.

    Interpolates between the numbers of pairs that were measured.
    """
    return float(np.interp(n, list(COVERAGE), list(COVERAGE.values())))


def coverage_note(n: int, interval: str) -> str:
    """Say how often such an interval covers the truth where that is not 95 times in 100.

    The bootstrap interval of a few values is too narrow, as it draws from these few. Empty for
    other intervals, and for enough values.
    """
    covered, wanted = round(100 * coverage(n)), round(100 * CONFIDENCE)
    if interval != "BCa" or covered == wanted:
        return ""
    return (
        f"At {n} seeds this interval covers the truth about {covered} times in 100 "
        f"rather than {wanted}."
    )
