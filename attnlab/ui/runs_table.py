"""The table of the Runs page: which studies are shown, a page of them, and those that are ticked.

What is asked for stands in the address, so that a link or a reload shows the same page. Ticks are
kept by the ids of the studies, whichever page of the table shows them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import pandas as pd
import streamlit as st

from attnlab.jobs.timing import duration_text
from attnlab.spec import REGISTRY
from attnlab.store import Order, Status, Store, StudyRow, Wanted
from attnlab.ui.plain_text import plain
from attnlab.ui.study_summary import is_readable, title, when
from attnlab.wording import counted, listed

ROWS = 50
"""How many studies a page of the table has."""

FIND, STATUS, TASK, SORT, PAGE, MINE = "find", "status", "of", "sort", "page", "mine"
"""The inputs, by what they are called in the address."""

TICKED = "runs.ticked"
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

_DAMAGED = "✗ damaged"

_ORDER_WORDS = {
    Order.NEWEST: "newest first",
    Order.OLDEST: "oldest first",
    Order.NAME: "name",
    Order.STATUS: "status",
    Order.TASK: "task",
    Order.RUNS: "most runs",
    Order.SECONDS: "longest training",
}


class _Asked(NamedTuple):
    wanted: Wanted
    order: Order


def table(store: Store) -> list[StudyRow]:
    """Show a page of the studies that are asked for; return those that are ticked, on any page."""
    if not store.count_studies():
        st.info("Nothing has been trained here yet.", icon=":material/science:")
        return []
    asked = wanted, order = _asked(store)
    total = store.count_studies(wanted)
    if total:
        rows = store.studies(wanted, order=order, first=_first(total, asked), most=ROWS)
        _tick(rows, _shown(rows, with_makers=store.person is not None))
    else:
        st.info("No study here is like that.", icon=":material/filter_alt_off:")
        st.button("Show all studies", icon=":material/filter_alt_off:", on_click=_ask_for_all)
        rows = []
    return _ticked(store, rows)


def untick() -> None:
    """Begin anew with nothing ticked."""
    st.session_state[TICKED] = []
    st.session_state[TABLE_ROUND] = st.session_state.get(TABLE_ROUND, 0) + 1


def name(row: StudyRow) -> str:
    """What the table calls a study."""
    return f"{title(row)} (example)" if row.example else title(row)


def _asked(store: Store) -> _Asked:
    titles = {task: _task_title(task) for task in store.tasks()}
    find, status, task, sort = st.columns([2, 1.4, 1.4, 1], vertical_alignment="bottom")
    text = find.text_input(
        "Find",
        key=FIND,
        type="search",
        placeholder="name, task, arm, note or id",
        help="Studies in which each of these words is found.",
        on_change=_to_first_page,
        bind="query-params",
    )
    statuses = status.multiselect(
        "Status",
        list(STATUS_WORDS),
        key=STATUS,
        format_func=lambda each: STATUS_WORDS[each].split(" ", 1)[1],
        placeholder="any",
        on_change=_to_first_page,
        bind="query-params",
    )
    tasks = task.multiselect(
        "Task",
        list(titles),
        key=TASK,
        format_func=lambda each: titles.get(each, each),
        placeholder="any",
        help="The task that a study names first. To find a study by a further one, write its name, "
        "such as planted-channels, under Find.",
        on_change=_to_first_page,
        bind="query-params",
    )
    order = sort.selectbox(
        "Sort by",
        list(Order),
        key=SORT,
        format_func=_ORDER_WORDS.__getitem__,
        help="Sorts all studies; a press on the head of a column sorts the page at hand alone.",
        on_change=_to_first_page,
        bind="query-params",
    )
    wanted = Wanted(text=text or "", statuses=statuses, tasks=tasks, person=_mine(store))
    return _Asked(wanted, order or Order.NEWEST)


def _mine(store: Store) -> str | None:
    """Where people sign in: whose studies are asked for; None for those of all."""
    if store.person is None:
        return None
    mine = st.toggle("Mine alone", key=MINE, on_change=_to_first_page, bind="query-params")
    return store.person.key if mine else None


def _ask_for_all() -> None:
    st.session_state.update({FIND: "", STATUS: [], TASK: []})
    if MINE in st.session_state:
        st.session_state[MINE] = False
    _to_first_page()


def _to_first_page() -> None:
    st.query_params.pop(PAGE, None)


def _first(total: int, asked: _Asked) -> int:
    """Which part of the list is shown: a line that says so, and the way to the others."""
    pages = -(-total // ROWS)
    linked = st.query_params.get(PAGE, "1")
    page = min(max(1, int(linked)), pages) if linked.isdecimal() else 1
    with st.container(horizontal=True, vertical_alignment="center"):
        line = st.empty()
        if pages > 1:  # other studies have other pages, and begin with the first
            key = f"runs.page.{pages}.{asked}"
            page = st.pagination(pages, default=page, key=key, width="stretch")
    if page > 1:
        st.query_params[PAGE] = str(page)
    else:
        _to_first_page()
    first = (page - 1) * ROWS
    last = min(first + ROWS, total)
    line.caption(f"{first + 1:,}–{last:,} of {counted(total, 'study', 'studies')}", width="content")
    return first


def _shown(rows: Sequence[StudyRow], with_makers: bool) -> list[int]:
    """Draw the table, with who made each study or not; return the places in it that are ticked."""
    ids = [row.id for row in rows]
    ticked = set(st.session_state.setdefault(TICKED, []))
    round_ = st.session_state.setdefault(TABLE_ROUND, 0)
    chosen = st.dataframe(
        _overview(rows, with_makers),
        hide_index=True,
        width="stretch",
        on_select="rerun",
        selection_mode="multi-row",
        # Other studies are another table: a tick is of a place in it.
        key=f"{TABLE}.{round_}.{'-'.join(ids)}",
        selection_default={
            "selection": {"rows": [at for at, study_id in enumerate(ids) if study_id in ticked]}
        },
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
    return [at for at in chosen["selection"]["rows"] if at < len(rows)]


def _tick(rows: Sequence[StudyRow], places: Sequence[int]) -> None:
    """Keep which of these studies are ticked, beside what is ticked elsewhere."""
    shown = {row.id for row in rows}
    elsewhere = [study_id for study_id in st.session_state[TICKED] if study_id not in shown]
    st.session_state[TICKED] = [*elsewhere, *(rows[at].id for at in places)]


def _ticked(store: Store, shown: Sequence[StudyRow]) -> list[StudyRow]:
    """The ticked studies that are there, and a line that says how many are out of sight."""
    rows = store.studies_with_ids(st.session_state.setdefault(TICKED, []))
    if not rows:
        st.caption("Tick studies at the left edge to compare, export, resume or delete them.")
        return []
    in_sight = {row.id for row in shown}
    hidden = [row for row in rows if row.id not in in_sight]
    if hidden:
        named = plain(", ".join(name(row) for row in hidden[:3]))
        more = f" and {len(hidden) - 3} more" if len(hidden) > 3 else ""
        with st.container(horizontal=True, vertical_alignment="center"):
            st.caption(
                f"{len(rows)} ticked, {len(hidden)} of them out of sight: {named}{more}.",
                width="content",
            )
            st.button("Untick all", on_click=untick, type="tertiary")
    return rows


def _overview(rows: Sequence[StudyRow], with_makers: bool) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Study": [name(row) for row in rows],
            "Status": [_DAMAGED if row.damage else STATUS_WORDS[row.status] for row in rows],
            **({"Made by": [row.made_by or "–" for row in rows]} if with_makers else {}),
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


def _task(row: StudyRow) -> str:
    if not is_readable(row):
        return "–" if row.damage else "made with another version"
    return listed(task.entry.title for task in row.study.tasks)


def _task_title(task: str) -> str:
    entry = REGISTRY.tasks.get(task)
    return entry.title if entry else task


def _arms(row: StudyRow) -> str:
    return ", ".join(arm.label for arm in row.study.arms) if is_readable(row) else "–"
