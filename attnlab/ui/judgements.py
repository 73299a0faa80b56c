"""The judgement of a study, made once for the same state of it."""

from __future__ import annotations

from attnlab.results.judge import judge, judge_by_accuracy
from attnlab.results.model import StudyResult
from attnlab.store import ACTIVE, Store, StudyRow
from attnlab.ui import pictures


def by_accuracy(store: Store, row: StudyRow) -> StudyResult:
    """The study's result by accuracy, with the attention found, as it describes these seeds."""
    return pictures.made_once(
        store, row, "results", lambda: _of(row, judge_by_accuracy(store, row.id))
    )


def by_metric(
    store: Store, row: StudyRow, metric: str, *, is_planned: bool | None = None
) -> StudyResult:
    """The study's result by this metric; while it trains, that of its latest epochs.

    `is_planned` as in `judge`.
    """
    interim = row.status in ACTIVE
    return pictures.made_once(
        store,
        row,
        ("result", metric, is_planned),
        lambda: _of(row, judge(store, row.id, metric, interim=interim, is_planned=is_planned)),
    )


def _of(row: StudyRow, result: StudyResult) -> StudyResult:
    """The result of the task that the row is about."""
    own = (part for part in result.parts if part.study.task.stream == row.part)
    return next(own, result)
