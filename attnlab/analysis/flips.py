"""The sign-flip test of paired differences, and the interval that agrees with it.

If an arm does nothing, each difference arm − reference might as well have the other sign. The test
counts the ways to give signs whose sum is as far from 0 as the observed one; the interval holds
every mean that the test does not reject. So it leaves 0 out exactly when p is below its level.

With S the means of all 2ⁿ − 1 non-empty subsets of the differences, in order, and
K = ⌈level / 2 · 2ⁿ⌉ − 1, the interval is from the K-th smallest to the K-th largest of S. With
K = 0 it has no ends: no p of so few pairs is below the level.

Sources: Pitman 1937; Hartigan 1969 (typical values); Dror et al. 2019.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

MOST_EXACT = 32
"""Up to so many pairs every flip of signs is counted, in 10 ms at most; SciPy counts 20 in 4 s."""

DRAWN = 9_999
"""So many flips are drawn of more pairs, so that no p of theirs is below 1 / 10,000."""

_MOST_LISTED = 18
"""Up to so many pairs all subsets are listed; beyond, the ends are searched for by counting."""

_SEED = 0
_TIE = 1e-9
_PRECISION = 1e-9
_FLIPS_AT_ONCE = 2**22


class Ends(NamedTuple):
    """The ends of an interval, both in it; infinite where it has none."""

    low: float
    high: float


def possible_p(n: int) -> int:
    """Return how many values of p `n` pairs can have: 2^(n − 1), or those of the drawn flips."""
    return 2 ** (n - 1) if n <= MOST_EXACT else DRAWN + 1


def reaching(n: int, level: float) -> int:
    """Return how many of the values of p that `n` pairs can have are below `level`.

    There are 2^(n − 1) of them; of more pairs than are counted out, as many as flips are drawn.
    """
    return max(math.ceil(level * possible_p(n)) - 1, 0) if n > 0 else 0


def sign_flip(differences: ArrayLike) -> tuple[float, bool]:
    """Return p of the two-sided sign-flip test of paired differences (n,), and if it is exact.

    p is the share of the 2ⁿ ways to give the differences signs whose sum is as far from 0 as the
    observed one; sums that differ by rounding errors alone are as far. Up to `MOST_EXACT` pairs all
    ways are counted; beyond, 9,999 drawn ones and the observed. NaN without any difference.

    It agrees with `scipy.stats.permutation_test(permutation_type="samples")`, which draws beyond
    20 pairs or takes seconds.
    """
    values = np.asarray(differences, dtype=float)
    if not len(values):
        return math.nan, True
    # In the order in which `flip_interval` has them, so that both draw the same flips.
    values = np.sort(values if values.sum() >= 0 else -values)
    if values.sum() <= 2 * _tie(values):
        return 1.0, len(values) <= MOST_EXACT
    if len(values) > MOST_EXACT:
        return (1 + _drawn_at_most(values, 0.0)) / (DRAWN + 1), False
    return (1 + _subsets_at_most(values, 0.0)) / 2 ** (len(values) - 1), True


def one_sided(differences: ArrayLike, bound: float) -> float:
    """Return p of the one-sided sign-flip test that the mean of differences (n,) is above `bound`.

    The share of the 2ⁿ ways to give the distances from `bound` signs whose sum is as large as the
    observed one. It is below `level` exactly when the lower end of `flip_interval` at 2 · `level`
    is above `bound`. 0.5 or more where the mean is not above `bound`; NaN without any difference.
    """
    values = np.sort(np.asarray(differences, dtype=float))
    if not len(values):
        return math.nan
    at_most = _subsets_at_most if len(values) <= MOST_EXACT else _drawn_at_most
    return (1 + at_most(values, bound)) / (2 * possible_p(len(values)))


def flip_interval(differences: ArrayLike, level: float) -> Ends:
    """Return the interval of the mean of paired differences (n,) that the test gives at `level`.

    It holds 0 exactly when `sign_flip` gives p ≥ `level`. Both ends are infinite where no p of so
    few pairs is below `level`: at 0.05, of fewer than six. NaN without any difference.
    """
    values = np.sort(np.asarray(differences, dtype=float))
    if not len(values):
        return Ends(math.nan, math.nan)
    rank = reaching(len(values), level)
    if rank == 0:
        return Ends(-math.inf, math.inf)
    if values[0] == values[-1]:
        return Ends(float(values[0]), float(values[0]))
    return Ends(_lower_end(values, rank), 0.0 - _lower_end(-values[::-1], rank))


def drawn_sums(values: np.ndarray) -> np.ndarray:
    """Return the sum of the values (n, …) on one side of each of the drawn flips: (`DRAWN`, …).

    The flips are the same for as many values, whatever these are.
    """
    rng = np.random.default_rng(_SEED)
    rows = max(_FLIPS_AT_ONCE // len(values), 1)
    return np.concatenate(
        [
            rng.integers(0, 2, (min(rows, DRAWN - first), len(values)), dtype=np.uint8) @ values
            for first in range(0, DRAWN, rows)
        ]
    )


def _lower_end(values: np.ndarray, rank: int) -> float:
    """The `rank`-th smallest mean of a subset of the ascending values (n,)."""
    return _cached_lower_end(tuple(values), rank)


@lru_cache(maxsize=4096)
def _cached_lower_end(ascending: tuple[float, ...], rank: int) -> float:
    values = np.array(ascending)
    if len(values) <= _MOST_LISTED:
        return float(np.partition(_subset_means(values), rank - 1)[rank - 1])
    if len(values) > MOST_EXACT:
        return float(np.partition(_drawn_means(values), rank - 1)[rank - 1])
    return _searched(values, rank)


def _subset_means(values: np.ndarray) -> np.ndarray:
    """The means of all non-empty subsets of the values (n,); those that tie with 0 are 0."""
    sums, sizes = np.zeros(1), np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
        sizes = np.concatenate([sizes, sizes + 1])
    sums[np.abs(sums) <= _tie(values)] = 0.0
    return sums[1:] / sizes[1:]


def _searched(values: np.ndarray, rank: int) -> float:
    """The same end by counting: the smallest mean that so many subsets do not exceed."""
    return searched(
        lambda mean: _subsets_at_most(values, mean),
        rank,
        2 ** len(values) - 1,
        float(values[0]),
        float(values[-1]),
    )


def searched(
    at_most: Callable[[float], int], rank: int, many: int, low: float, high: float
) -> float:
    """Return the `rank`-th smallest of `many` numbers from `low` to `high`, by counting alone.

    `at_most` says how many of them do not exceed a number. 0 is tried first, so that the result is
    on the side of 0 where the count has it. Then the places a little below and above where a
    straight line through the counts has the rank, which leaves a twentieth of what there was, and
    its middle where it does not.
    """
    enough = (high - low) * _PRECISION
    if (below := at_most(low)) >= rank:
        return low
    above = many
    width, trials = 0.0, [0.0]
    while high - low > enough:
        if not trials:
            width = high - low
            if not low < low + width / 2 < high:  # neighbouring numbers
                break
            line = low + width * (rank - below) / (above - below)
            trials = [low + width / 2, line + width / 40, line - width / 40]
        trial = trials.pop()
        if not low < trial < high or (not trials and high - low < width / 2):
            continue
        if (count := at_most(trial)) >= rank:
            high, above = trial, count
        else:
            low, below = trial, count
    return high


def _subsets_at_most(values: np.ndarray, mean: float) -> int:
    """How many of the 2ⁿ − 1 non-empty subsets of the values (n,) have at most this mean.

    The counting meets in the middle: the sums of either half are made and sorted, and each sum of
    the one is looked up in the other, 2^(n/2) searches in place of 2ⁿ sums.
    """
    some, others = (_subset_sums(part) for part in np.array_split(values - mean, 2))
    some.sort()  # so that neighbouring searches find the same part of memory
    others.sort()
    at_most = np.searchsorted(others, _tie(values) - some, side="right")
    return int(at_most.sum()) - 1


def _subset_sums(values: np.ndarray) -> np.ndarray:
    """The sums of all 2ⁿ subsets of the values (n,)."""
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums, sums + value])
    return sums


def _drawn_at_most(values: np.ndarray, mean: float) -> int:
    """Of how many drawn flips a side, those flipped or the others, has at most this mean."""
    return int((_drawn_means(values - mean) <= 0).sum())


def _drawn_means(values: np.ndarray) -> np.ndarray:
    """The smaller of the means of both sides of each drawn flip; −∞ where a side is empty."""
    sizes = drawn_sums(np.ones(len(values)))
    sums, whole = drawn_sums(values), float(values.sum())
    sides = []
    for side, size in ((sums, sizes), (whole - sums, len(values) - sizes)):
        side = np.where(np.abs(side) <= _tie(values), 0.0, side)
        sides.append(np.divide(side, size, out=np.full(DRAWN, -math.inf), where=size > 0))
    return np.minimum(*sides)


def _tie(values: np.ndarray) -> float:
    """How far from 0 a sum of values may be by rounding errors alone."""
    return _TIE / 2 * float(np.abs(values).sum())
