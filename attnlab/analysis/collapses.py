"""Rare collapses: the few runs of an arm that learned next to nothing among others that did well.

Their mean speaks of neither. A run has collapsed if

- it is nearer to chance than to the median run, and so are fewer than half of all,
- there is a gap: all runs that near are further below the mean of the others than one more of
  these would be, by more than
  t · s · √(1 + 1 / r), with s the standard deviation of the r others, at least four, and t that of
  r − 1 degrees of freedom at 0.005 / n, as any of the n runs might be the lowest.

Of normal scores less than one arm in 100 has a run that counts as collapsed, wherever chance is; of
scores with a long tail towards chance more: of beta(20, 2) with chance at one half, 3 in 100 at ten
runs. A fall is seen in 99 of 100 cases if it is 24 standard deviations of the other runs among five
runs, 10 among ten and 8 among twenty; a fall to chance mostly is more.

Source: Thompson 1935 and Grubbs 1950 (the lowest of n values against the others).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from attnlab.imports import importing

FEWEST_OTHERS = 4
"""So many runs must have done well; fewer do not tell how much good runs vary."""

_ALARMS = 0.005


def collapsed(scores: ArrayLike, chance: float) -> np.ndarray:
    """Return which runs (n,) of an arm collapsed, as booleans.

    Scores are such that higher is better, and `chance` is what a model that learned nothing gets.
    NaN, a run without a score, has not collapsed but failed.
    """
    with importing("scipy.special"):
        from scipy.special import stdtrit

    values = np.asarray(scores, dtype=float)
    median = float(np.median(values[np.isfinite(values)])) if np.isfinite(values).any() else chance
    is_low = values < (chance + median) / 2
    others = values[np.isfinite(values) & ~is_low]
    count, n = len(others), int(np.isfinite(values).sum())
    if not median > chance or count < FEWEST_OTHERS or 2 * count <= n:
        return np.zeros(values.shape, dtype=bool)
    reach = float(stdtrit(count - 1, 1 - _ALARMS / n)) * np.sqrt(1 + 1 / count)
    highest = values[is_low].max(initial=-np.inf)
    return is_low & (highest < others.mean() - reach * others.std(ddof=1))
