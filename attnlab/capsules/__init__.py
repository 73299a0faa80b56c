"""Capsules opened again: a study trained once more, and held against what it gave before."""

from __future__ import annotations

from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from attnlab.capsules.comparing import (
    DRIFT,
    FAILED,
    MATCH,
    NEARLY,
    NOTHING_BEFORE,
    TOLERANCE,
    compare,
    differing,
)
from attnlab.capsules.reading import Capsule, CapsuleError, read
from attnlab.imports import importing

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DRIFT",
    "FAILED",
    "MATCH",
    "NEARLY",
    "NOTHING_BEFORE",
    "TOLERANCE",
    "Capsule",
    "CapsuleError",
    "compare",
    "differing",
    "read",
    "replay",
    "replay_name",
]


def replay(
    path: str | PathLike[str],
    *,
    home: Path | str | None = None,
    progress: bool | None = None,
) -> pd.DataFrame:
    """Train a capsule's study again, in this thread, and compare it run by run: see `compare`.

    The study is kept in `home`, like any other; `progress` and Ctrl-C are as in `attnlab.run`. In
    the `attrs` of the table are "study", its id, and "versions", what differs here (see
    `differing`). Raises CapsuleError, and what `attnlab.run` raises.
    """
    with importing("attnlab.api"):
        from attnlab.api import run

    found = read(path)
    result = run(found.study, name=replay_name(path), home=home, progress=progress)
    table = compare(found, result.store, result.id)
    table.attrs = {"study": result.id, "versions": differing(found)}
    return table


def replay_name(path: str | PathLike[str]) -> str:
    """What a replayed study is called."""
    return f"Replay of {Path(path).name}"
