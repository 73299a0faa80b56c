"""The sections of the Runs page: what trains now, all studies, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pandas as pd
import streamlit as st

from attnlab import charts
from attnlab.compat.streamlit import Container
from attnlab.jobs import JobManager
from attnlab.jobs.timing import duration_text
from attnlab.results.history import StudyHistory
from attnlab.store import ACTIVE, RESUMABLE, Status, StudyRow
from attnlab.ui import html, links, pictures, playground, server
from attnlab.ui.csv_buttons import csv_buttons
from attnlab.ui.pictures import LIVE_SECONDS
from attnlab.ui.study_summary import is_readable, title, when
from attnlab.wording import counted, listed

TABLE = "runs.table"
TABLE_ROUND = "runs.round"

STATUS_WORDS = {
    Status.QUEUED: "⏳ waiting",
    Status.RUNNING: "▶ training",
    Status.FINISHED: "✓ finished",
    Status.FAILED: "⚠ some runs failed",
    Status.STOPPED: "■ stopped",
    Status.INTERRUPTED: "⚡ interrupted",
}


def training_now(manager: JobManager) -> None:
    """What trains or waits at the moment, each with its progress."""
    st.html(html.NO_SIDEBAR)
    st.markdown("### Runs")
    rows = [row for row in manager.store.studies() if row.status in ACTIVE]
    ids = tuple(row.id for row in rows)
    server.part(_training_now, manager, ids, every=LIVE_SECONDS if rows else None)
    for row in rows:
        if st.button(
            f"Stop {title(row)}",
            icon=":material/stop:",
            key=f"runs.stop.{row.id}",
            help="Its finished runs are kept.",
        ):
            manager.stop(row.id)
            st.rerun()


def _training_now(manager: JobManager, ids: tuple[str, ...]) -> None:
    rows = [row for row in manager.store.studies() if row.status in ACTIVE]
    if tuple(row.id for row in rows) != ids:
        st.rerun(scope="app")
    for row in rows:
        st.progress(row.share, text=f"**{title(row)}** · {row.activity or 'waiting'}")


def table(manager: JobManager) -> list[StudyRow]:
    """All studies, newest first; returns the selected ones."""
    rows = manager.store.studies()
    if not rows:
        st.info("Nothing has been trained here yet.", icon=":material/science:")
        return []
    round_ = st.session_state.setdefault(TABLE_ROUND, 0)
    chosen = st.dataframe(
        _overview(rows),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        key=f"{TABLE}.{round_}",
        column_config={
            "Runs": st.column_config.TextColumn(help="Finished runs of all planned ones."),
            "Progress": st.column_config.ProgressColumn(
                min_value=0,
                max_value=1,
                format="percent",
                help="Epochs done of all planned ones; a run that ended early counts whole.",
            ),
            "Started": st.column_config.DatetimeColumn(format="distance"),
            "Training time": st.column_config.TextColumn(help="Of all finished runs together."),
        },
    )
    picked = [rows[index] for index in chosen["selection"]["rows"] if index < len(rows)]
    if not picked:
        st.caption("Tick studies at the left edge to compare, export, resume or delete them.")
    return picked


def _overview(rows: Sequence[StudyRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Study": [_name(row) for row in rows],
            "Status": [STATUS_WORDS[row.status] for row in rows],
            "Task": [_task(row) for row in rows],
            "Arms": [_arms(row) for row in rows],
            "Progress": [row.share for row in rows],
            "Runs": [f"{row.counts[Status.FINISHED]} of {row.runs}" for row in rows],
            "Started": [when(row.started_at or row.created_at) for row in rows],
            "Training time": [duration_text(row.seconds) if row.seconds else "–" for row in rows],
            "Note": [row.note for row in rows],
            "Id": [row.id for row in rows],
        }
    )


def overlay(manager: JobManager, rows: Sequence[StudyRow]) -> None:
    """The validation accuracy of the selected studies in one picture."""
    readable = [row for row in rows if is_readable(row)]
    if not readable:
        return
    curves = manager.store.curves([row.id for row in readable])
    if curves.empty:
        st.caption("No epoch of the selected studies was finished yet.")
        return
    histories = {
        row.id: StudyHistory(row.study, curves[curves["study"] == row.id]) for row in readable
    }
    names = {row.id: title(row) for row in readable}
    chart = charts.overlay_curves(histories, names)
    pictures.show(st, charts.spec_of(chart), key="runs.overlay")


def actions(manager: JobManager, rows: Sequence[StudyRow]) -> None:
    """What can be done with the selected studies."""
    if not rows:
        return
    if len(rows) == 1:
        _single(manager, rows[0])
    ids = [row.id for row in rows]
    with st.container(horizontal=True):
        resumable = [row for row in rows if row.status in RESUMABLE]
        active = [row for row in rows if row.status in ACTIVE]
        if (
            len(rows) == 1
            and is_readable(rows[0])
            and st.button("Open in the playground", icon=":material/open_in_new:", type="primary")
        ):
            st.switch_page(playground.PAGE, query_params={links.STUDY: rows[0].id})
        if st.button("Resume", icon=":material/resume:", disabled=not resumable):
            for row in resumable:
                manager.resume(row.id)
            st.rerun()
        if st.button("Stop", icon=":material/stop:", disabled=not active, key="runs.stop"):
            for row in active:
                manager.stop(row.id)
            st.rerun()
        csv_buttons(manager, ids)
        if st.button("Delete", icon=":material/delete:", disabled=bool(active), key="runs.delete"):
            _confirm_deletion(manager, list(rows))


def _single(manager: JobManager, row: StudyRow) -> None:
    left, right = st.columns(2)
    _kept_text(left, "Name", row.id, row.name, 80, manager.store.rename)
    _kept_text(right, "Note", row.id, row.note, 500, manager.store.set_note)


def _kept_text(
    place: Container,
    label: str,
    study_id: str,
    kept: str,
    longest: int,
    keep: Callable[[str, str], None],
) -> None:
    """A text that goes to the store when it is changed here, and shows what was kept elsewhere."""
    key = f"runs.{label}.{study_id}"
    st.session_state[key] = kept
    place.text_input(
        label,
        key=key,
        max_chars=longest,
        on_change=lambda: keep(study_id, st.session_state[key]),
    )


@st.dialog("Delete for good?")
def _confirm_deletion(manager: JobManager, rows: list[StudyRow]) -> None:
    runs = sum(row.runs for row in rows)
    st.write(
        f"{counted(len(rows), 'study', 'studies')} with {counted(runs, 'run')}, "
        "with all curves, attention and weights:"
    )
    st.markdown("\n".join(f"- {_name(row)} ({row.id})" for row in rows[:8]))
    if len(rows) > 8:
        st.write(f"… and {len(rows) - 8} more")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", icon=":material/delete:", key="runs.delete.yes"):
            with server.explained():
                for row in rows:
                    manager.store.delete(row.id)
            st.session_state[TABLE_ROUND] += 1  # a new table, with nothing ticked
            st.rerun()
        if st.button("Keep", key="runs.delete.no"):
            st.rerun()


def _name(row: StudyRow) -> str:
    if not is_readable(row):
        return row.name or row.id
    return f"{title(row)} (example)" if row.example else title(row)


def _task(row: StudyRow) -> str:
    if not is_readable(row):
        return "made with another version"
    return listed(task.entry.title for task in row.study.tasks)


def _arms(row: StudyRow) -> str:
    return ", ".join(arm.label for arm in row.study.arms) if is_readable(row) else "–"
