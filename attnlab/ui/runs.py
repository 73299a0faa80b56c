"""The sections of the Runs page: what trains now, all studies, and what can be done with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from attnlab import charts
from attnlab.command import command
from attnlab.compat.streamlit import Container
from attnlab.jobs import JobManager
from attnlab.results.history import StudyHistory
from attnlab.store import ACTIVE, RESUMABLE, StoreError, StudyRow, Wanted
from attnlab.ui import html, links, pictures, playground, runs_table, server
from attnlab.ui.csv_buttons import csv_buttons
from attnlab.ui.pictures import LIVE_SECONDS
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import is_readable, title, whose
from attnlab.wording import counted, listed, noun


def training_now(manager: JobManager) -> None:
    """What trains or waits at the moment, each with its progress."""
    st.html(html.NO_SIDEBAR)
    st.markdown("# Runs")
    rows = manager.store.studies(Wanted(statuses=ACTIVE))
    ids = tuple(row.id for row in rows)
    server.part(_training_now, manager, ids, every=LIVE_SECONDS if rows else None)
    for row in filter(manager.store.may_change, rows):
        if st.button(
            f"Stop {plain(title(row))}",
            icon=":material/stop:",
            key=f"runs.stop.{row.id}",
            help="Its finished runs are kept.",
        ):
            manager.stop(row.id)
            st.rerun()


def _training_now(manager: JobManager, ids: tuple[str, ...]) -> None:
    rows = manager.store.studies(Wanted(statuses=ACTIVE))
    if tuple(row.id for row in rows) != ids:
        st.rerun(scope="app")
    for row in rows:
        st.progress(row.share, text=f"**{plain(title(row))}** · {plain(row.activity) or 'waiting'}")


def table(manager: JobManager) -> list[StudyRow]:
    """The studies that are asked for, a page at a time; returns the ticked ones."""
    return runs_table.table(manager.store)


def overlay(manager: JobManager, rows: Sequence[StudyRow]) -> None:
    """The validation accuracy of the selected studies, or what their task has in its place, in one
    picture."""
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
    together = charts.drawn_together(histories)
    if others := [names[key] for key in histories if key not in together]:
        st.caption(
            f":material/info: {plain(listed(others))} {noun(len(others), 'is', 'are')} measured by "
            "something else, and left out of the picture."
        )


def actions(manager: JobManager, rows: Sequence[StudyRow]) -> None:
    """What can be done with the selected studies."""
    if not rows:
        return
    if len(rows) == 1:
        _single(manager, rows[0])
    ids = [row.id for row in rows]
    with st.container(horizontal=True):
        theirs = [row for row in rows if manager.store.may_change(row)]
        resumable = [row for row in theirs if row.status in RESUMABLE]
        active = [row for row in theirs if row.status in ACTIVE]
        if (
            len(rows) == 1
            and is_readable(rows[0])
            and st.button("Open in the playground", icon=":material/open_in_new:", type="primary")
        ):
            st.switch_page(playground.PAGE, query_params={links.STUDY: rows[0].id})
        if st.button("Resume", icon=":material/resume:", disabled=not resumable):
            for row in resumable:
                manager.resume(row.id)  # one whose data have changed says so on its own page
            st.rerun()
        if st.button("Stop", icon=":material/stop:", disabled=not active, key="runs.stop"):
            for row in active:
                manager.stop(row.id)
            st.rerun()
        csv_buttons(manager, ids)
        kept = len(theirs) < len(rows) or any(row.status in ACTIVE for row in rows)
        if st.button(
            "Delete",
            icon=":material/delete:",
            disabled=kept,
            help="Deletes for good what you made yourself." if manager.store.person else None,
            key="runs.delete",
        ):
            _confirm_deletion(manager, list(rows))


def _single(manager: JobManager, row: StudyRow) -> None:
    left, right = st.columns(2)
    theirs = manager.store.may_change(row)
    if not theirs:
        st.caption(f"{plain(whose(row))}: changed and deleted by {plain(_who_may(row))} alone.")
    _kept_text(left, "Name", row.id, row.name, 80, manager.store.rename, theirs)
    _kept_text(right, "Note", row.id, row.note, 500, manager.store.set_note, theirs)


def _who_may(row: StudyRow) -> str:
    return "its maker" if row.person else f"{command()} on the server"


def _kept_text(
    place: Container,
    label: str,
    study_id: str,
    kept: str,
    longest: int,
    keep: Callable[[str, str], None],
    theirs: bool,
) -> None:
    """A text that goes to the store when it is changed here, and shows what was kept elsewhere."""
    key = f"runs.{label}.{study_id}"
    st.session_state[key] = kept
    place.text_input(
        label,
        key=key,
        max_chars=longest,
        disabled=not theirs,
        on_change=lambda: _keep(keep, study_id, st.session_state[key]),
    )


def _keep(keep: Callable[[str, str], None], study_id: str, text: str) -> None:
    try:
        keep(study_id, text)
    except StoreError as error:  # it was deleted, or is not theirs
        st.toast(plain(error), icon=":material/error:")


@st.dialog("Delete for good?")
def _confirm_deletion(manager: JobManager, rows: list[StudyRow]) -> None:
    runs = sum(row.runs for row in rows)
    st.write(
        f"{counted(len(rows), 'study', 'studies')} with {counted(runs, 'run')}, "
        "with all curves, attention and weights:"
    )
    st.markdown("\n".join(f"- {plain(runs_table.name(row))} ({row.id})" for row in rows[:8]))
    if len(rows) > 8:
        st.write(f"… and {len(rows) - 8} more")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", icon=":material/delete:", key="runs.delete.yes"):
            with server.explained():
                for row in rows:
                    manager.store.delete(row.id)
            runs_table.untick()
            st.rerun()
        if st.button("Keep", key="runs.delete.no"):
            st.rerun()
