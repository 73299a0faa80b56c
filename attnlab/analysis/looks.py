"""What earlier looks at a study cost: seeds that are added later have less of the level to spend.

A study that adds seeds until something shows, and tests at 5 % each time, sees a difference where
there is none far more often than in 5 %. So a study says beforehand how many seeds it may grow to,
and it spends the 5 % bit by bit: with the share t of its most seeds, it may have spent, of α,

    α*(t) = 2 − 2 Φ(z / √t), where z = Φ⁻¹(1 − α / 2),

little at first and all of it at t = 1. The level of a look is the growth of the spending since the
look before. The correlation of the looks is not used, so that the sum of the levels bounds the
false alarms for exact tests of any distribution; this is a little conservative.

Sources: Lan & DeMets 1983; O'Brien & Fleming 1979.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from attnlab.analysis.flips import reaching
from attnlab.analysis.statistics import LEVEL
from attnlab.imports import importing


def spent(looks: Sequence[int], most: int, alpha: float) -> list[float]:
    """Return the level of each look of a study of at most `most` seeds; their sum is ≤ `alpha`.

    `looks` are the numbers of seeds, ascending. Raises ValueError unless they ascend to `most` or
    less.
    """
    _check(looks, most)
    total = [0.0, *(_cumulative(look / most, alpha) for look in looks)]
    return [now - before for before, now in pairwise(total)]


def adjusted_for_looks(p_values: Sequence[float], looks: Sequence[int], most: int) -> float:
    """Return the smallest α at which any of the looks would have rejected, of its own p-value.

    With one look at all seeds, p itself. A look without a p-value (NaN) does not reject. 1 where no
    α would do. Raises ValueError as `spent` does, or if there are not as many p-values as looks.
    """
    _check(looks, most)
    if len(p_values) != len(looks):
        raise ValueError(f"expected {len(looks)} p-values, got {len(p_values)}")
    steps = pairwise([0, *looks])
    return min(
        (
            _rejecting_alpha(p, before / most, now / most)
            for p, (before, now) in zip(p_values, steps, strict=True)
            if math.isfinite(p)
        ),
        default=math.nan,
    )


def counted(looks: Sequence[int], most: int, comparisons: int, alpha: float = LEVEL) -> list[int]:
    """Return the looks that spent something: those at which the exact test could have rejected.

    A look with so few seeds that its smallest p stays above its level over `comparisons` arms could
    not have shown anything, so that it gave no reason to stop. The last look is the present one and
    always counts.
    """
    kept: list[int] = []
    for look in looks[:-1]:
        level = spent([*kept, look], most, alpha / max(comparisons, 1))[-1]
        if reaching(look, level):
            kept.append(look)
    return [*kept, *looks[-1:]]


def deciding(looks: Sequence[int], comparisons: int, alpha: float = LEVEL) -> int:
    """Return on how many seeds the verdict of a study rests that was not planned to grow.

    These are the seeds of the first look that could have shown something over so many comparisons,
    and so spent everything; those of the last look if no look before it could.
    """
    level = alpha / max(comparisons, 1)
    return next((look for look in looks if reaching(look, level)), looks[-1])


def _cumulative(share: float, alpha: float) -> float:
    """α*(t): how much of `alpha` a study with this share of its seeds may have spent."""
    with importing("scipy.special"):
        from scipy.special import ndtr, ndtri

    if share == 1:
        return alpha
    return float(2 * ndtr(ndtri(alpha / 2) / math.sqrt(share)))


def _rejecting_alpha(p: float, before: float, now: float) -> float:
    """The α at which the spending grows by p from one share of the seeds to another.

    What is spent between two looks grows with α up to a peak, far above any level in use, and is 0
    again at α = 1; a p above the peak is never rejected.
    """
    with importing("scipy.optimize", "scipy.special"):
        from scipy.optimize import brentq
        from scipy.special import ndtr, ndtri

    if before == 0:
        return p if now == 1 else float(2 * ndtr(ndtri(p / 2) * math.sqrt(now)))
    peak = float(2 * ndtr(-math.sqrt(math.log(now / before) / (1 / before - 1 / now))))

    def missing(alpha: float) -> float:
        return _cumulative(now, alpha) - _cumulative(before, alpha) - p

    return float(brentq(missing, 0.0, peak, xtol=1e-15)) if missing(peak) >= 0 else 1.0


def _check(looks: Sequence[int], most: int) -> None:
    if not looks or looks[-1] > most or any(a >= b for a, b in pairwise([0, *looks])):
        raise ValueError(f"expected looks that ascend up to {most} seeds, got {list(looks)}")
