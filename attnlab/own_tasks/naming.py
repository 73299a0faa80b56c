"""Tasks that are named by a file: "./mine.py:two_rings" in place of a task's name."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from attnlab.own_tasks.library import TASKS
from attnlab.spec import SpecError, shown, unknown

_FILE = re.compile(
    r"(?P<path>(?:[A-Za-z]:[\\/])?[^:@]*\.py)(?::(?P<task>[A-Za-z_][\w-]*))?(?P<rest>:.*)?"
)


def with_task_name(task: str, *, tell: Callable[[str], None] = lambda doing: None) -> str:
    """A task with its name in place of its file, which is read and brought into the catalogue; any
    other task as it is.

    A file with several tasks needs the function or the name behind a colon. Raises SpecError where
    the file cannot be read, is refused, or has no such task.
    """
    matched = _FILE.fullmatch(task)
    if matched is None:
        return task
    report = TASKS.bring(Path(matched["path"]), tell=tell)
    if not report.passed and (report.problem or matched["task"] is None):
        raise SpecError(report.why)
    known = {each.name: each for each in report.modules}
    functions = {str(each.declared["function"]): each for each in report.modules}
    wanted = matched["task"]
    if wanted is None and len(known) > 1:
        raise SpecError(
            f"{report.source.file} has several tasks: say which, as in "
            f"{shown(matched['path'] + ':' + next(iter(functions)))}"
        )
    if wanted is not None and wanted not in functions and wanted not in known:
        raise SpecError(f"{report.source.file}: {unknown('task', wanted, functions)}")
    chosen = next(iter(known.values())) if wanted is None else {**known, **functions}[wanted]
    if not chosen.passed:
        raise SpecError(f"{report.source.file}: {chosen.name} {'; '.join(chosen.refusals)}")
    return f"{chosen.name}{matched['rest'] or ''}"
