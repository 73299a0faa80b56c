"""Where a person's tasks are looked for: on their own disk, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from attnlab.own_modules.finding import files_in

VARIABLE = "ATTNLAB_TASKS"
"""Names files and folders, separated as in PATH."""

FOLDER = "my_tasks"
"""Beside where one works."""

GROUP = "attnlab.tasks"
"""The entry points of installed packages that name a Python module with own tasks."""


def files() -> list[Path]:
    """The files with tasks of `my_tasks`, of ATTNLAB_TASKS and of installed packages."""
    return files_in(FOLDER, VARIABLE, GROUP)
