"""Where attention looks, epoch by epoch, and the table that sums the study up."""

from __future__ import annotations

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.store import Store, StudyRow
from attnlab.ui import html, pictures, replay, results, server
from attnlab.ui.pictures import ACTIVE, LIVE_SECONDS

EPOCH = "playground.epoch"


@results.section
def attention_and_results(manager: JobManager, row: StudyRow) -> None:
    """Attention side by side with an epoch slider, then the table."""
    epochs = row.study.training.epochs
    st.markdown("#### Where attention looks")
    if epochs > 1:
        st.session_state.setdefault(EPOCH, epochs)
        st.session_state[EPOCH] = min(st.session_state[EPOCH], epochs)
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
    every = replay.SECONDS if replay.is_playing() else LIVE_SECONDS
    active = row.status in ACTIVE or replay.is_playing()
    server.live(_attention_and_results, manager, row, every=every if active else None)


def _attention_and_results(manager: JobManager, row: StudyRow) -> None:
    study = row.study
    epochs = study.training.epochs
    epoch = replay.epoch(epochs) or st.session_state.get(EPOCH, epochs)
    if epochs > 1:
        latest = epoch == epochs and row.status in ACTIVE
        st.caption("The latest epoch" if latest else f"Epoch {epoch} of {epochs}")
    rows = pictures.made_once(
        manager.store, row, ("attention", epoch), lambda: _rows(manager.store, row, epoch)
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
    table = results.table(manager, row)
    st.html(html.results_table(study, table, charts.arm_colours(study)))


def _rows(
    store: Store, row: StudyRow, epoch: int
) -> list[tuple[str, list[tuple[str, str, pictures.Spec]]]]:
    """The panels in rows: a title, and of each panel its arm, axis and spec."""
    return [
        (title, [(panel.arm, panel.axis, pictures.spec_of(panel.chart)) for panel in panels])
        for title, panels in charts.attention_rows(store.traces(row.id, epoch), row.study)
    ]


def _why_empty(row: StudyRow) -> str:
    if not any(arm.module.entry.layer for arm in row.study.arms):
        return "No arm has attention to show."
    return "The first epoch will show it." if row.status in ACTIVE else "No epoch was finished."
