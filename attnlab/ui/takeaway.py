"""What can be taken away from a study: figures, tables, numbers."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from attnlab import charts, export
from attnlab.jobs import JobManager
from attnlab.judged import judged
from attnlab.store import Status, StudyRow
from attnlab.ui import results, study_views

FIGURES = {"png": "image/png", "svg": "image/svg+xml"}


def section(manager: JobManager, row: StudyRow) -> None:
    """Buttons that save figures, tables and numbers; what they save is made when pressed."""
    st.markdown("#### Take away")
    if not row.counts[Status.FINISHED]:
        st.caption("Once a run has finished.")
        return
    with st.container(horizontal=True):
        for format, mime in FIGURES.items():
            _button(
                f"Forest ({format.upper()})",
                lambda format=format: _forest(manager, row, format),
                f"attnlab-{row.id}-forest.{format}",
                mime,
                "The differences with their intervals, on white, for paper and slides.",
            )
        _button(
            "Verdicts (CSV)",
            lambda: verdicts_csv(manager, row),
            f"attnlab-{row.id}-verdicts.csv",
            "text/csv",
            "A row per arm: score, difference, interval, p, effect size, verdict.",
        )
        _button(
            "Scores (CSV)",
            lambda: scores_csv(manager, row),
            f"attnlab-{row.id}-scores.csv",
            "text/csv",
            "A row per run: the score that was judged.",
        )
        results.csv_buttons(manager, [row.id])
        with st.popover("Plan (YAML)", icon=":material/description:"):
            st.caption("Save this as plan.yaml, then: python -m attnlab run plan.yaml")
            st.code(row.study.to_yaml(), language="yaml")


def _button(label: str, make: Callable[[], str | bytes], name: str, mime: str, about: str) -> None:
    st.download_button(
        label,
        make,
        file_name=name,
        mime=mime,
        icon=":material/download:",
        on_click="ignore",
        help=about,
    )


def _forest(manager: JobManager, row: StudyRow, format: str) -> bytes:
    found = judged(manager.store, row.id)
    scale = study_views.scale_of(found.metric, row.study)
    return export.figure(charts.forest(found.verdicts, scale), format)


def verdicts_csv(manager: JobManager, row: StudyRow) -> str:
    """The verdicts as CSV, at full resolution."""
    found = judged(manager.store, row.id)
    return found.verdicts.to_csv(index=False, lineterminator="\n")


def scores_csv(manager: JobManager, row: StudyRow) -> str:
    """The scores as CSV, at full resolution."""
    return judged(manager.store, row.id).scores.to_csv(index=False, lineterminator="\n")
