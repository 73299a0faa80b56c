"""A row of one's own table, with a field for each column."""

from __future__ import annotations

import math
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import streamlit as st

from attnlab import imports
from attnlab.spec import Study
from attnlab.tasks.asking.given import Given
from attnlab.ui.plain_text import plain
from attnlab.ui.shown_samples import samples_of
from attnlab.ui.turning import turned_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from attnlab.data.tables.setting import Settable, Value

START, CHANGED, COLUMNS = (f"own-row.{name}" for name in ("start", "changed", "columns"))
MOST_FIELDS = 24
"""So many columns have a field unless somebody chooses others."""

STEPS = 200
"""About so many steps from one end of a slider to the other."""

MISSING = "missing"
_FIELD_WIDTH = 230


def row_given(study: Study, seed: int) -> Given | None:
    """The values of a row by its columns, with the right answer while they are those of the sample;
    nothing before one was changed. Raises SpecError where the table cannot be read."""
    rows: Any = imports.module("attnlab.tasks.asking.rows")
    params = study.task.params
    samples = samples_of(study.task.model_dump_json(), study.task, seed).examples
    number = turned_to(START, len(samples), "Starting from sample ")
    others = [study.task_of(arm).params for arm in study.arms]
    start: Mapping[str, Value] = rows.sample_row(params, seed, number, others)
    token = f"{study.hash}.{seed}.{number}"
    st.caption("Change a value: the arms answer at once. Each range is what the table holds.")
    columns = rows.columns_to_set(params)
    shown = _shown(columns, study)
    row = dict(start)
    with st.container(horizontal=True, gap="medium"):
        for place, column in enumerate(columns):
            if column.name in shown:
                key = f"own-row.{token}.{place}"
                with st.container(width=_FIELD_WIDTH):
                    row[column.name] = _field(column, start[column.name], key, token)
    if st.session_state.get(CHANGED) != token:
        return None
    return Given(row=row, answer=samples[number].label if row == start else "")


def _shown(columns: tuple[Settable, ...], study: Study) -> set[str]:
    """The columns that have a field: the first, or those that somebody chooses among many."""
    names = [column.name for column in columns]
    if len(names) <= MOST_FIELDS:
        return set(names)
    return set(
        st.multiselect(
            "Columns to change",
            names,
            default=names[:MOST_FIELDS],
            key=f"{COLUMNS}.{study.hash}",
            help="The others keep the values of the sample.",
        )
    )


def _field(column: Settable, start: Value, key: str, token: str) -> Value:
    """A slider, a list, or a day; where the column may be empty, a box that says so."""
    if column.kind == "choice":
        return _choice(column, start, key, token)
    above, gone = st.container(), False
    if column.may_be_missing or start is None:
        gone = st.checkbox(
            f"{plain(column.name)}: {MISSING}",
            start is None,
            key=f"{key}.gone",
            **_changing(token),
        )
    draw = _slider if column.kind == "number" else _day
    with above:
        value: Value = draw(column, start, key, gone, token)
    return None if gone else value


def _choice(column: Settable, start: Value, key: str, token: str) -> Value:
    options: list[Value] = [*column.options, *([None] if column.may_be_missing else [])]
    if start not in options:
        options.insert(0, start)
    chosen = st.selectbox(
        plain(column.name),
        range(len(options)),
        options.index(start),
        format_func=lambda place: str(options[place] or f"({MISSING})"),
        key=key,
        **_changing(token),
    )
    return start if chosen is None else options[chosen]


def _slider(column: Settable, start: Value, key: str, gone: bool, token: str) -> float:
    """The number, between the smallest and the largest that the table holds."""
    low, high = column.low, column.high
    value = (low + high) / 2 if start is None else min(max(float(start), low), high)
    if not low < high:
        return low
    how = {"key": key, "disabled": gone, **_changing(token)}
    if column.whole and high < 2**53 and low > -(2**53):
        ones = max(1, int(_round_step(high - low)))
        return float(st.slider(plain(column.name), int(low), int(high), round(value), ones, **how))
    step = _round_step(high - low)
    digits = max(0, -math.floor(math.log10(step)))
    form = f"%.{digits}f" if digits < 9 and high < 1e9 else "%g"
    return float(st.slider(plain(column.name), low, high, value, step, format=form, **how))


def _round_step(span: float) -> float:
    """1, 2 or 5 times a power of ten, of which about `STEPS` are a span."""
    ten = 10.0 ** math.floor(math.log10(span / STEPS))
    return next(times * ten for times in (1, 2, 5, 10) if times * ten * STEPS >= span * 0.99)


def _day(column: Settable, start: Value, key: str, gone: bool, token: str) -> str:
    """The day as ISO text, with the time of day where the networks get that."""
    first, last = _calendar_day(column.low), _calendar_day(column.high)
    how = {"key": key, "disabled": gone, **_changing(token)}
    try:
        when = datetime.fromisoformat(str(start)).replace(second=0, microsecond=0)
    except ValueError:  # none, or beyond the calendar
        when = datetime(*first.timetuple()[:3])
    if column.time:
        limits = datetime(*first.timetuple()[:3]), datetime(*last.timetuple()[:3], 23, 59)
        chosen = st.datetime_input(plain(column.name), when, *limits, **how)
        return str(start) if start and chosen == when else chosen.isoformat()
    day = st.date_input(plain(column.name), when.date(), first, last, **how)
    return str(start) if start and day == when.date() else day.isoformat()


def _calendar_day(days: float) -> date:
    """A day counted from 1970, or the first or last one of the calendar beyond it."""
    ordinal = date(1970, 1, 1).toordinal() + int(days)
    return date.fromordinal(min(max(ordinal, 1), date.max.toordinal()))


def _changing(token: str) -> dict[str, Any]:
    return {"on_change": _change, "args": (token,)}


def _change(token: str) -> None:
    st.session_state[CHANGED] = token
