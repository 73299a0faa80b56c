"""The verdicts and the scores of a study as CSV."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from attnlab.export.files import ExportError
from attnlab.export.spreadsheets import csv_text
from attnlab.results.frames import families_frame, scores_frame, with_task
from attnlab.results.judge import judge, judge_by_each
from attnlab.results.task_sentences import over_tasks_frame
from attnlab.results.tuning import tuning_frame, tuning_result
from attnlab.spec import Judging
from attnlab.store import Store


def verdicts(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> pd.DataFrame:
    """A row per metric and arm, and per planned contrast: study, metric, rule, then the columns of
    `verdicts_frame` and task.

    `rule` says how the score was read of a run: "final", "best" or "mean of last 5". Raises what
    `judge_by_each` does.
    """
    results = judge_by_each(store, study_id, metrics)
    table = pd.concat([families_frame(result) for result in results], ignore_index=True)
    arms = [len(result.arms) + len(result.contrasts) for result in results]
    keys = {
        "study": [study_id] * len(table),
        "metric": pd.Index([result.metric.name for result in results]).repeat(arms),
        "rule": pd.Index([_rule_name(result.rule) for result in results]).repeat(arms),
    }
    return pd.DataFrame(keys).join(table)


def verdicts_csv(store: Store, study_id: str, metrics: Sequence[str] | None = None) -> str:
    """The verdicts as CSV text, every number at full resolution. Raises what `judge_by_each`
    does."""
    return csv_text(verdicts(store, study_id, metrics))


def scores_csv(store: Store, study_id: str) -> str:
    """The scores that the study is judged by as CSV text, at full resolution: a row per run, with
    the task that it is trained on.

    Raises StoreError for an unknown study.
    """
    result = judge(store, study_id)
    scores = with_task(scores_frame(result), result.study)
    return csv_text(scores)


def over_tasks_csv(store: Store, study_id: str) -> str:
    """What follows for all tasks of a study together as CSV text, a row per module: see
    `task_sentences.over_tasks_frame`. Raises StoreError for an unknown study, and ExportError for
    one with one task."""
    if not store.study(study_id).study.has_several_tasks:
        raise ExportError("the study has one task: its verdicts are in verdicts-csv")
    return csv_text(over_tasks_frame(judge(store, study_id)))


def tuning_csv(store: Store, study_id: str) -> str:
    """Every run that chose a learning rate as CSV text, at full resolution: see
    `results.tuning.tuning_frame`.

    Raises StoreError for an unknown study, and ExportError for one that chooses no rates.
    """
    result = tuning_result(store, study_id)
    if result is None:
        raise ExportError("this study chooses no learning rates: its plan has no tuning")
    return csv_text(tuning_frame(result))


def _rule_name(rule: Judging) -> str:
    return f"mean of last {rule.last}" if rule.score == "mean" else rule.score
