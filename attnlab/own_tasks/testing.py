"""What the test of a task needs: the report on its file, and the arrays that it gives."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import Any

from attnlab.imports import module as imported
from attnlab.own_modules import reading
from attnlab.own_modules.report import Report
from attnlab.own_tasks.declaring import DECLARED
from attnlab.own_tasks.library import OF_TASKS
from attnlab.spec import SpecError, unknown


def check(path: str | PathLike[str]) -> Report:
    """Check the tasks of a file, as attnlab does before it takes them. Raises SpecError where
    there is no such file."""
    return reading.report_on(reading.source_at(Path(path)), kind=OF_TASKS, anew=True)


def arrays(path: str | PathLike[str], name: str, seed: int, **parameters: Any) -> Any:
    """What the function of this name in a file with tasks gives at a seed; the file is run in this
    process.

    Raises SpecError where there is no such file or function, and whatever the file raises.
    """
    source = reading.source_at(Path(path)).provide()
    found = vars(imported(source.module))
    named = [each for each, value in found.items() if hasattr(value, DECLARED)]
    if name not in named:
        raise SpecError(unknown("task", name, named))
    return found[name](seed, **parameters)
