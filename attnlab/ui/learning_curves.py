"""Accuracy, loss and a task's extra metrics, epoch by epoch."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.export.study_figures import CURVE_HEIGHT, curves_together, followed
from attnlab.jobs import JobManager
from attnlab.spec import Study
from attnlab.store import ACTIVE, StudyRow
from attnlab.ui import pictures, saving


def curves(manager: JobManager, row: StudyRow, chosen: str | None = None) -> None:
    """Accuracy, loss and the task's extra metrics, epoch by epoch; others than the `chosen`
    arm are dimmed."""
    specs = pictures.made_once(
        manager.store,
        row,
        ("curves", chosen),
        lambda: _curve_specs(manager.store.curves(row.id), row.study, chosen),
    )
    for column, (metric, spec) in zip(st.columns(len(specs)), specs.items(), strict=True):
        pictures.show(column, spec, key=f"curve-{metric}")
    if row.status not in ACTIVE:
        figure = saving.Figure(
            "curves",
            lambda: curves_together(manager.store.curves(row.id), row.study, chosen),
            lambda: manager.store.curves(row.id),
        )
        saving.save_button(figure, f"attnlab-{row.id}", "curves")


def _curve_specs(
    curves: pd.DataFrame, study: Study, chosen: str | None
) -> dict[str, pictures.Spec]:
    return {
        metric: pictures.with_tables(
            charts.learning_curve_spec(curves, study, metric, CURVE_HEIGHT, chosen)
        )
        for metric in followed(study)
    }
