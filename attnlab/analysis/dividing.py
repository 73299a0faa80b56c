"""All ways to divide runs into two groups of given sizes, counted or drawn.

A way exchanges some runs of the one group, A, for as many of the other, B. What is asked of it is
mean(A) − mean(B): see `unpaired`.
"""

from __future__ import annotations

import math
from functools import lru_cache
from itertools import accumulate
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.flips import DRAWN, searched

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


class GroupSizes(NamedTuple):
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


class CountedWays:
    """All ways to divide two groups: the sums of what is exchanged, by how many runs that are."""

    def __init__(self, arm: np.ndarray, reference: np.ndarray) -> None:
        self.sizes = GroupSizes(len(arm), len(reference))
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


class DrawnWays:
    """Ways to divide two groups that were drawn: the same ones for the same sizes."""

    def __init__(self, arm: np.ndarray, reference: np.ndarray) -> None:
        self.sizes = GroupSizes(len(arm), len(reference))
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


def ways_of(arm: ArrayLike, reference: ArrayLike) -> CountedWays | DrawnWays | None:
    """The ways to divide these runs, (n,) and (m,), of which what is not finite is left out; None
    where either group is empty."""
    own, other = (tuple(np.sort(finite(values)).tolist()) for values in (arm, reference))
    return _cached_ways(own, other) if own and other else None


@lru_cache(maxsize=64)
def _cached_ways(arm: Values, reference: Values) -> CountedWays | DrawnWays:
    own, other = np.array(arm), np.array(reference)
    middle = float(np.concatenate([own, other]).mean())
    kind = CountedWays if GroupSizes(len(own), len(other)).is_exact else DrawnWays
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
        places = rng.random(shape).argpartition(size - 1, axis=1)[:, :size]
        chosen = np.zeros(shape)
        np.put_along_axis(chosen, places, 1.0, axis=1)
        counts.append(chosen[:, size:].sum(axis=1))
        sums.append((1 - chosen[:, :size]) @ few - chosen[:, size:] @ many)
    return np.concatenate(counts), np.concatenate(sums)


def finite(values: ArrayLike) -> np.ndarray:
    """The values that are finite, as float64."""
    known = np.asarray(values, dtype=float)
    return known[np.isfinite(known)]
