"""The same arm on several tasks: in how many of them it holds, and how large it is on average.

- In how many: the hypothesis that it holds in fewer than u of K tasks has, of the sorted p-values
  of the tasks, p = (K − u + 1) · p₍ᵤ₎, whatever ties the tasks together. It holds in as many as
  there are u, from 1 on, whose p is below the level: as many as Holm's correction rejects.
- On average: the mean of the tasks' mean differences, tested by flips of the sign of each task's
  each seed. It is about these tasks, not about tasks in general. Where the tasks differ much among
  themselves, the interval is wider than it need be, never narrower.

Sources: Benjamini & Heller 2008 (partial conjunction); `flips` for test and interval.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from attnlab.analysis.flips import flip_interval, sign_flip
from attnlab.analysis.statistics import LEVEL, holm


class Holds(NamedTuple):
    """In how many of `tasks` an arm is at least higher, and in how many at least lower."""

    higher: int
    lower: int
    tasks: int


class TaskMean(NamedTuple):
    """The mean over tasks of an arm's mean difference from its reference.

    - tasks, n: how many tasks have differences, and how many differences there are in all
    - low, high: its interval; leaves 0 out exactly when p is below the level it was made for
    - p, exact: as of `flips.sign_flip`
    """

    tasks: int
    n: int
    mean: float
    low: float
    high: float
    p: float
    exact: bool


def partial_conjunction(p_values: ArrayLike, at_least: int) -> float:
    """Return p of the hypothesis that fewer than `at_least` of the tasks (K,) have an effect.

    A task without a p-value (NaN) counts as p = 1. Raises ValueError unless `at_least` is 1 to K.
    """
    p_values = _in_order(p_values)
    if not 1 <= at_least <= len(p_values):
        raise ValueError(f"expected 1 to {len(p_values)} tasks, got {at_least}")
    return min(1.0, (len(p_values) - at_least + 1) * float(p_values[at_least - 1]))


def holds_in(p_values: ArrayLike, means: ArrayLike, level: float = LEVEL) -> Holds:
    """Return in how many tasks at least an arm is higher than its reference, and in how many lower.

    Of each task (K,) the p-value and the mean difference. For either direction the tasks that point
    the other way count as p = 1; each of the two numbers is too large with probability `level` / 2
    at most, as half of a two-sided p is that of a side.
    """
    p_values, means = np.asarray(p_values, dtype=float), np.asarray(means, dtype=float)
    higher, lower = (
        int((holm(_in_order(np.where(side, p_values, 1.0))) < level).sum())
        for side in (means > 0, means < 0)
    )
    return Holds(higher, lower, len(p_values))


def mean_over_tasks(differences: Sequence[ArrayLike], level: float = LEVEL) -> TaskMean:
    """Return the mean of the means of each task's paired differences, with test and interval.

    Every task counts the same, whatever its number of seeds. NaN is left out, and so is a task
    without any difference.
    """
    tasks = _known(differences)
    n = sum(map(len, tasks))
    if not n:
        return TaskMean(0, 0, math.nan, math.nan, math.nan, math.nan, True)
    shares = shares_of(differences)
    low, high = flip_interval(shares, level)
    p, exact = sign_flip(shares)
    mean = float(np.mean([values.mean() for values in tasks]))
    return TaskMean(len(tasks), n, mean, low, high, p, exact)


def shares_of(differences: Sequence[ArrayLike]) -> np.ndarray:
    """The differences of all tasks (n,), scaled so that their plain mean is the mean of the tasks'
    means. NaN is left out."""
    tasks = _known(differences)
    n = sum(map(len, tasks))
    scaled = [values * (n / (len(tasks) * len(values))) for values in tasks]
    return np.concatenate(scaled) if scaled else np.empty(0)


def _known(differences: Sequence[ArrayLike]) -> list[np.ndarray]:
    """The finite differences of each task that has any."""
    tasks = [np.asarray(values, dtype=float) for values in differences]
    return [kept for values in tasks if len(kept := values[np.isfinite(values)])]


def _in_order(p_values: ArrayLike) -> np.ndarray:
    found = np.asarray(p_values, dtype=float)
    return np.sort(np.where(np.isfinite(found), found, 1.0))
