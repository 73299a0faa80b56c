"""Where attention looks, epoch by epoch, and the table that sums the study up."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import Status, Store, StudyRow
from attnlab.ui import html, pictures, replay, results, server
from attnlab.ui.pictures import ACTIVE

EPOCH = "playground.epoch"


@results.section
def attention_and_results(manager: JobManager, row: StudyRow) -> None:
    """Attention side by side with an epoch slider, then the table."""
    server.part(_attention_and_results, manager, row, every=replay.pace())


def _attention_and_results(manager: JobManager, row: StudyRow) -> None:
    epochs = _epochs(manager.store, row)
    st.markdown("#### Where attention looks")
    if epochs > 1:
        st.session_state.setdefault(EPOCH, epochs)
        if st.session_state[EPOCH] > epochs:
            st.session_state[EPOCH] = epochs
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.slider(
                "Epoch",
                1,
                epochs,
                key=EPOCH,
                help="Drag to see how attention formed; at the right end it follows the training.",
                persist_state="session",
            )
            replay.button(epochs)
    study = row.study
    epoch = replay.epoch(epochs) or st.session_state.get(EPOCH, epochs)
    if epochs > 1:
        st.caption(_which(row, epoch, epochs))
    shown = "last" if epoch == epochs else epoch
    rows = pictures.made_once(
        manager.store, row, ("attention", shown), lambda: _rows(manager.store, row, shown)
    )
    if not rows:
        st.caption(_why_empty(row))
    for number, (title, panels) in enumerate(rows):
        if len(rows) > 1:
            st.markdown(f"**{title}**")
        places = panels[0][1].endswith("place")  # a map, not bars: no wider than high
        columns = st.columns(max(len(panels), 3 if places else 1))
        for column, (arm, _, spec) in zip(columns, panels, strict=False):
            pictures.show(column, spec, key=f"attention-{number}-{arm}")
    st.markdown("#### Results")
    text = pictures.made_once(
        manager.store,
        row,
        "results in html",
        lambda: html.results_table(study, results.table(manager, row), charts.arm_colours(study)),
    )
    st.html(text)


def _epochs(store: Store, row: StudyRow) -> int:
    """How many epochs there are to look at: those planned, or trained where all stopped early."""
    if row.status != Status.FINISHED or not row.study.stops_early:
        return row.study.training.epochs
    return int(store.runs(row.id)["epoch"].max())


def _rows(
    store: Store, row: StudyRow, epoch: int | Literal["last"]
) -> list[tuple[str, list[tuple[str, str, pictures.Spec]]]]:
    """The panels in rows: a title, and of each panel its arm, axis and spec."""
    return [
        (title, [(panel.arm, panel.axis, pictures.ready(panel.spec())) for panel in panels])
        for title, panels in charts.attention_rows(store.traces(row.id, epoch), row.study)
    ]


def _which(row: StudyRow, epoch: int, epochs: int) -> str:
    """Which epoch of each seed is shown."""
    if epoch == epochs and row.status in ACTIVE:
        return "The latest epoch"
    if not row.study.stops_early:
        return f"Epoch {epoch} of {epochs}"
    if epoch == epochs:
        return "The epoch that early stopping kept of each seed"
    return f"Epoch {epoch} of {epochs}; of seeds that stopped before, their last one"


def _why_empty(row: StudyRow) -> str:
    if not any(arm.module.entry.fills for arm in row.study.arms):
        return "No arm has attention to show."
    return "The first epoch will show it." if row.status in ACTIVE else "No epoch was finished."
