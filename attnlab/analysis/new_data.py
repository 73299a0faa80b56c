"""How sure a mean over seeds is for new data, where each seed re-splits the same samples.

On a fixed data set the runs of all seeds share their samples: their training sets overlap, and
more seeds do not bring new samples. So the usual interval shrinks towards 0 with more seeds, around
a mean that holds for this data set only. The corrected resampled interval adds what the samples
themselves leave open. It is an approximation.

Source: Nadeau & Bengio 2003.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.intervals import Interval, t_factor
from attnlab.analysis.statistics import LEVEL


def new_data_interval(
    differences: ArrayLike, samples_held_out: int, samples_trained: int, level: float = LEVEL
) -> Interval:
    """Return the mean of paired differences (n,) with its interval for new data like these.

    It reaches t · s · √(1 / n + n_val / n_train) to each side, with n_val samples held out to
    measure on and n_train to train on. NaN is left out; with one value the half-width is NaN, with
    none the mean as well. Raises ValueError unless both numbers of samples are above 0.
    """
    if samples_held_out <= 0 or samples_trained <= 0:
        raise ValueError(
            f"expected samples held out and trained on, got {samples_held_out} and "
            f"{samples_trained}"
        )
    kept = np.asarray(differences, dtype=float)
    kept = kept[np.isfinite(kept)]
    n = len(kept)
    if n < 2:
        return Interval(float(kept[0]) if n else math.nan, math.nan, n)
    error = float(kept.std(ddof=1)) * math.sqrt(1 / n + samples_held_out / samples_trained)
    return Interval(float(kept.mean()), float(t_factor(n, level)) * error, n)
