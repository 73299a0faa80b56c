"""Writes the files that a module or a task of somebody's own begins with."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attnlab.cli.plans import UsageError


def write_begun(files: Mapping[Path, str], folder: str) -> list[Path]:
    """Write these files, none of which may be there, and return their paths.

    Raises UsageError where one is there already, or the folder cannot be written to.
    """
    there = [path for path in files if path.exists()]
    if there:
        raise UsageError(f"{there[0]} is there already: choose another name or --folder")
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for path, text in files.items():
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write to {folder}: {error.strerror or error}") from None
    return list(files)
