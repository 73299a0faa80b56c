"""*Practically the same*: whether a difference is shown to be smaller than a margin.

Two one-sided sign-flip tests: that the mean difference is above −margin, and that it is below the
margin. Both must show at `level`, so that p is the larger one. That is when the interval at
2 · `level` (see `flips.flip_interval`) lies inside ±margin. It takes five pairs at 0.05.

How many seeds that takes: with no true difference and normal differences it shows with power P from
n ≈ (z₁₋α + z₍₁₊P₎⸝₂)² · (σ / margin)² + z₁₋α² / 2 + ⅔ pairs, at 5 % and 80 % 8.6 (σ / margin)² + 2.
The standard deviation of a few differences is often too small; so σ is taken where it stays below
in 80 of 100 trials: 1.29 times what ten pairs show.

Sources: Schuirmann 1987 (two one-sided tests); Guenther 1981 (what t takes beyond z).
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.flips import flip_interval, one_sided, reaching
from attnlab.analysis.power import POWER, fewest_seeds
from attnlab.analysis.statistics import LEVEL
from attnlab.imports import importing

_CAUTION = 0.8
_BEYOND_T = 2 / 3


class Equivalence(NamedTuple):
    """Whether differences are practically none; NaN where there are none to tell from.

    - margin, level: what was asked
    - low, high: the interval of the mean at 2 · `level`; inside ±margin exactly when p < `level`
    - p_low, p_high: of the tests that the mean is above −margin, and that it is below the margin
    """

    margin: float
    level: float
    low: float
    high: float
    p_low: float
    p_high: float

    @property
    def p(self) -> float:
        """The larger of the two p-values."""
        return float(np.maximum(self.p_low, self.p_high))  # NaN stays

    @property
    def is_same(self) -> bool:
        """Whether the mean difference is shown to be smaller than the margin."""
        return self.p < self.level


def equivalence(differences: ArrayLike, margin: float, level: float = LEVEL) -> Equivalence:
    """Test whether the mean of paired differences (n,) is inside ±`margin`, its ends left out.

    Of several arms, each at `level` / m. Raises ValueError unless the margin is above 0.
    """
    if not margin > 0:
        raise ValueError(f"expected a margin above 0, got {margin}")
    values = np.asarray(differences, dtype=float)
    low, high = flip_interval(values, 2 * level)
    p_low, p_high = one_sided(values, -margin), one_sided(-values, -margin)
    return Equivalence(
        margin,
        level,
        end_beside(low, -margin, p_low < level),
        -end_beside(-high, -margin, p_high < level),
        p_low,
        p_high,
    )


def seeds_to_settle(margin: float, sd: float, seen: int, level: float = LEVEL) -> float:
    """Return how many pairs show, with power 0.8, that there is no difference beyond `margin`.

    `sd` is that of the differences of `seen` pairs. At least as many as the test needs to go under
    `level` at all. Infinite without a margin, NaN without a standard deviation.
    """
    sd = cautious_sd(sd, seen)
    if math.isnan(sd):
        return math.nan
    fewest = fewest_seeds(1, 2 * level)
    if not margin > 0 or math.isinf(fewest):
        return math.inf
    squared, beyond = _terms(level)
    return float(max(fewest, math.ceil(squared * (sd / margin) ** 2 + beyond)))


def margin_settled(sd: float, seen: int, n: int, level: float = LEVEL) -> float:
    """Return the smallest margin that `n` pairs settle with power 0.8 where nothing differs.

    `sd` is that of the differences of `seen` pairs. Infinite where no p of `n` pairs is below
    `level`.
    """
    sd = cautious_sd(sd, seen)
    if math.isnan(sd):
        return math.nan
    squared, beyond = _terms(level)
    if not reaching(n, 2 * level) or n <= beyond:
        return math.inf
    return sd * math.sqrt(squared / (n - beyond))


def cautious_sd(sd: float, seen: int) -> float:
    """Return what the standard deviation is at most, in 80 of 100 trials of `seen` normal pairs.

    1.29 `sd` for ten. NaN below two pairs. Source: `scipy.stats.chi2`.
    """
    with importing("scipy.special"):
        from scipy.special import chdtri

    if seen < 2:
        return math.nan
    return float(sd * math.sqrt((seen - 1) / chdtri(seen - 1, _CAUTION)))


def end_beside(end: float, bound: float, is_above: bool) -> float:
    """The lower end on the side of the bound where the test has it, whatever it was rounded to."""
    return max(end, math.nextafter(bound, math.inf)) if is_above else min(end, bound)


def _terms(level: float) -> tuple[float, float]:
    """(z₁₋α + z₍₁₊P₎⸝₂)², and by how many pairs a test of t takes more than one of z."""
    with importing("scipy.special"):
        from scipy.special import ndtri

    z = float(-ndtri(level))
    return (z + float(ndtri((1 + POWER) / 2))) ** 2, z**2 / 2 + _BEYOND_T
