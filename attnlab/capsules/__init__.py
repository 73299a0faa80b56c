"""Capsules: written from a study, read again, and compared with a study trained from them."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

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
from attnlab.capsules.own_modules import UntrustedError
from attnlab.capsules.planned_files import UntrustedFileError
from attnlab.capsules.reading import Capsule, CapsuleError, read, sources

__all__ = [
    "DRIFT",
    "FAILED",
    "MATCH",
    "NEARLY",
    "NOTHING_BEFORE",
    "TOLERANCE",
    "Capsule",
    "CapsuleError",
    "UntrustedError",
    "UntrustedFileError",
    "compare",
    "differing",
    "read",
    "replay_name",
    "sources",
]


def replay_name(path: str | PathLike[str]) -> str:
    """What a replayed study is called."""
    return f"Replay of {Path(path).name}"
