"""Modules and tasks of one's own, in Python."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from attnlab.imports import importing
from attnlab.spec import SpecError
from attnlab.spec.own_backbones import BACKBONE


def bring(path: str | PathLike[str]) -> list[str]:
    """Read a file with modules, networks or tasks, check them, and bring them into the catalogue;
    return their names.

    Studies may name them from then on. The file is run in a worker process, never in this one.
    Raises SpecError, which says what was found, where any of it is refused.
    """
    with importing("attnlab.own_modules.library", "attnlab.own_tasks.library"):
        from attnlab.own_modules.library import LIBRARY
        from attnlab.own_modules.reading import source_at
        from attnlab.own_tasks.library import TASKS

    text = source_at(Path(path)).text
    has_tasks = "attnlab.own_tasks" in text
    libraries = [LIBRARY] if not has_tasks or "attnlab.own_modules" in text else []
    names: list[str] = []
    for library in [*libraries, *([TASKS] if has_tasks else [])]:
        report = library.bring(Path(path))
        if not report.passed:
            raise SpecError(report.why)
        names += [each.name for each in report.modules]
    return names


def found() -> None:
    """Bring what lies in `my_modules` and `my_tasks`, what ATTNLAB_MODULES and ATTNLAB_TASKS name
    and what packages have; warn of what is refused."""
    with importing("attnlab.own_modules.library", "attnlab.own_tasks.library"):
        from attnlab.own_modules.library import LIBRARY
        from attnlab.own_tasks.library import TASKS

    for report in (*LIBRARY.refresh(), *TASKS.refresh()):
        if not report.passed:
            warnings.warn(
                f"not all of {report.source.path} can be used: {report.why}", stacklevel=3
            )


def with_names(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan whose arms and task may name files, as in "./mine.py:TanhGate", with the names of
    modules, networks and tasks."""
    with importing("attnlab.own_modules.naming", "attnlab.own_tasks.naming"):
        from attnlab.own_modules.naming import with_name, with_network
        from attnlab.own_tasks.naming import with_task_name

    named = {str(key): value for key, value in plan.items()}
    task, arms = plan.get("task"), plan.get("arms")
    if isinstance(task, str):
        named["task"] = with_task_name(task)
    elif isinstance(task, Mapping):
        names = {"name": with_task_name, BACKBONE: with_network}
        given = {key: task[key] for key in names if isinstance(task.get(key), str)}
        named["task"] = {**task, **{key: names[key](value) for key, value in given.items()}}
    if isinstance(arms, (list, tuple)):
        named["arms"] = [with_name(each) if isinstance(each, str) else each for each in arms]
    return named
