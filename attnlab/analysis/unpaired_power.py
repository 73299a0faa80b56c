"""What the permutation test of two groups that are no pairs could have shown."""

from __future__ import annotations

import math
from functools import lru_cache

from attnlab.analysis.dividing import GroupSizes
from attnlab.analysis.power import POWER
from attnlab.analysis.unpaired import fewest_runs
from attnlab.imports import importing

_MOST = 100_000


def unpaired_power(difference: float, sd: float, sizes: GroupSizes, level: float) -> float:
    """Return how often groups of these sizes with this true difference give a p below `level`.

    For normal scores of the same standard deviation `sd`: the power of the t-test at the largest p
    below `level` that the permutation test can give. Source: `scipy.special.nctdtr`.
    """
    if not (math.isfinite(difference) and math.isfinite(sd)):
        return math.nan
    if not sizes.can_show(level):
        return 0.0
    if sd == 0:
        return float(difference != 0)
    return _power(abs(difference) / sd, sizes, 2 * sizes.reaching(level) / sizes.ways)


def unpaired_smallest_shown(sd: float, sizes: GroupSizes, level: float) -> float:
    """Return the smallest true difference that groups of these sizes show with power 0.8.

    `sd` is that within the groups. Infinite where no p of theirs is below `level`.
    """
    if not math.isfinite(sd):
        return math.nan
    return sd * _effect_shown(sizes, level) if sizes.can_show(level) else math.inf


@lru_cache(maxsize=1024)
def runs_to_show(effect: float, level: float) -> float:
    """Return how many runs two groups of the same size need to show a true difference of `effect`
    standard deviations with power 0.8; infinite where no number is enough."""
    few = many = fewest_runs(level)
    if math.isinf(few) or not effect > 0:
        return math.inf
    while unpaired_power(effect, 1.0, GroupSizes(int(many), int(many)), level) < POWER:
        few, many = many + 1, 2 * many
        if many > _MOST:
            return math.inf
    while few < many:
        middle = (few + many) // 2
        if unpaired_power(effect, 1.0, GroupSizes(int(middle), int(middle)), level) < POWER:
            few = middle + 1
        else:
            many = middle
    return float(many)


@lru_cache(maxsize=1024)
def _effect_shown(sizes: GroupSizes, level: float) -> float:
    with importing("scipy.optimize"):
        from scipy.optimize import brentq

    def lacking(effect: float) -> float:
        return unpaired_power(effect, 1.0, sizes, level) - POWER

    enough = 1.0
    while lacking(enough) < 0:
        enough *= 2
    return float(brentq(lacking, 0.0, enough, xtol=1e-9))


def _power(effect: float, sizes: GroupSizes, level: float) -> float:
    with importing("scipy.special"):
        from scipy.special import nctdtr, ndtr, stdtrit

    freedom = sum(sizes) - 2
    away = effect * math.sqrt(math.prod(sizes) / sum(sizes))
    enough = float(stdtrit(freedom, 1 - level / 2))
    upper, lower = 1 - nctdtr(freedom, away, enough), nctdtr(freedom, away, -enough)
    if not math.isfinite(upper):  # far from 0, where nctdtr says NaN: as good as normal
        upper = ndtr(away - enough)
    return float(upper + (lower if math.isfinite(lower) else 0.0))
