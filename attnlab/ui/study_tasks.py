"""What a study of several tasks shows together, and which of them is looked at by itself."""

from __future__ import annotations

from html import escape

import streamlit as st

from attnlab import charts
from attnlab.jobs import JobManager
from attnlab.results.model import StudyResult
from attnlab.results.over_tasks import OverTasks
from attnlab.results.task_sentences import (
    MIDDLE,
    PROFILE,
    holds_text,
    mean_words,
    middle_words,
    over_tasks_frame,
)
from attnlab.spec import Metric
from attnlab.store import StudyRow
from attnlab.ui import html
from attnlab.ui.plain_text import plain
from attnlab.ui.saving import Figure
from attnlab.ui.study_figures import chosen_arm, show

TASK = "ablation.task"
_STYLE = """<style>
.lab-over-tasks td:nth-child(2), .lab-over-tasks th:nth-child(2) {text-align: left;
  white-space: normal; min-width: 12rem}
</style>"""


def section(manager: JobManager, row: StudyRow, result: StudyResult) -> None:
    """In how many tasks each module holds, its mean over them, and its profile."""
    if not result.over_tasks:
        return
    count = len(result.parts)
    st.markdown(f"### These {count} tasks together")
    st.caption(
        f"In how many of the {count} tasks at least a module helps or hurts, whichever they are, "
        "and its mean over just these tasks. Verdicts on each task stand below it."
    )
    st.html(over_tasks_table(result))
    figure = Figure(
        "profile",
        lambda: charts.profiles_spec(result, chosen_arm(row)),
        lambda: over_tasks_frame(result),
    )
    show(manager, row, figure)
    st.caption(plain(f"{PROFILE} {MIDDLE}"))


def chosen_part(row: StudyRow) -> StudyRow:
    """The row of the task that is looked at: a press on its title chooses another one."""
    parts = row.study.parts
    st.markdown("### Task by task")
    chosen = st.segmented_control(
        "Task",
        range(len(parts)),
        default=0,
        format_func=lambda number: plain(parts[number].task.title),
        key=f"{TASK}.{row.id}",
        required=True,
        label_visibility="collapsed",
    )
    return row.on(parts[chosen])


def over_tasks_table(result: StudyResult) -> str:
    """A row per module: in how many tasks it holds, its mean, its interquartile mean, as HTML."""
    colours = charts.arm_colours(result)
    rows = "".join(_row(each, colours[each.labels[0]], result.metric) for each in result.over_tasks)
    heads = (
        ("Arm", ""),
        ("Holds", "corrected for tasks and arms"),
        ("Mean over the tasks", "difference, interval of the same test"),
        ("Interquartile mean", f"{result.metric.title.lower()}, 95 % interval"),
    )
    head = "".join(f"<th>{escape(name)}<small>{escape(note)}</small></th>" for name, note in heads)
    return (
        f'{html.TABLE_STYLE}{_STYLE}<div class="lab-table lab-scroll lab-over-tasks">'
        f'<table data-testid="over-tasks"><thead><tr>{head}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _row(each: OverTasks, colour: str, metric: Metric) -> str:
    mean = "reference"
    holds = "reference"
    if not each.is_reference:
        verdict = each.mean.verdict
        words = f"{verdict.sign} {each.mean.verdict_text}".strip()
        mean = f"{escape(mean_words(each, metric))}<small>{escape(words)}</small>"
        if not each.mean.pairs:
            mean = f"<small>{escape(words)}</small>"
        text = holds_text(each.holds, metric) if each.holds else verdict.value
        holds = f"<b>{escape(text)}</b>"
    return (
        f"<tr><td>{html.swatch(colour)}{escape(each.title)}</td><td>{holds}</td><td>{mean}</td>"
        f"<td>{escape(middle_words(each, metric)) if each.middle.n else '–'}</td></tr>"
    )


def over_all(row: StudyRow) -> str:
    """What the forest's caption says of families."""
    return (
        "p and intervals on a task are corrected for the arms there: each of the "
        f"{len(row.study.parts)} tasks asks its own question."
    )
