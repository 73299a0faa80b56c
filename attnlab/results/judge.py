"""From a study's plan and its rows to its result: the only road to a verdict.

`judge` reads the rows of the store, `result_of` makes them a result: `scores.score_of_each_run`
gives each run its score, `comparing.compare_arms` holds every arm against its reference, and
`comparing.compare_pairs` the arms of every planned contrast against each other.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

import pandas as pd

from attnlab.results.about import fixed_data
from attnlab.results.collapsing import with_collapses
from attnlab.results.comparing import Rules, compare_arms, compare_pairs
from attnlab.results.failed_runs import at_chance, that_depend
from attnlab.results.grounds import CONTROL_GROUNDS, unit_of
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.rows import StudyRows, ended_arms, read_rows, training_arms, with_runs
from attnlab.results.scores import rule_for, score_of_each_run
from attnlab.results.together import together
from attnlab.results.untested import counted, in_training, on_shared_clock
from attnlab.results.verdict import Verdict
from attnlab.results.withheld import Before, in_first_stage, on_these_seeds, with_conditions
from attnlab.spec import (
    ON_TEST,
    REGISTRY,
    Judging,
    Metric,
    Study,
    all_brought_in,
    as_tested,
    metric_of,
)
from attnlab.spec.metrics import has_metric
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
    study, name = row.study, metric or row.study.judging.metric
    before = Before(
        store.earlier_on_its_seeds(study_id),
        store.same_question_before(study_id),
        store.data_changed_at(row.id),
        [own for own in all_brought_in(study) if REGISTRY.has_newer(own)],
    )
    if is_planned is None:
        is_planned = name == study.judging.metric

    def of(part: Study, chosen: Metric, rule: Judging, rows: StudyRows) -> StudyResult:
        result = result_of(part, chosen, rule, rows, interim=interim)
        return with_conditions(result, row.status, before, is_planned)

    return _of_each_task(store, study_id, name, lambda part: part.judging, of)


def _of_each_task(
    store: Store,
    study_id: str,
    metric: str | None,
    rule: Callable[[Study], Judging],
    of: Callable[[Study, Metric, Judging, StudyRows], StudyResult],
    *,
    attention: bool = False,
) -> StudyResult:
    """The result of the study's only task, or of several by themselves and together.

    `of` makes that of a part of the study, from the metric, how a score is read, and its rows.
    Without a metric it is by the main one of each task.
    """
    study = store.study(study_id).study
    chosen = [metric_of(part.task, metric or part.task.main_metric) for part in study.parts]
    rules = [rule_for(each, rule(part)) for each, part in zip(chosen, study.parts, strict=True)]
    rows = read_rows(store, study_id, chosen[0], rules[0], attention=attention)
    if len(study.parts) == 1:
        return of(study, chosen[0], rules[0], rows)
    parts = [
        of(part, each, how, rows.of(part))
        for part, each, how in zip(study.parts, chosen, rules, strict=True)
    ]
    return together(study, parts, rule_for(chosen[0], rule(study)))


def judge_by_accuracy(store: Store, study_id: str) -> StudyResult:
    """Judge a study by the validation accuracy of the epochs kept, or the main metric of a task
    without accuracy, whatever it was planned to be judged by, with the attention found; without
    `grounds`, which take a second to import.

    It describes these seeds: the words of a table say which way the score went, no verdict.

    Raises StoreError for an unknown study.
    """

    def of(part: Study, metric: Metric, rule: Judging, rows: StudyRows) -> StudyResult:
        return on_these_seeds(result_of(part, metric, rule, rows, explain=False))

    def rule(part: Study) -> Judging:
        return part.judging.model_copy(update={"metric": part.task.main_metric, "score": "final"})

    return _of_each_task(store, study_id, None, rule, of, attention=True)


def judge_by_each(
    store: Store, study_id: str, metrics: Sequence[str] | None = None
) -> list[StudyResult]:
    """The study judged by each of these metrics.

    By default these are what it is judged by, first, then accuracy, or the main metric of a task
    without it, and the attention on what was planted where that is stored. Raises StoreError for an
    unknown study, and SpecError for an unknown metric.
    """
    if metrics is not None:
        return [judge(store, study_id, name) for name in dict.fromkeys(metrics)]
    study = store.study(study_id).study
    main = study.task.main_metric
    beside = [
        *([main] if all(has_metric(task, main) for task in study.tasks) else []),
        *([ON_THE_TRUTH] if all(task.truth_axis for task in study.tasks) else []),
    ]
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
    if rule.score in ON_TEST:
        metric = as_tested(metric)
    scores = score_of_each_run(rows, metric, rule, interim=interim)
    rules = rules_of(study, metric, ended_arms(study, rows.runs), rule=rule, explain=explain)
    families = _families(study, scores, rules)
    filled = at_chance(scores, rows.runs, study, metric)
    if filled is not scores:
        again = _families(study, filled, replace(rules, explain=False))
        families = [that_depend(*pair, rows.runs) for pair in zip(families, again, strict=True)]
    training = training_arms(rows.runs) if interim else set()
    families = [with_collapses(family, study, metric, training) for family in families]
    if study.is_in_first_stage and metric.kind != "size":
        families = [in_first_stage(family, study) for family in families]
    arms, contrasts = (
        tuple(with_runs([as_measured(arm, metric, training) for arm in family], study, rows))
        for family in families
    )
    return StudyResult(study, metric, rule, arms, contrasts)


def _families(study: Study, scores: pd.DataFrame, rules: Rules) -> list[list[ArmResult]]:
    """The arms beside their references, and the planned contrasts: each corrected by itself."""
    labels = [arm.label for arm in study.arms]
    arms = compare_arms(scores, labels, study.references, rules)
    return [
        [_as_control(arm) if arm.label in study.asked_controls else arm for arm in arms],
        compare_pairs(scores, study.contrast_pairs, rules),
    ]


def _as_control(arm: ArmResult) -> ArmResult:
    grounds = CONTROL_GROUNDS if arm.grounds else None
    return replace(arm, verdict=Verdict.CONTROL, grounds=grounds)


def rules_of(
    study: Study,
    metric: Metric,
    ended: Collection[str],
    *,
    rule: Judging | None = None,
    explain: bool = True,
) -> Rules:
    """How the comparisons of a study are tested by this metric; `ended` as in `Rules`. `rule` says
    how a score is read of a run, by default as planned."""
    judging, is_planned = study.judging, metric.name == study.judging.metric
    asks, settled = bool(judging.precision), study.settled
    return Rules(
        seeds=study.seeds,
        planned=study.planned if asks else len(study.seeds),
        most=study.planned if asks else judging.most_seeds or None,
        looks=() if asks else study.looks,  # the first of two stages is none
        better=metric.helping,
        unit=unit_of(metric),
        ended=ended,
        explain=explain,
        correction=judging.correction,
        margin=judging.margin if is_planned else 0.0,
        precision=judging.precision if is_planned and settled else 0.0,
        first_stage=study.first_stage,
        data=fixed_data(study, metric),
        held_out="test" if (rule or judging).score in ("best", "test") else "validation",
    )


def as_measured(result: ArmResult, metric: Metric, training: set[str]) -> ArmResult:
    """The same result where a metric is counted or shares a clock, or one of the arms trains."""
    if metric.kind == "size":
        result = counted(result, metric.helping, unit_of(metric))
    if metric.kind == "time":
        result = on_shared_clock(result)
    return in_training(result) if {result.label, result.against} & training else result
