"""The sections of the playground, in the order in which they stand on the page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from attnlab.jobs import JobManager
from attnlab.jobs.sharing import copied_text
from attnlab.spec import SpecError, Study
from attnlab.store import ACTIVE, COMPLETE, Status, Store, StoreError, StudyRow, Wanted
from attnlab.ui import (
    attention,
    before_training,
    code,
    confirmation,
    first_steps,
    learning_curves,
    links,
    own_input,
    pictures,
    replay,
    samples,
    server,
    setup,
    shown_samples,
    study_progress,
)
from attnlab.ui.csv_buttons import csv_buttons
from attnlab.ui.plain_text import plain
from attnlab.ui.sections import in_own_container
from attnlab.ui.study_summary import summary, title

PAGE = "pages/playground.py"
SHOWN = "playground.shown"
LINK = "playground.link"
LINK_PROBLEM = "playground.link.problem"
"""Why the link that was followed last could not be opened, until another study is shown."""


def shown_study(manager: JobManager) -> StudyRow | None:
    """Which study the page shows, and the form filled for it when that has just changed.

    The address decides: a study's id, or a set-up; without either the study looked at last, else
    the newest. The id is kept in the address, so that a reload shows the same.
    """
    state, query = st.session_state, st.query_params
    if step := first_steps.taken():
        _show_step(manager, step)
    linked_id = query.get(links.STUDY)
    if linked_id and linked_id != state.get(SHOWN):
        state.pop(LINK_PROBLEM, None)
        _show(manager, linked_id)
    elif "task" in query and state.get(LINK) != (link := query.to_dict()):
        state[LINK] = link
        _open_set_up(manager)
    if problem := state.get(LINK_PROBLEM):
        st.warning(f"This link cannot be opened: {plain(problem)}.", icon=":material/link_off:")
    row = _find(manager, state.get(SHOWN))
    if row is None and SHOWN not in state:
        active = manager.store.studies(Wanted(statuses=ACTIVE), most=1)
        for newest in active or manager.store.studies(most=1):
            row = _show(manager, newest.id)
    if row is not None and query.get(links.STUDY) != row.id:
        query.clear()
        query[links.STUDY] = row.id
    return row


def open_with(study: Study) -> None:
    """Leave the page at hand for the playground, with this set-up in its form."""
    st.session_state.pop(LINK, None)  # it may have been opened before, and changed since
    query: dict[str, list[str]] = {}
    for name, value in links.to_query(study):
        query.setdefault(name, []).append(value)
    st.switch_page(PAGE, query_params=query)


def setup_form(manager: JobManager, row: StudyRow | None) -> None:
    """Left: what to compare, with Train and Stop above it.

    Changing it draws it alone: what has been trained does not depend on it.
    """
    with st.sidebar:
        server.part(_setup_form, manager, row)


def _setup_form(manager: JobManager, row: StudyRow | None) -> None:
    buttons = st.container(horizontal=True)
    hint, below_hint = st.empty(), st.container()
    with server.shared_paths():
        set_up = setup.form()
    study = set_up.study
    active_id = row.id if row is not None and row.status in ACTIVE else None
    theirs = row is not None and manager.store.may_change(row)
    same = row is not None and study is not None and row.spec_hash == study.hash
    shared = None
    if study is None:
        hint.warning(plain(set_up.problem), icon=":material/edit:")
    elif row is not None:  # always a line, so that the form stays where it is
        shown = ":material/check: This is the set-up that is shown."
        if row.status in ACTIVE:
            doing = "is training" if row.status == Status.RUNNING else "waits for its turn"
            shown = f":material/hourglass_top: This set-up {doing}."
        if not same:
            with below_hint:
                shared = before_training.shared_with_others(manager.store, study)
            shown = before_training.line(manager.store, shared)
        hint.caption(shown)
    with buttons:
        pressed = st.button(
            "Train",
            type="primary",
            icon=":material/play_arrow:",
            disabled=study is None or (same and active_id is not None),
            help="Train every arm at every seed, in the background.",
            width="stretch",
        )
        if pressed and study:
            _train(manager, study, shares=shared is not None and bool(shared.runs))
        pressed = st.button(
            "Stop",
            icon=":material/stop:",
            disabled=active_id is None or not theirs,
            help="Stop the study on the right; its finished runs are kept.",
            width="stretch",
        )
        if pressed and active_id:
            manager.stop(active_id)
            st.rerun()


def heading(manager: JobManager, row: StudyRow | None) -> None:
    """What this page is for, the first steps, and which study it shows."""
    st.markdown("# attnlab: does this attention module earn its parameters?")
    first_steps.strip(manager.store, row)
    if row is None:
        st.info(
            "Choose what to compare on the left and press **Train**.", icon=":material/science:"
        )
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(title(row))}**", width="content")
        st.caption(plain(summary(row.study)), width="content")
        if copied := copied_text(manager.store, row.id):
            st.caption(f":material/content_copy: {plain(copied)}", width="content")
        if row.example:
            st.badge(
                "Example",
                icon=":material/lightbulb:",
                color="green",
                help="Trained here on the first start, to show what to expect.",
            )


def progress_and_results(manager: JobManager, row: StudyRow) -> None:
    """Right: what the study has come to, followed while it trains."""
    seconds = pictures.redraw_seconds(row)
    every = replay.redraw_seconds() or seconds
    server.followed(_progress_and_results, manager, row, seconds, every=seconds and every)


def _progress_and_results(manager: JobManager, row: StudyRow, seconds: float | None) -> None:
    """All of it in one part: the browser pays for each part that is drawn anew, more than for
    what is in it."""
    now = manager.store.study(row.id)
    if pictures.redraw_seconds(now) != seconds:
        st.rerun(scope="app")
    if now.study.has_several_tasks:
        st.caption(
            ":material/info: This study has more tasks: the Ablation page shows all of them. Here "
            f"is {plain(now.study.task.title.lower())}."
        )
        now = now.on(now.study.parts[0])
    with st.container():
        put_headline = study_progress.status_and_headline(manager, now)
    study_progress.resume_button(manager, now)
    if shows_single_samples_first(manager.store, now):
        samples.single_samples(manager, now)
    attention.looks(manager, now)
    with st.container():
        own_input.own_input(manager, now)
    st.space("small")
    with st.container():
        learning_curves.curves(manager, now, epoch=attention.looked_at(manager.store, now))
    put_headline()
    attention.development_and_results(manager, now)
    study_progress.say(now)


def shows_single_samples_first(store: Store, row: StudyRow) -> bool:
    """Whether the samples of the end stand above: they tell more than means, and no epoch has kept
    any, as in studies of before."""
    first = shown_samples.shows_first(row.study.parts[0])
    return first and not shown_samples.are_recorded(store, row)


@in_own_container
def take_away(manager: JobManager, row: StudyRow) -> None:
    """Everything to take away: numbers as CSV, code, and a link to this set-up."""
    st.markdown("## Take away")
    with st.container(horizontal=True):
        csv_buttons(manager, [row.id])
        if row.status in COMPLETE and row.study.references:
            confirmation.button(manager, row)
        if row.status in COMPLETE and any(arm.module.entry.layer for arm in row.study.arms):
            st.page_link(
                "pages/attention.py",
                label="What is this attention worth?",
                icon=":material/troubleshoot:",
                query_params={links.STUDY: row.id},
            )
        with st.popover("Show me the code", icon=":material/code:"):
            server.part(code.chooser, row.study, f"attnlab-{row.id}", "playground.code")
        with st.popover("Link to this set-up", icon=":material/link:"):
            st.caption("Opens the playground with this task, these arms and this training.")
            page = st.context.url or ""
            st.code(links.to_link(row.study, page), language=None, wrap_lines=True)


def _train(manager: JobManager, study: Study, shares: bool) -> None:
    try:
        study_id = manager.submit(study, shares=shares)
    except SpecError as error:  # it does not fit into memory
        st.error(plain(error), icon=":material/memory:")
        return
    st.session_state[SHOWN] = study_id
    st.session_state.pop(LINK_PROBLEM, None)
    _look_from_the_end()
    st.query_params.clear()
    st.query_params[links.STUDY] = study_id
    st.rerun()


def _show_step(manager: JobManager, study: Study) -> None:
    """Show the study of a first step, and train it where nobody did before."""
    try:
        found = first_steps.trained(manager.store, study)
        study_id = found.id if found else manager.submit(study, shares=True)
    except SpecError as error:  # it does not fit into memory
        st.error(plain(error), icon=":material/memory:")
        return
    st.query_params.clear()
    st.query_params[links.STUDY] = study_id


def _look_from_the_end() -> None:
    """Another study is shown at its newest epoch."""
    st.session_state.pop(attention.EPOCH, None)
    replay.stop()


def _show(manager: JobManager, study_id: str) -> StudyRow | None:
    st.session_state[SHOWN] = study_id
    _look_from_the_end()
    row = _find(manager, study_id)
    if row is not None:
        setup.remember(row.study)
    return row


def _find(manager: JobManager, study_id: str | None) -> StudyRow | None:
    if study_id is None:
        return None
    try:
        row = manager.store.study(study_id)
        _ = row.study  # a plan that this version cannot read is reported here, once
    except StoreError as error:
        st.warning(plain(error), icon=":material/search_off:")
        st.session_state.pop(SHOWN, None)
        st.query_params.clear()
        return None
    return row


def _open_set_up(manager: JobManager) -> None:
    """Fill the form from the address; show a study of just this set-up if there is one."""
    st.session_state.pop(LINK_PROBLEM, None)
    query = {name: st.query_params.get_all(name) for name in st.query_params}
    try:
        with server.shared_paths():
            study = links.from_query(query)
    except SpecError as error:
        st.session_state[LINK_PROBLEM] = str(error)
        return
    if study is None:
        return
    setup.remember(study)
    same = Wanted(spec_hash=study.hash)
    finished = manager.store.studies(replace(same, statuses=[Status.FINISHED]), most=1)
    found = finished or manager.store.studies(same, most=1)
    st.session_state[SHOWN] = found[0].id if found else None
