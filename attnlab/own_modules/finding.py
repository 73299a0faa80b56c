"""Where a person's modules are looked for: on their own disk, and nowhere else."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

VARIABLE = "ATTNLAB_MODULES"
"""Names files and folders, separated as in PATH."""

FOLDER = "my_modules"
"""Beside where one works."""

GROUP = "attnlab.modules"
"""The entry points of installed packages that name a Python module with own modules."""


def files() -> list[Path]:
    """The files with modules of `my_modules`, of ATTNLAB_MODULES and of installed packages."""
    return files_in(FOLDER, VARIABLE, GROUP)


def files_in(folder: str, variable: str, group: str) -> list[Path]:
    """The files of a folder, of what a variable names, and of the entry points of a group; those
    that are named and not there, too, so that somebody is told."""
    found = [*_in_folder(Path(folder))]
    for named in filter(None, os.environ.get(variable, "").split(os.pathsep)):
        path = Path(named).expanduser()
        found += _in_folder(path) if path.is_dir() else [path]
    found += _of_packages(group)
    return list(dict.fromkeys(each.absolute() for each in found))


def _in_folder(folder: Path) -> Iterator[Path]:
    """The Python files of a folder, but for tests and those whose name begins with a line."""
    if folder.is_dir():
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith(("_", "test_", ".")):
                yield path


def _of_packages(group: str) -> Iterator[Path]:
    for point in importlib.metadata.entry_points(group=group):
        path = _origin(point.module)
        if path is not None:
            yield path


def _origin(name: str) -> Path | None:
    """The file of a Python module, found without running any of its package."""
    top, *rest = name.split(".")
    spec = importlib.util.find_spec(top)
    for depth in range(1, len(rest) + 1):
        if spec is None or spec.submodule_search_locations is None:
            return None
        spec = PathFinder.find_spec(
            ".".join([top, *rest[:depth]]), list(spec.submodule_search_locations)
        )
    return Path(spec.origin) if spec is not None and spec.origin else None
