"""From a study's plan and its rows to its result: the only road to a verdict.

`judge` reads the rows of the store, `result_of` makes them a result: `scores.scores` gives each run
its score, `compare_arms` holds every arm against its reference and decides.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import compare
from attnlab.results.deciding import (
    Schedule,
    corrected,
    decide,
    deciding_pairs,
    difference_at,
    fewest_pairs,
    interval_levels,
    most_seeds,
    p_after_looks,
    schedule_of,
)
from attnlab.results.failed_runs import at_chance, that_depend
from attnlab.results.grounds import (
    POINTS,
    REFERENCE_GROUNDS,
    Unit,
    grounds_of,
    unit_of,
)
from attnlab.results.model import (
    ArmComparison,
    ArmResult,
    Grounds,
    StudyResult,
)
from attnlab.results.rows import StudyRows, ended_arms, read_rows, training_arms, with_runs
from attnlab.results.scores import rule_for, score_of_each_run
from attnlab.results.untested import counted, in_training, on_shared_clock
from attnlab.results.verdict import Verdict
from attnlab.results.withheld import Before, on_these_seeds, with_conditions
from attnlab.spec import Judging, Metric, Study, metric_of
from attnlab.spec.metrics import ACCURACY
from attnlab.store import Store

ON_THE_TRUTH = "mass"


def judge(
    store: Store,
    study_id: str,
    metric: str | None = None,
    *,
    interim: bool = False,
    is_planned: bool | None = None,
) -> StudyResult:
    """Judge a study by its own metric, or by another one that is stored.

    With `interim`, runs that still train count with what they have come to; arms that are compared
    by such runs have no verdict yet, but `TRAINING`. The attention found is left out. No verdict is
    given where its conditions do not hold: see `results.withheld`. `is_planned` says whether the
    metric was chosen beforehand; by default, whether it is what the plan is judged by.

    Raises StoreError for an unknown study, and SpecError for an unknown metric.
    """
    row = store.study(study_id)
    study = row.study
    chosen = metric_of(study.task.entry, metric or study.judging.metric)
    rule = rule_for(chosen, study.judging)
    rows = read_rows(store, study_id, chosen, rule)
    result = result_of(study, chosen, rule, rows, interim=interim)
    if is_planned is None:
        is_planned = chosen.name == study.judging.metric
    before = Before(store.earlier_on_its_seeds(study_id), store.same_question_before(study_id))
    return with_conditions(result, row.status, before, is_planned)


def judge_by_accuracy(store: Store, study_id: str) -> StudyResult:
    """Judge a study by the validation accuracy of the epochs kept, whatever it was planned to be
    judged by, with the attention found; without `grounds`, which take a second to import.

    It describes these seeds: the words of a table say which way the score went, no verdict.

    Raises StoreError for an unknown study.
    """
    study = store.study(study_id).study
    metric = metric_of(study.task.entry, ACCURACY)
    rule = study.judging.model_copy(update={"metric": ACCURACY, "score": "final"})
    rows = read_rows(store, study_id, metric, rule, attention=True)
    return on_these_seeds(result_of(study, metric, rule, rows, explain=False))


def judge_by_each(
    store: Store, study_id: str, metrics: Sequence[str] | None = None
) -> list[StudyResult]:
    """The study judged by each of these metrics.

    By default these are what it is judged by, first, then accuracy, and the attention on what was
    planted where that is stored. Raises StoreError for an unknown study, and SpecError for an
    unknown metric.
    """
    if metrics is not None:
        return [judge(store, study_id, name) for name in dict.fromkeys(metrics)]
    study = store.study(study_id).study
    beside = [ACCURACY, *([ON_THE_TRUTH] if study.task.entry.truth_axis else [])]
    others = [judge(store, study_id, name) for name in beside if name != study.judging.metric]
    planned = judge(store, study_id, study.judging.metric)
    return [planned, *(each for each in others if each.has_scores)]


def result_of(
    study: Study,
    metric: Metric,
    rule: Judging,
    rows: StudyRows,
    *,
    interim: bool = False,
    explain: bool = True,
) -> StudyResult:
    """The result of a study by a metric, from its rows.

    `rule` says how a score is read of a run. `interim` as in `judge`, `explain` as in
    `compare_arms`.
    """
    unit = unit_of(metric)
    scores = score_of_each_run(rows, metric, rule, interim=interim)
    arms = _compare(study, scores, metric, rows, explain)
    filled = at_chance(scores, rows.runs, study, metric)
    if filled is not scores:
        arms = that_depend(arms, _compare(study, filled, metric, rows, False), rows.runs)
    if metric.kind == "size":
        arms = [counted(arm, metric.helping, unit) for arm in arms]
    if metric.kind == "time":
        arms = [on_shared_clock(arm) for arm in arms]
    if interim:
        training = training_arms(rows.runs)
        arms = [in_training(arm) if {arm.label, arm.against} & training else arm for arm in arms]
    return StudyResult(study, metric, rule, tuple(with_runs(arms, study, rows)))


def _compare(
    study: Study, scores: pd.DataFrame, metric: Metric, rows: StudyRows, explain: bool
) -> list[ArmResult]:
    return compare_arms(
        scores,
        [arm.label for arm in study.arms],
        study.references,
        better=metric.helping,
        planned=len(study.seeds),
        most=most_seeds(study),
        looks=study.looks,
        seeds=study.seeds,
        unit=unit_of(metric),
        ended=ended_arms(study, rows.runs),
        explain=explain,
    )


def compare_arms(
    scores: pd.DataFrame,
    arms: Sequence[str],
    reference: str | Mapping[str, str],
    *,
    better: int = 1,
    planned: int,
    most: int | None = None,
    looks: Sequence[int] = (),
    seeds: Sequence[int],
    unit: Unit = POINTS,
    ended: Collection[str] = (),
    explain: bool = True,
) -> list[ArmResult]:
    """Return a result per arm, in the order of `arms`, compared with `reference` by seed.

    Arguments:
        scores: A row per finished run: arm, seed, value, as precise as it was measured.
        arms: The labels of the arms, the reference among them.
        reference: The label of the arm that the others are compared with; or by label what each
            arm is compared with, where those that are compared with nothing are missing.
        better: 1 where more is better, -1 where less is, 0 where neither.
        planned: On how many seeds the verdict is to rest, planned extensions included.
        most: To how many seeds the plan lets the study grow. Without it, to no more than the
            verdict was first to rest on.
        looks: At how many seeds verdicts were given before; see `analysis.looks`.
        seeds: All seeds in the study's order: k seeds are the first k of these.
        unit: How the sentences write a difference.
        ended: The labels of arms of which no further score of the planned seeds comes: the runs of
            those that are missing have failed, or gave none.
        explain: Whether the results have `grounds`. Working out what could have been shown imports
            statsmodels, which takes a second.

    Each result has what the scores alone tell: label, scores, score, comparison, verdict, is_final
    and grounds. Raises ValueError for an unknown reference and for a run that is there twice.
    """
    against = _references(arms, reference)
    schedule = schedule_of(len(against), planned, most, looks, seeds)
    table = scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(index=list(schedule.seeds), columns=list(arms))
    values = {label: table[label].to_numpy(dtype=float) for label in arms}
    comparisons = _comparisons(values, against, schedule)
    results = []
    for label in arms:
        has_ended = {label, against.get(label, label)} <= {*ended}
        if label in comparisons:
            result = _compared(label, values[label], comparisons[label], better, schedule)
        else:
            result = _reference(label, values[label], schedule)
        result = replace(result, is_final=has_ended or result.is_final)
        if explain:
            result = replace(result, grounds=_grounds(result, schedule, unit))
        results.append(result)
    return results


def _references(arms: Sequence[str], reference: str | Mapping[str, str]) -> Mapping[str, str]:
    """What each arm is compared with, by label."""
    if isinstance(reference, str):
        against = {label: reference for label in arms if label != reference}
        named = {reference}
    else:
        against, named = dict(reference), set(reference.values())
    for other in named:
        if other not in arms:
            raise ValueError(f"expected the reference to be one of {list(arms)}, got {other!r}")
    return against


def _comparisons(
    values: Mapping[str, np.ndarray], against: Mapping[str, str], schedule: Schedule
) -> dict[str, ArmComparison]:
    """Each arm that is compared beside its reference, with p and interval of one correction."""
    p_looks = {
        label: p_after_looks(values[label], values[other], schedule)
        for label, other in against.items()
        if label in values
    }
    p_corrected = corrected([*p_looks.values()])
    levels = interval_levels([*p_looks.values()])
    fewest = fewest_pairs(schedule)
    comparisons = {}
    for label, p, level in zip(p_looks, p_corrected, levels, strict=True):
        arm, reference = values[label], values[against[label]]
        planned = difference_at(arm, reference, schedule, level)
        every = compare(arm, reference)
        differing, can_decide = deciding_pairs(arm, reference, p, schedule)
        comparisons[label] = ArmComparison(
            against=against[label],
            difference=planned,
            p_looks=p_looks[label],
            p_corrected=p,
            with_added=every if every.n > planned.n else None,
            fewest_pairs=fewest,
            differing=differing,
            can_decide=can_decide,
        )
    return comparisons


def _compared(
    label: str, values: np.ndarray, comparison: ArmComparison, better: int, schedule: Schedule
) -> ArmResult:
    difference = comparison.difference
    return ArmResult(
        label=label,
        scores=_by_seed(values, schedule),
        score=mean_interval(values),
        verdict=decide(difference, comparison.p_corrected, better, schedule),
        is_final=difference.n >= schedule.now,
        comparison=comparison,
    )


def _reference(label: str, values: np.ndarray, schedule: Schedule) -> ArmResult:
    return ArmResult(
        label=label,
        scores=_by_seed(values, schedule),
        score=mean_interval(values),
        verdict=Verdict.REFERENCE,
        is_final=bool(np.isfinite(values[: schedule.now]).sum() >= schedule.now),
    )


def _by_seed(values: np.ndarray, schedule: Schedule) -> dict[int, float]:
    known = zip(schedule.seeds, values, strict=True)
    return {seed: float(value) for seed, value in known if not math.isnan(value)}


def _grounds(result: ArmResult, schedule: Schedule, unit: Unit) -> Grounds:
    if result.comparison is None:
        return REFERENCE_GROUNDS
    return grounds_of(result, result.comparison, schedule, unit)
