"""The permutation test of two groups of runs that are no pairs, and the interval that agrees.

If an arm does nothing, any of the runs might as well have been the other arm's. The test counts the
ways to divide all runs into groups of these sizes whose means are as far apart as the observed
ones, on either side: p is twice the smaller of the two shares, as in SciPy.

A way to divide them exchanges i runs of the arm, A, for i of the reference, B. It gives a larger
difference than the observed one, less a supposed true difference δ, exactly when
mean(A) − mean(B) ≤ δ. So with D these numbers of all ways that exchange any, in order, and
K = ⌈level / 2 · ways⌉ − 1, the interval of what the test does not reject is from the K-th smallest
to the K-th largest of D. It leaves 0 out exactly when p is below its level.

The test supposes that the arm moves all runs alike. Where the smaller group varies much more than
the larger one, it finds too much.

Sources: Pitman 1937; Ernst 2004 (permutation methods); `scipy.stats.permutation_test`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.equivalence import Equivalence, end_beside
from attnlab.analysis.flips import DRAWN, Ends, searched
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import LEVEL, Comparison

FEWEST_RUNS = 4
"""Groups of three cannot go under p = 0.1; and three runs hardly tell how much runs vary."""

MOST_SUBSETS = 100_000
"""So many subsets of the larger group are listed: up to 16 runs against 16 every way to divide them
is counted, 600 million, in 50 ms; of more runs, ways are drawn."""

_MOST_LISTED = 2**19
_SEED = 0
_TIE = 1e-9
_AT_ONCE = 2**22

Values = tuple[float, ...]


class Sizes(NamedTuple):
    """How many runs an arm has, and how many its reference."""

    arm: int
    reference: int

    @property
    def is_exact(self) -> bool:
        """Whether every way to divide the runs is counted."""
        few, many = sorted(self)
        listed = accumulate(math.comb(many, count) for count in range(few + 1))
        return all(count <= MOST_SUBSETS for count in listed)  # ends at the first that is too many

    @property
    def ways(self) -> int:
        """How many ways to divide the runs are counted, or drawn."""
        return math.comb(sum(self), self.arm) if self.is_exact else DRAWN + 1

    def reaching(self, level: float) -> int:
        """How many of the values that half of p can have are below half of `level`."""
        return max(math.ceil(level / 2 * self.ways) - 1, 0) if min(self) > 0 else 0

    def can_show(self, level: float) -> bool:
        """Whether p of so many runs can be below `level`, with `FEWEST_RUNS` in each group."""
        return min(self) >= FEWEST_RUNS and self.reaching(level) > 0


def fewest_runs(level: float) -> float:
    """Return how many runs two groups of the same size need to go under `level`; infinite where no
    number is enough, as so few ways are drawn of many runs."""
    counts = range(FEWEST_RUNS, 100)
    return next((n for n in counts if Sizes(n, n).can_show(level)), math.inf)


def permutation_p(arm: ArrayLike, reference: ArrayLike) -> tuple[float, bool]:
    """Return p of the two-sided permutation test of the difference of means, and if it is exact.

    Of `arm` (n,) and `reference` (m,) what is not finite is left out. Of more runs than are counted
    out, 9,999 ways are drawn from a generator with a fixed seed, so that p is 1 / 5,000 at least.
    NaN where either is empty.

    It agrees with `scipy.stats.permutation_test(permutation_type="independent")`.
    """
    ways = _ways_of(arm, reference)
    if ways is None:
        return math.nan, True
    sides = (1 + ways.at_most(0.0), 1 + ways.at_least(0.0))
    return min(1.0, 2 * min(sides) / ways.sizes.ways), ways.sizes.is_exact


def permutation_interval(arm: ArrayLike, reference: ArrayLike, level: float) -> Ends:
    """Return the interval of the difference of means that the test gives at `level`.

    It holds 0 exactly when `permutation_p` gives p ≥ `level`. Both ends are infinite where no p of
    so few runs is below the level; NaN where either is empty.
    """
    ways = _ways_of(arm, reference)
    if ways is None:
        return Ends(math.nan, math.nan)
    rank = ways.sizes.reaching(level)
    if rank == 0:
        return Ends(-math.inf, math.inf)
    return Ends(ways.smallest(rank), ways.largest(rank))


def equivalence_of(
    arm: ArrayLike, reference: ArrayLike, margin: float, level: float = LEVEL
) -> Equivalence:
    """Test whether the difference of means is inside ±`margin`, its ends left out, by two one-sided
    permutation tests at `level`. Raises ValueError unless the margin is above 0."""
    if not margin > 0:
        raise ValueError(f"expected a margin above 0, got {margin}")
    ways = _ways_of(arm, reference)
    if ways is None:
        return Equivalence(margin, level, *[math.nan] * 4)
    low, high = permutation_interval(arm, reference, 2 * level)
    p_low = (1 + ways.at_most(-margin)) / ways.sizes.ways
    p_high = (1 + ways.at_least(margin)) / ways.sizes.ways
    return Equivalence(
        margin,
        level,
        end_beside(low, -margin, p_low < level),
        -end_beside(-high, -margin, p_high < level),
        p_low,
        p_high,
    )


def compare_unpaired(arm: ArrayLike, reference: ArrayLike, level: float = LEVEL) -> Comparison:
    """Compare two groups of runs, one-dimensional; what is not finite is left out.

    - n is the size of the smaller group, and `sizes` those of both
    - mean is the difference of means, sd the pooled standard deviation, d the one by the other
    - improvement is the share of all pairs of a run here and a run there in which the one here is
      higher, ties half
    """
    own, other = _finite(arm), _finite(reference)
    sizes = Sizes(len(own), len(other))
    if not min(sizes):
        nan = math.nan
        return Comparison(0, nan, nan, nan, nan, True, nan, nan, nan, level, sizes=sizes)
    low, high = permutation_interval(own, other, level)
    p, exact = permutation_p(own, other)
    mean = mean_interval(own).mean - mean_interval(other).mean
    sd = pooled_sd(own, other)
    above = own[:, None] - other[None, :]
    return Comparison(
        n=min(sizes),
        mean=mean,
        low=low,
        high=high,
        p=p,
        exact=exact,
        d=mean / sd if sd > 0 else math.nan,
        improvement=float(np.mean((above > 0) + 0.5 * (above == 0))),
        sd=sd,
        level=level,
        sizes=sizes,
    )


def pooled_sd(arm: np.ndarray, reference: np.ndarray) -> float:
    """The standard deviation within both groups together; NaN where each has one run."""
    freedom = len(arm) + len(reference) - 2
    if freedom < 1:
        return math.nan
    if np.ptp(arm) == 0 and np.ptp(reference) == 0:
        return 0.0
    squares = sum(float(((each - each.mean()) ** 2).sum()) for each in (arm, reference))
    return math.sqrt(squares / freedom)


def varies_more_where_fewer(arm: ArrayLike, reference: ArrayLike) -> bool:
    """Whether the smaller group has at most half the runs and at least twice the spread of the
    larger one: then the test finds too much."""
    few, many = sorted((_finite(arm), _finite(reference)), key=len)
    if len(few) < 2 or 2 * len(few) > len(many):
        return False
    return bool(few.std(ddof=1) >= 2 * many.std(ddof=1) > 0)


class _Exact:
    """All ways to divide two groups: the sums of what is exchanged, by how many runs that are."""

    def __init__(self, arm: np.ndarray, reference: np.ndarray) -> None:
        self.sizes = Sizes(len(arm), len(reference))
        most = min(self.sizes)
        self._tie = _TIE / 2 * float(np.abs(arm).sum() + np.abs(reference).sum())
        self._ends = float(arm.min() - reference.max()), float(arm.max() - reference.min())
        self._own, self._other = (
            [np.sort(sums) for sums in _sums_by_count(values, most)] for values in (arm, reference)
        )

    def at_most(self, mean: float) -> int:
        """How many ways exchange runs whose means differ by `mean` at most."""
        return sum(
            len(own) * len(other)
            - int(np.searchsorted(other, own - count * mean - self._tie, side="left").sum())
            for count, own, other in self._exchanged()
        )

    def at_least(self, mean: float) -> int:
        """How many ways exchange runs whose means differ by `mean` at least."""
        return sum(
            int(np.searchsorted(other, own - count * mean + self._tie, side="right").sum())
            for count, own, other in self._exchanged()
        )

    def smallest(self, rank: int) -> float:
        """The `rank`-th smallest difference of the means of what is exchanged."""
        if self.sizes.ways <= _MOST_LISTED:
            return float(np.partition(self._listed(), rank - 1)[rank - 1])
        return searched(self.at_most, rank, self.sizes.ways - 1, *self._ends)

    def largest(self, rank: int) -> float:
        """The `rank`-th largest."""
        if self.sizes.ways <= _MOST_LISTED:
            return float(-np.partition(-self._listed(), rank - 1)[rank - 1])
        low, high = self._ends
        return 0.0 - searched(
            lambda mean: self.at_least(-mean), rank, self.sizes.ways - 1, -high, -low
        )

    def _exchanged(self) -> list[tuple[int, np.ndarray, np.ndarray]]:
        return [
            (count, own, other)
            for count, (own, other) in enumerate(zip(self._own, self._other, strict=True))
            if count
        ]

    def _listed(self) -> np.ndarray:
        """The differences of means of all ways that exchange any; those that tie with 0 are 0."""
        parts = []
        for count, own, other in self._exchanged():
            sums = (own[:, None] - other[None, :]).ravel()
            sums[np.abs(sums) <= self._tie] = 0.0
            parts.append(sums / count)
        return np.concatenate(parts)


class _Drawn:
    """Ways to divide two groups that were drawn: the same ones for the same sizes."""

    def __init__(self, arm: np.ndarray, reference: np.ndarray) -> None:
        self.sizes = Sizes(len(arm), len(reference))
        # The same ways whichever of the two is called the arm.
        is_turned = (len(arm), *arm) > (len(reference), *reference)
        few, many = (reference, arm) if is_turned else (arm, reference)
        counts, sums = _drawn_exchanges(few, many)
        sums[np.abs(sums) <= _TIE / 2 * float(np.abs(few).sum() + np.abs(many).sum())] = 0.0
        sums = 0.0 - sums if is_turned else sums
        self._means = np.divide(sums, counts, out=np.full(DRAWN, np.nan), where=counts > 0)

    def at_most(self, mean: float) -> int:
        """How many ways exchange runs whose means differ by `mean` at most, or exchange none."""
        return int((np.nan_to_num(self._means, nan=-math.inf) <= mean).sum())

    def at_least(self, mean: float) -> int:
        """How many ways exchange runs whose means differ by `mean` at least, or exchange none."""
        return int((np.nan_to_num(self._means, nan=math.inf) >= mean).sum())

    def smallest(self, rank: int) -> float:
        """The `rank`-th smallest difference of the means of what is exchanged."""
        return float(np.sort(np.nan_to_num(self._means, nan=-math.inf))[rank - 1])

    def largest(self, rank: int) -> float:
        """The `rank`-th largest."""
        return float(np.sort(np.nan_to_num(self._means, nan=math.inf))[-rank])


def _ways_of(arm: ArrayLike, reference: ArrayLike) -> _Exact | _Drawn | None:
    own, other = (tuple(np.sort(_finite(values)).tolist()) for values in (arm, reference))
    return _cached_ways(own, other) if own and other else None


@lru_cache(maxsize=64)
def _cached_ways(arm: Values, reference: Values) -> _Exact | _Drawn:
    own, other = np.array(arm), np.array(reference)
    middle = float(np.concatenate([own, other]).mean())
    kind = _Exact if Sizes(len(own), len(other)).is_exact else _Drawn
    return kind(own - middle, other - middle)


def _sums_by_count(values: np.ndarray, most: int) -> list[np.ndarray]:
    """The sums of all subsets of the values (n,), by how many they are of, up to `most`."""
    sums: list[list[np.ndarray]] = [[np.zeros(1)], *([] for _ in range(most))]
    for value in values:
        for count in range(most, 0, -1):
            sums[count].extend(each + value for each in sums[count - 1])
        for count in range(1, most + 1):
            if len(sums[count]) > 1:
                sums[count] = [np.concatenate(sums[count])]
    return [each[0] for each in sums]


def _drawn_exchanges(few: np.ndarray, many: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """How many runs each drawn way exchanges (`DRAWN`,), and the sum of those that leave the
    smaller group less that of those that come."""
    rng = np.random.default_rng(_SEED)
    size, both = len(few), len(few) + len(many)
    rows = max(_AT_ONCE // both, 1)
    counts, sums = [], []
    for first in range(0, DRAWN, rows):
        shape = (min(rows, DRAWN - first), both)
        places = rng.random(shape).argsort(axis=1)[:, :size]
        chosen = np.zeros(shape)
        np.put_along_axis(chosen, places, 1.0, axis=1)
        counts.append(chosen[:, size:].sum(axis=1))
        sums.append((1 - chosen[:, :size]) @ few - chosen[:, size:] @ many)
    return np.concatenate(counts), np.concatenate(sums)


def _finite(values: ArrayLike) -> np.ndarray:
    known = np.asarray(values, dtype=float)
    return known[np.isfinite(known)]
