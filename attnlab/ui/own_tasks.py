"""The task that somebody brings, in the forms: where it comes from, and what was found in it."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import streamlit as st

from attnlab import workers
from attnlab.command import command
from attnlab.own_tasks.finding import FOLDER, VARIABLE
from attnlab.own_tasks.library import TASKS
from attnlab.spec import REGISTRY, OwnTask, SpecError, TaskEntry, TaskSpec, load
from attnlab.ui import own_modules
from attnlab.ui.plain_text import plain

HELP = (
    f"What the networks learn. A task of your own: {command()} new-task NAME begins one in the "
    f"folder {FOLDER}, where it is found, and read again whenever it is saved. So is what "
    f"{VARIABLE} names."
)


def names() -> list[str]:
    """The tasks that can be chosen, those that somebody brought first."""
    own = REGISTRY.brought_tasks.chosen
    return sorted(REGISTRY.tasks, key=lambda name: name not in own)


def made(target: str, task: TaskSpec, *arguments: Any) -> Any:
    """What a function of `attnlab.tasks` makes of a task. The code of one that somebody brought
    runs in a worker, never here. Raises SpecError where that ends the worker."""
    if task.own is None:
        return load(target)(task, *arguments)
    try:
        return workers.call(target, task, *arguments)
    except workers.WorkersError as error:
        raise SpecError(f"its code ended the process that ran it ({error})") from error


def forget_what_is_gone(state: MutableMapping[Any, Any], key: str) -> None:
    """Let a form choose anew where the task that it had is in no file any more."""
    if key in state and state[key] not in REGISTRY.tasks:
        del state[key]


def below(entry: TaskEntry) -> None:
    """Where a task that somebody brought comes from, and what was checked; and what could not be
    used of the files that were found."""
    own = REGISTRY.brought_tasks.chosen.get(entry.name)
    if own is not None and own.entry is entry:
        _origin(own)
    own_modules.problems(TASKS)


def _origin(own: OwnTask) -> None:
    st.caption(f":material/extension: From {plain(own.source.path)}")
    for file in TASKS.files:
        for found in () if file.report is None else file.report.modules:
            if found.name == own.name:
                for note in found.notes:
                    st.caption(f":material/info: {plain(note[0].upper() + note[1:])}.")
                with st.expander("What was checked", key=f"tasks.{own.name}.checks"):
                    own_modules.checked(found)
