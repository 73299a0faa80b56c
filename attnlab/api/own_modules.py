"""Modules of one's own, in Python."""

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
    """Read a file with modules and networks, check them, and bring them into the catalogue; return
    their names.

    Studies may name them from then on. The file is run in a worker process, never in this one.
    Raises SpecError, which says what was found, where any of it is refused.
    """
    with importing("attnlab.own_modules.library"):
        from attnlab.own_modules.library import LIBRARY

    report = LIBRARY.bring(Path(path))
    if not report.passed:
        raise SpecError(report.why)
    return [each.name for each in report.modules]


def found() -> None:
    """Bring what lies in `my_modules`, what ATTNLAB_MODULES names and what packages have; warn of
    what is refused."""
    with importing("attnlab.own_modules.library"):
        from attnlab.own_modules.library import LIBRARY

    for report in LIBRARY.refresh():
        if not report.passed:
            warnings.warn(
                f"not all of {report.source.path} can be used: {report.why}", stacklevel=3
            )


def with_names(plan: Mapping[str, Any]) -> dict[str, Any]:
    """A plan whose arms and task may name files, as in "./mine.py:TanhGate", with the names of
    modules and networks."""
    with importing("attnlab.own_modules.naming"):
        from attnlab.own_modules.naming import with_name, with_network

    named = {str(key): value for key, value in plan.items()}
    arms, task = named.get("arms"), named.get("task")
    if isinstance(arms, (list, tuple)):
        named["arms"] = [with_name(each) if isinstance(each, str) else each for each in arms]
    if isinstance(task, Mapping) and isinstance(task.get(BACKBONE), str):
        named["task"] = {**task, BACKBONE: with_network(task[BACKBONE])}
    return named
