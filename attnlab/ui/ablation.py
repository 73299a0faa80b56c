"""The sections of the Ablation page, in the order in which they stand on it."""

from __future__ import annotations

import streamlit as st

from attnlab.compat.streamlit import Container
from attnlab.jobs import JobManager
from attnlab.spec import SpecError
from attnlab.store import ACTIVE, COMPLETE, RESUMABLE, Status, StoreError, StudyRow
from attnlab.ui import (
    confirmation,
    downloads,
    html,
    links,
    pictures,
    planning,
    replay,
    server,
    study_progress,
    study_views,
)
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import is_readable, summary, title, whose
from attnlab.wording import capitalised, counted

PAGE = "pages/ablation.py"
MOST_ADDED = 50

RECENT = 20
"""So many of the newest studies are offered beside the plan."""


def shown_study(manager: JobManager) -> StudyRow | None:
    """The study that the address names; None for a new plan."""
    study_id = st.query_params.get(links.STUDY)
    if not study_id:
        return None
    try:
        row = manager.store.study(study_id)
        _ = row.study  # a plan that this version cannot read is reported here, once
    except StoreError as error:
        st.warning(plain(error), icon=":material/search_off:")
        st.query_params.clear()
        return None
    return row


def heading(manager: JobManager, row: StudyRow | None) -> None:
    """What this page is for, and which study it shows."""
    st.html(html.NO_SIDEBAR)
    if row is None:
        st.markdown("# Which attention claims survive?")
        st.caption(
            "Plan a comparison, fix what decides before it starts, and get a verdict that holds: "
            "same seeds in every arm, exact tests, corrected for every arm you look at."
        )
        _recent(manager)
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"# {plain(title(row))}", width="content")
        if st.button("New plan", icon=":material/add:", help="Plan another study."):
            st.query_params.clear()
            st.rerun()
    st.caption(plain(summary(row.study)))


def _recent(manager: JobManager) -> None:
    rows = manager.store.studies(most=RECENT)
    readable = {row.id: row for row in rows if is_readable(row)}
    if not readable:
        return
    chosen = st.selectbox(
        "Or look at a study",
        ["", *readable],
        format_func=lambda key: _option(readable[key]) if key else "Choose one",
        key="ablation.open",
        help="The newest studies; all of them are on the page Runs.",
    )
    if chosen:
        st.session_state.pop("ablation.open")
        st.query_params[links.STUDY] = chosen
        st.rerun()


def _option(row: StudyRow) -> str:
    arms, seeds = len(row.study.arms), len(row.study.seeds)
    return f"{title(row)} · {counted(arms, 'arm')} · {seeds} seeds · {row.status}"


def plan(manager: JobManager) -> None:
    """The form and the plan."""
    planning.section(manager)


def progress_and_verdicts(manager: JobManager, row: StudyRow) -> None:
    """The study as it trains and after: progress, verdicts, and what they rest on."""
    seconds = pictures.redraw_seconds(row)
    every = replay.redraw_seconds() or seconds
    server.followed(_progress_and_verdicts, manager, row, seconds, every=seconds and every)


def _progress_and_verdicts(manager: JobManager, row: StudyRow, seconds: float | None) -> None:
    now = manager.store.study(row.id)
    if pictures.redraw_seconds(now) != seconds:
        st.rerun(scope="app")
    study_progress.status(manager, now)
    _controls(manager, now)
    study_views.verdicts(manager, now)
    study_views.views(manager, now)
    study_progress.say(now)


def _controls(manager: JobManager, row: StudyRow) -> None:
    """Pause, stop, resume, add seeds: what can be done with the study as it is."""
    with st.container(horizontal=True):
        theirs = manager.store.may_change(row)
        if not theirs:
            st.caption(plain(whose(row)), width="content")
        if row.status == Status.RUNNING and theirs:
            _pause(manager, row)
        if (row.status in ACTIVE and theirs) and st.button(
            "Stop", icon=":material/stop:", help="Finished runs are kept.", key="ablation.stop"
        ):
            manager.stop(row.id)
            st.rerun(scope="app")
        if row.status in RESUMABLE and theirs:
            failed = row.counts[Status.FAILED]
            label = f"Run the {failed} failed again" if row.status == Status.FAILED else "Resume"
            if study_progress.resume_pressed(manager, row, label):
                st.rerun(scope="app")
        if row.status in COMPLETE:
            confirmation.button(manager, row)
        if row.status in COMPLETE and theirs:
            with st.popover("Add seeds", icon=":material/add_circle:"):
                _add_seeds(manager, row)


def _pause(manager: JobManager, row: StudyRow) -> None:
    if row.paused:
        label, icon = "Go on", ":material/play_arrow:"
        about = "Train on from where it was held."
    else:
        label, icon = "Pause", ":material/pause:"
        about = "Hold at the end of the epoch; nothing is lost while this server runs."
    if st.button(label, icon=icon, help=about, key="ablation.pause"):
        manager.pause(row.id, not row.paused)
        st.rerun(scope="app")


def _add_seeds(manager: JobManager, row: StudyRow) -> None:
    study = row.study
    most = 0 if study.judging.precision else study.judging.most_seeds
    left = max(0, most - len(study.seeds))
    st.caption(
        f"Planned to grow to {most} seeds: the verdict is tested at the level that is left for "
        "this look."
        if left
        else "This was not planned: the 5 % are spent, so further seeds count for the scores "
        "and change no verdict. To confirm a finding, train the plan on fresh seeds."
    )
    more = st.number_input(
        "How many?",
        1,
        MOST_ADDED,
        value=min(left, MOST_ADDED) or 5,
        help="Each arm is trained at so many further seeds.",
        key="ablation.more",
    )
    place = st.container()
    changed = row.id in manager.changed_data and _with_changed_data(place)
    if st.button("Add and train", type="primary", icon=":material/play_arrow:"):
        try:
            with st.spinner("Looking at the data", show_time=False):
                manager.extend(row.id, int(more), changed_data=changed)
        except SpecError as error:
            st.error(plain(f"{capitalised(str(error))}."), icon=":material/error:")
            if row.id in manager.changed_data and not changed:
                _with_changed_data(place)
            return
        st.rerun(scope="app")


def _with_changed_data(place: Container) -> bool:
    return place.checkbox(
        "With the data as they are now",
        help="Its runs so far were trained on what was there before; the results will say so.",
        key="ablation.changed_data",
    )


def take_away(manager: JobManager, row: StudyRow) -> None:
    """Everything to take away."""
    downloads.section(manager, row)
