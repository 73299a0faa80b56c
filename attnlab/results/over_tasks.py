"""One module over all tasks of a study: in how many of them it holds, and how large it is there.

Verdicts on each task are a family of that task. What is said of all tasks together is corrected for
the number of modules in it: p of each task by Bonferroni, for *holds in at least u of K tasks*, and
p of the mean by Holm.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from attnlab.analysis.equivalence import equivalence
from attnlab.analysis.flips import flip_interval
from attnlab.analysis.looks import adjusted_for_looks, spent
from attnlab.analysis.profiles import InterquartileMean, interquartile_mean
from attnlab.analysis.several_tasks import Holds, TaskMean, holds_in, mean_over_tasks, shares_of
from attnlab.analysis.statistics import LEVEL, Comparison, compare, holm, holm_levels
from attnlab.results.deciding import Schedule, decide, fewest_pairs, schedule_of
from attnlab.results.grounds import mean_grounds, unit_of
from attnlab.results.model import NO_SCORE, ArmComparison, ArmResult, StudyResult
from attnlab.results.scores import seeds_in_order
from attnlab.results.verdict import WITHHELD, Verdict
from attnlab.results.withheld import withheld
from attnlab.spec import Study

_NO_WORD = (*WITHHELD, Verdict.TRAINING)


@dataclass(frozen=True)
class OverTasks:
    """A module with its arms on all tasks that have it.

    - title: what people read; labels: of its arm on each task; tasks: the titles of these
    - mean: the mean over the tasks of its mean differences, as the result of its first arm; of a
      reference without a comparison
    - holds: in how many tasks at least it is higher, and lower; None for a reference, and where a
      task gives no verdict
    - scores: those of its runs on each task
    """

    title: str
    labels: tuple[str, ...]
    tasks: tuple[str, ...]
    mean: ArmResult
    holds: Holds | None
    scores: tuple[tuple[float, ...], ...]

    @cached_property
    def middle(self) -> InterquartileMean:
        """The interquartile mean of its scores."""
        return interquartile_mean(self.scores)

    @property
    def is_reference(self) -> bool:
        """Whether others are compared with it."""
        return self.mean.is_reference


def over_tasks(
    alike: Sequence[tuple[str, ...]],
    parts: Sequence[StudyResult],
    schedule_for: Callable[[int], Schedule],
) -> tuple[OverTasks, ...]:
    """Every module that several tasks have, in the order of the plan.

    `alike` are the labels of what is one module on several tasks; `schedule_for` says when the
    means of so many modules are tested. Empty for what is counted, or shares a clock: there is
    nothing to test.
    """
    if parts[0].metric.kind in ("size", "time"):
        return ()
    groups = [_of(parts, labels) for labels in alike]
    groups = [group for group in groups if len(group) > 1]
    compared = [group for group in groups if not group[0][1].is_reference]
    schedule = schedule_for(len(compared))
    means = dict(zip(map(_key, compared), _means(compared, schedule, parts[0]), strict=True))
    return tuple(
        OverTasks(
            title=group[0][1].title,
            labels=tuple(arm.label for _, arm in group),
            tasks=tuple(part.task_title for part, _ in group),
            mean=means.get(_key(group)) or replace(group[0][1], score=NO_SCORE),
            holds=_holds([arm for _, arm in group], len(compared)),
            scores=tuple(tuple(arm.scores.values()) for _, arm in group),
        )
        for group in groups
    )


Group = list[tuple[StudyResult, ArmResult]]
"""The arm of a module on each task, with the result of that task."""


def _of(parts: Sequence[StudyResult], labels: Iterable[str]) -> Group:
    known = set(labels)
    return [(part, arm) for part in parts for arm in part.arms if arm.label in known]


def _key(group: Group) -> str:
    return group[0][1].label


def schedule_in(study: Study, comparisons: int, margin: float) -> Schedule:
    """When the mean is tested in a study: as the differences on each task are."""
    judging, asks = study.judging, bool(study.judging.precision)
    planned = study.planned if asks else len(study.seeds)
    most = study.planned if asks else judging.most_seeds or None
    looks = () if asks else study.looks
    return schedule_of(comparisons, planned, most, looks, study.seeds, margin=margin)


def _differences(part: StudyResult, arm: ArmResult, seeds: Sequence[int]) -> np.ndarray:
    """arm − reference at each of these seeds, NaN where either is missing."""
    own, other = arm.scores, part.arm(arm.against).scores
    return seeds_in_order(own, seeds) - seeds_in_order(other, seeds)


def _table(group: Group, seeds: Sequence[int]) -> list[np.ndarray]:
    """The differences on each task; none at all where the runs on any task are no pairs."""
    if any(arm.difference.sizes is not None for _, arm in group):
        return [np.full(len(seeds), np.nan) for _ in group]
    return [_differences(part, arm, seeds) for part, arm in group]


def _means(groups: Sequence[Group], schedule: Schedule, first: StudyResult) -> list[ArmResult]:
    tables = [_table(group, schedule.seeds) for group in groups]
    by_look = [
        [mean_over_tasks([values[:look] for values in table]) for look in schedule.looks]
        for table in tables
    ]
    p_looks = [
        adjusted_for_looks([each.p for each in looks], schedule.looks, schedule.most)
        for looks in by_look
    ]
    known = np.where(np.isnan(p_looks), 1.0, p_looks) if p_looks else np.empty(0)
    p_values, levels = holm(known), holm_levels(known)
    return [
        _mean(group, table, looks[-1], schedule, first, (own, float(p), float(level)))
        for group, table, looks, own, p, level in zip(
            groups, tables, by_look, p_looks, p_values, levels, strict=True
        )
    ]


def _mean(
    group: Group,
    table: Sequence[np.ndarray],
    mean: TaskMean,
    schedule: Schedule,
    first: StudyResult,
    tested: tuple[float, float, float],
) -> ArmResult:
    p_looks, p, level = tested
    arms = [arm for _, arm in group]
    shares = shares_of([values[: schedule.now] for values in table])
    low, high = _interval(table, schedule, level)
    spread = compare(shares, np.zeros(len(shares)))
    difference = Comparison(
        n=mean.n,
        mean=mean.mean,
        low=low,
        high=high,
        p=mean.p,
        exact=mean.exact,
        d=math.nan,
        improvement=_won(table, schedule.now),
        sd=spread.sd,
        level=level,
    )
    comparison = ArmComparison(
        against=arms[0].against,
        difference=difference,
        p_looks=p_looks,
        p_corrected=p if mean.n else math.nan,
        fewest_pairs=fewest_pairs(schedule),
        differing=int(np.count_nonzero(shares)),
        equivalence=equivalence(shares, schedule.margin, schedule.level_of_each)
        if schedule.margin
        else None,
    )
    verdict = decide(comparison, first.metric.helping, schedule)
    if mean.tasks < len(arms):
        verdict = Verdict.NO_PAIRS
    result = ArmResult(
        label=arms[0].label,
        title=arms[0].title,
        score=NO_SCORE,
        verdict=verdict,
        is_final=all(arm.is_final for arm in arms),
        comparison=comparison,
    )
    is_provisional = not result.is_final
    sentences = mean_grounds(
        difference, p, len(arms), schedule.comparisons, unit_of(first.metric), is_provisional
    )
    result = replace(result, grounds=sentences)
    if silent := _silent(arms):
        if silent == Verdict.TRAINING:
            return replace(result, verdict=silent)
        return withheld(result, silent, f"On one of the tasks: {silent}.")
    return result


def _interval(table: Sequence[np.ndarray], schedule: Schedule, level: float) -> tuple[float, float]:
    """What no look rejects, at the level that each may spend."""
    spends = spent(schedule.looks, schedule.most, level)
    ends = [
        flip_interval(shares_of([values[:look] for values in table]), each)
        for look, each in zip(schedule.looks, spends, strict=True)
    ]
    known = [each for each in ends if not math.isnan(each.low)]
    if not known:
        return math.nan, math.nan
    low, high = sorted((max(each.low for each in known), min(each.high for each in known)))
    return low, high


def _won(table: Sequence[np.ndarray], now: int) -> float:
    """The share of pairs in which the arm is the higher one, every task counting the same."""
    known = [values[:now][np.isfinite(values[:now])] for values in table]
    shares = [(np.mean(values > 0) + np.mean(values == 0) / 2) for values in known if len(values)]
    return float(np.mean(shares)) if shares else math.nan


def _silent(arms: Sequence[ArmResult]) -> Verdict | None:
    """Why nothing is said of all tasks: what a task has instead of a verdict."""
    return next((arm.verdict for arm in arms if arm.verdict in _NO_WORD), None)


def _holds(arms: Sequence[ArmResult], modules: int) -> Holds | None:
    compared = [arm.comparison for arm in arms if arm.comparison]
    if not compared or _silent(arms):
        return None
    p_values = np.minimum(1.0, modules * np.array([each.p_looks for each in compared]))
    return holds_in(p_values, [each.difference.mean for each in compared], LEVEL)
