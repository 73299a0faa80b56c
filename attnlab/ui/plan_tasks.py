"""The part of the planning form that chooses further tasks for the same arms."""

from __future__ import annotations

from typing import Any

import streamlit as st

from attnlab import catalog
from attnlab.spec import ALSO_ON, REGISTRY, Metric, SpecError, Study, TaskEntry, TaskSpec
from attnlab.spec.metrics import has_metric
from attnlab.ui.plain_text import plain
from attnlab.ui.plan_arms import KEY
from attnlab.wording import in_sentence, listed

MOST_NAMED = 3


def also_on(entry: TaskEntry, task: TaskSpec, arms: dict[str, Any]) -> list[str]:
    """Draw the choice of further tasks; return their names."""
    possible, reasons = _possible(entry, task, arms)
    key = f"{KEY}.{entry.name}.{ALSO_ON}"
    chosen = [name for name in st.session_state.get(key, []) if name in possible]
    if key in st.session_state and chosen != st.session_state[key]:
        st.session_state[key] = chosen
    names = st.multiselect(
        "Also on these tasks",
        possible,
        format_func=lambda name: REGISTRY.task(name).title,
        key=key,
        placeholder="this task alone" if possible else "no other task takes these arms",
        disabled=not possible,
        help="The same arms are trained on each of them, beside a reference there. Every task "
        "gets its verdicts, and all together say in how many of them a module holds.",
        persist_state="session",
    )
    if names:
        st.caption(
            "Each has its own parameters and its own good batch size and learning rate; all train "
            "for as many epochs. Tasks that draw test samples are read on those."
        )
    if reasons:
        st.caption(f":material/info: {plain(reasons)}")
    return names


def _possible(entry: TaskEntry, task: TaskSpec, arms: dict[str, Any]) -> tuple[list[str], str]:
    """The names of the tasks that take these arms, and why others do not."""
    metric = Study(task=task, **arms).metric  # what is wrong on the task itself is said of that
    possible, failing, other_input, other_metric = [], [], [], []
    for other in catalog.tasks():
        if other.name == entry.name or other.name in REGISTRY.brought_tasks.chosen:
            continue  # a task that somebody brought is the task of a study alone
        if other.slot != entry.slot:
            other_input.append(in_sentence(other.title))
            continue
        if not has_metric(TaskSpec.model_validate(other.name), metric.name):
            other_metric.append(f"“{other.title}”")
            continue
        try:
            Study(task=task, also_on=[other.name], **arms)
        except SpecError as error:
            failing.append(f"{other.title}: {error}.")
        else:
            possible.append(other.name)
    reasons = [
        *failing[:MOST_NAMED],
        _other_metric(metric, other_metric),
        _other_input(other_input),
    ]
    return possible, " ".join(filter(None, reasons))


def _other_metric(metric: Metric, titles: list[str]) -> str:
    return f"{metric.title} is not measured on {listed(titles)}." if titles else ""


def _other_input(titles: list[str]) -> str:
    if not titles:
        return ""
    named = titles
    if len(titles) > MOST_NAMED:
        named = [*titles[:MOST_NAMED], f"{len(titles) - MOST_NAMED} more"]
    return f"Modules there get another input: {listed(named)}."
