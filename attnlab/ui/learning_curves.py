"""Accuracy, loss and a task's extra metrics, epoch by epoch."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.export.study_figures import CURVE_HEIGHT, curves_together, followed, side_by_side
from attnlab.jobs import JobManager
from attnlab.results.history import StudyHistory
from attnlab.store import ACTIVE, Store, StudyRow
from attnlab.ui import pictures, saving


def curves(
    manager: JobManager, row: StudyRow, chosen: str | None = None, epoch: int | None = None
) -> None:
    """Accuracy, loss and the task's extra metrics, epoch by epoch; others than the `chosen`
    arm are dimmed, and a line stands at the `epoch` that is looked at."""
    specs = pictures.made_once(
        manager.store,
        row,
        ("curves", chosen),
        lambda: _curve_specs(_history(manager.store, row), chosen),
    )
    for beside in side_by_side(list(specs)):
        for column, metric in zip(st.columns(len(beside)), beside, strict=True):
            spec = pictures.with_tables(charts.at_epoch(specs[metric], epoch))
            pictures.show(column, spec, key=f"curve-{metric}")
    if row.status not in ACTIVE:
        figure = saving.Figure(
            "curves",
            lambda: curves_together(_history(manager.store, row), chosen),
            lambda: manager.store.curves(row.id),
        )
        saving.save_button(figure, f"attnlab-{row.id}", "curves")


def _history(store: Store, row: StudyRow) -> StudyHistory:
    return StudyHistory(row.study, store.curves(row.id))


def _curve_specs(history: StudyHistory, chosen: str | None) -> dict[str, pictures.Spec]:
    return {
        metric: pictures.with_tables(
            charts.learning_curve_spec(history, metric, CURVE_HEIGHT, chosen)
        )
        for metric in followed(history.study)
    }
