"""Scores of one arm on several tasks, summed up as rliable does.

The interquartile mean is that of the middle half of all runs: neither one lucky run nor one task
that failed moves it far. A performance profile says for each score which share of the runs is
above it. Intervals and bands are percentiles of bootstrap samples that draw runs within each task,
and hold at each point by itself.

Source: Agarwal et al. 2021, https://github.com/google-research/rliable.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.statistics import LEVEL

SAMPLES = 2_000
"""So many bootstrap samples are drawn, the same ones always."""

_CUT = 0.25
_SEED = 0


class InterquartileMean(NamedTuple):
    """The mean of the middle half of `n` runs, with its interval; NaN without runs."""

    n: int
    mean: float
    low: float
    high: float


class Profile(NamedTuple):
    """Which share of the runs is above each threshold, with its band: each (thresholds,)."""

    thresholds: np.ndarray
    share: np.ndarray
    low: np.ndarray
    high: np.ndarray


def interquartile_mean(scores: Sequence[ArrayLike], level: float = LEVEL) -> InterquartileMean:
    """Return the interquartile mean of the scores of each task (runs,), all tasks together.

    Tasks must measure on one scale. NaN is left out. As `scipy.stats.trim_mean(scores, 0.25)`.
    """
    tasks = _tasks(scores)
    if not tasks:
        return InterquartileMean(0, math.nan, math.nan, math.nan)
    pooled = np.concatenate(tasks)
    low, high = _percentiles(
        np.array([_middle_mean(np.concatenate(sample)) for sample in _samples(tasks)]), level
    )
    return InterquartileMean(len(pooled), _middle_mean(pooled), float(low), float(high))


def performance_profile(
    scores: Sequence[ArrayLike], thresholds: ArrayLike, level: float = LEVEL
) -> Profile:
    """Return which share of the runs scores above each threshold, every task counting the same.

    `scores` are those of each task (runs,). NaN is left out; without any run all is NaN.
    """
    edges = np.asarray(thresholds, dtype=float)
    tasks = _tasks(scores)
    if not tasks:
        empty = np.full(edges.shape, np.nan)
        return Profile(edges, empty, empty, empty)
    drawn = np.array([_shares_above(sample, edges) for sample in _samples(tasks)])
    low, high = _percentiles(drawn, level)
    return Profile(edges, _shares_above(tasks, edges), low, high)


def _tasks(scores: Sequence[ArrayLike]) -> list[np.ndarray]:
    found = (np.asarray(values, dtype=float) for values in scores)
    return [kept for values in found if len(kept := np.sort(values[np.isfinite(values)]))]


def _middle_mean(scores: np.ndarray) -> float:
    cut = int(_CUT * len(scores))
    return float(np.sort(scores)[cut : len(scores) - cut].mean())


def _shares_above(tasks: Sequence[np.ndarray], edges: np.ndarray) -> np.ndarray:
    return np.mean([(values[:, None] > edges).mean(axis=0) for values in tasks], axis=0)


def _samples(tasks: Sequence[np.ndarray]) -> Iterator[list[np.ndarray]]:
    """Runs drawn with replacement, within each task."""
    rng = np.random.default_rng(_SEED)
    for _ in range(SAMPLES):
        yield [values[rng.integers(0, len(values), len(values))] for values in tasks]


def _percentiles(drawn: np.ndarray, level: float) -> np.ndarray:
    """The ends, (2, …), of what was drawn (samples, …)."""
    return np.asarray(np.quantile(drawn, [level / 2, 1 - level / 2], axis=0))
