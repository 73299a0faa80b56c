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

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.dividing import FEWEST_RUNS, GroupSizes, finite, ways_of
from attnlab.analysis.equivalence import Equivalence, end_beside
from attnlab.analysis.flips import Ends
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import LEVEL, Comparison


def fewest_runs(level: float) -> float:
    """Return how many runs two groups of the same size need to go under `level`; infinite where no
    number is enough, as so few ways are drawn of many runs."""
    counts = range(FEWEST_RUNS, 100)
    return next((n for n in counts if GroupSizes(n, n).can_show(level)), math.inf)


def permutation_p(arm: ArrayLike, reference: ArrayLike) -> tuple[float, bool]:
    """Return p of the two-sided permutation test of the difference of means, and if it is exact.

    Of `arm` (n,) and `reference` (m,) what is not finite is left out. Of more runs than are counted
    out, 9,999 ways are drawn from a generator with a fixed seed, so that p is 1 / 5,000 at least.
    NaN where either is empty.

    It agrees with `scipy.stats.permutation_test(permutation_type="independent")`.
    """
    ways = ways_of(arm, reference)
    if ways is None:
        return math.nan, True
    sides = (1 + ways.at_most(0.0), 1 + ways.at_least(0.0))
    return min(1.0, 2 * min(sides) / ways.sizes.ways), ways.sizes.is_exact


def permutation_interval(arm: ArrayLike, reference: ArrayLike, level: float) -> Ends:
    """Return the interval of the difference of means that the test gives at `level`.

    It holds 0 exactly when `permutation_p` gives p ≥ `level`. Both ends are infinite where no p of
    so few runs is below the level; NaN where either is empty.
    """
    ways = ways_of(arm, reference)
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
    ways = ways_of(arm, reference)
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
    own, other = finite(arm), finite(reference)
    sizes = GroupSizes(len(own), len(other))
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
    few, many = sorted((finite(arm), finite(reference)), key=len)
    if len(few) < 2 or 2 * len(few) > len(many):
        return False
    spread = few.std(ddof=1)
    return bool(spread > 0 and spread >= 2 * many.std(ddof=1))
