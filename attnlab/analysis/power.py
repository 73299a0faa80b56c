"""What a study of so many seeds can show: its power, and the seeds that a difference takes.

The test is the exact sign-flip test of `flips.sign_flip`. Of n differences it has 2^(n − 1)
values of p and no others, so that it often tests at less than the level asked for: ten seeds at
0.05 / 4 test at 6 / 512. This file predicts the power at the values of p that exist.
"""

from __future__ import annotations

import math
from functools import lru_cache

from attnlab.analysis.flips import MOST_EXACT, possible_p, reaching
from attnlab.analysis.statistics import LEVEL
from attnlab.imports import importing

POWER = 0.8
"""A difference counts as one that a study could show if it shows it this often."""

_TAILS = ("larger", "smaller")
_DIGITS = 9
_COUNTABLE = 3
"""How many of the smallest values of p each belong to known signs, whatever the differences are."""


def fewest_seeds(comparisons: int, level: float = LEVEL) -> float:
    """Return with how many seeds the exact test can first go under level / comparisons.

    The smallest p there is for n seeds is 2^(1 − n), when all differences have the same sign.
    Infinite where no number of seeds has so small a p: above `MOST_EXACT` seeds, the number of
    drawn flips bounds it.
    """
    level /= max(comparisons, 1)
    return next((n for n in range(1, MOST_EXACT + 1) if reaching(n, level)), math.inf)


def power(difference: float, sd: float, n: int, level: float) -> float:
    """Return how often `n` pairs with this true mean difference give an exact p below `level`.

    For normal differences with standard deviation `sd`. If p must be one of the three smallest
    values, only certain signs give it, and an integral gives their probability; else this is the
    power of the t-test at the largest p below `level` that the exact test can give. The t-test
    alone would promise up to 20 points too much; `benchmarks/calibration.py` compares this with
    simulated verdicts. Source: `statsmodels.stats.power.TTestPower`.
    """
    if not (math.isfinite(difference) and math.isfinite(sd)):
        return math.nan
    if sd == 0:
        return float(difference != 0 and reaching(n, level) > 0)
    return _power(abs(difference) / sd, n, level)


def smallest_shown(sd: float, n: int, level: float) -> float:
    """Return the smallest true difference that `n` pairs show with power 0.8.

    `sd` is that of the paired differences. Infinite where no p of `n` pairs is below `level`.
    """
    if not math.isfinite(sd):
        return math.nan
    return sd * _effect_shown(n, level) if reaching(n, level) else math.inf


def seeds_to_show(difference: float, sd: float, level: float) -> float:
    """Return how many pairs show a true `difference` with power 0.8; infinite for no difference.

    At least as many as the exact test needs to go under `level` at all.
    """
    if not (math.isfinite(difference) and math.isfinite(sd)):
        return math.nan
    if difference == 0:
        return math.inf
    if sd == 0:
        return float(fewest_seeds(1, level))
    return _seeds_to_show(round(abs(difference) / sd, _DIGITS), level)


@lru_cache(maxsize=1024)
def _seeds_to_show(effect: float, level: float) -> float:
    """The same for a difference of `effect` standard deviations."""
    if effect == 0:
        return math.inf
    if not reaching(MOST_EXACT + 1, level):  # more seeds than the exact test counts do not help
        counted = (n for n in range(1, MOST_EXACT + 1) if _power(effect, n, level) >= POWER)
        return float(next(counted, math.inf))
    few = many = int(fewest_seeds(1, level))
    while _power(effect, many, level) < POWER:
        few, many = many + 1, 2 * many
    while few < many:
        middle = (few + many) // 2
        if _power(effect, middle, level) < POWER:
            few = middle + 1
        else:
            many = middle
    return float(many)


@lru_cache(maxsize=1024)
def _effect_shown(n: int, level: float) -> float:
    """The smallest mean / sd with the power asked for."""
    with importing("scipy.optimize"):
        from scipy.optimize import brentq

    enough = 1.0
    while _power(enough, n, level) < POWER:
        enough *= 2
    return float(brentq(lambda effect: _power(effect, n, level) - POWER, 0.0, enough, xtol=1e-12))


def _power(effect: float, n: int, level: float) -> float:
    values = reaching(n, level)
    if values == 0:
        return 0.0
    if values <= _COUNTABLE and n <= MOST_EXACT:
        return _signs_power(effect, n, values) + _signs_power(-effect, n, values)
    return _t_power(effect, n, values / possible_p(n))


def _signs_power(effect: float, n: int, values: int) -> float:
    """How often n normal differences sum up to one of the so many largest values there are.

    The largest has no minus, the next one at the smallest difference, the third at the second
    smallest.
    """
    with importing("scipy.integrate", "scipy.special"):
        from scipy.integrate import quad
        from scipy.special import ndtr

    def minus_at(x: float) -> float:
        density = math.exp(-((x + effect) ** 2) / 2) / math.sqrt(2 * math.pi)
        larger = ndtr(effect - x)
        smaller = ndtr(effect) - larger
        at_smallest = n * density * larger ** (n - 1)
        if values < _COUNTABLE:
            return float(at_smallest)
        return float(at_smallest + n * (n - 1) * density * smaller * larger ** (n - 2))

    all_plus = float(ndtr(effect)) ** n
    return all_plus + (quad(minus_at, 0, math.inf)[0] if values > 1 else 0.0)


def _t_power(effect: float, n: int, level: float) -> float:
    """Power of the two-sided t-test; each tail by itself, as either can be lost to NaN."""
    with importing("statsmodels.stats.power"):
        from statsmodels.stats.power import TTestPower

    tails = (TTestPower().power(effect, n, level / 2, alternative=tail) for tail in _TAILS)
    upper, lower = (float(share) for share in tails)
    upper = upper if math.isfinite(upper) else 1.0  # statsmodels says NaN where nothing is missing
    return min(1.0, upper + (lower if math.isfinite(lower) else 0.0))
