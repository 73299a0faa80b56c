"""What can be taken away from a study: figures, tables, numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import streamlit as st

from attnlab.capsules.writing import capsule
from attnlab.command import command
from attnlab.export.by_class import confusion_csv, recall_csv
from attnlab.export.paper import latex, markdown
from attnlab.export.verdicts import over_tasks_csv, scores_csv, tuning_csv, verdicts_csv
from attnlab.jobs import JobManager
from attnlab.store import Status, StudyRow
from attnlab.ui import code, pictures, server
from attnlab.ui.csv_buttons import csv_buttons


class _Download(NamedTuple):
    """A button that saves a file: its label, what makes the file, its ending and type, and help."""

    label: str
    make: Callable[[], str | bytes]
    ending: str
    mime: str
    help: str


def section(manager: JobManager, row: StudyRow) -> None:
    """Buttons that save figures, tables and numbers; what they save is made when pressed."""
    st.markdown("## Take away")
    if not row.counts[Status.FINISHED]:
        st.caption("Once a run has finished.")
        return
    with st.container(horizontal=True):
        for file in _papers(manager, row):
            name = f"attnlab-{row.id}.{file.ending}"
            _button(file.label, file.make, name, file.mime, file.help)
        _button(
            "Verdicts (CSV)",
            lambda: verdicts_csv(manager.store, row.id),
            f"attnlab-{row.id}-verdicts.csv",
            "text/csv",
            "A row per metric and arm: score, difference, interval, p, effect size, verdict.",
        )
        _button(
            "Scores (CSV)",
            lambda: scores_csv(manager.store, row.id),
            f"attnlab-{row.id}-scores.csv",
            "text/csv",
            "A row per run: the score that was judged.",
        )
        if _knows_classes(manager, row):
            _button(
                "Confusion (CSV)",
                lambda: confusion_csv(manager.store, row.id),
                f"attnlab-{row.id}-confusion.csv",
                "text/csv",
                "A row per arm, true class and answer: the share of the class that got it.",
            )
            _button(
                "Recall (CSV)",
                lambda: recall_csv(manager.store, row.id),
                f"attnlab-{row.id}-recall.csv",
                "text/csv",
                "A row per arm and class: the mean recall, and its spread over the seeds.",
            )
        if row.study.tuning:
            _button(
                "Learning rates (CSV)",
                lambda: tuning_csv(manager.store, row.id),
                f"attnlab-{row.id}-learning-rates.csv",
                "text/csv",
                "A row per arm, learning rate and seed that chose the learning rates.",
            )
        if row.study.has_several_tasks:
            _button(
                "Tasks together (CSV)",
                lambda: over_tasks_csv(manager.store, row.id),
                f"attnlab-{row.id}-tasks.csv",
                "text/csv",
                "A row per module: in how many tasks it holds, its mean over them, its "
                "interquartile mean.",
            )
        csv_buttons(manager, [row.id])
        with st.popover("Keras script", icon=":material/code:"):
            server.part(code.chooser, row.study, f"attnlab-{row.id}", "takeaway")
        with st.popover("Plan (YAML)", icon=":material/description:"):
            st.caption(f"Save this as plan.yaml, then: {command()} run plan.yaml")
            st.code(row.study.to_yaml(), language="yaml")


def _knows_classes(manager: JobManager, row: StudyRow) -> bool:
    """Whether any run has what it answered class by class."""
    store = manager.store
    return pictures.made_once(store, row, "by class", lambda: bool(store.confusions(row.id)))


def _papers(manager: JobManager, row: StudyRow) -> list[_Download]:
    """Tables for papers, and the capsule."""
    store = manager.store
    return [
        _Download(
            "Table (Markdown)",
            lambda: markdown(store, row.id),
            "md",
            "text/markdown",
            "Scores ± interval, differences and verdicts, best in bold.",
        ),
        _Download(
            "Table (LaTeX)",
            lambda: latex(store, row.id),
            "tex",
            "application/x-tex",
            "The same for LaTeX with booktabs, its caption included.",
        ),
        _Download(
            "Capsule (zip)",
            lambda: capsule(store, row.id),
            "zip",
            "application/zip",
            "Plan, versions, seeds, results and figures in one file, which "
            f"{command()} replay trains again and compares.",
        ),
    ]


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
