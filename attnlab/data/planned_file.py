"""A file that a plan names by its path and by what is in it: "/home/me/model.keras#0123…"."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from functools import lru_cache
from pathlib import Path

from attnlab.data.paths import LONGEST_PATH, absolute
from attnlab.spec import SpecError, Study, brief

LARGEST = 4 * 2**30
"""In bytes: a link or a form may name any file, and it is read as a whole."""

_NAMED = re.compile(r"(?P<path>.+)#(?P<digest>[0-9a-f]{16})")


class PlannedFile(str):
    """Such a name; `PlannedFile.at` makes it."""

    @property
    def path(self) -> str:
        """Where the file is."""
        matched = _NAMED.fullmatch(self)
        return matched["path"] if matched else str(self)

    @property
    def told(self) -> str:
        """What people read: the last part of its path."""
        return Path(self.path).name

    @classmethod
    def at(cls, given: str) -> PlannedFile:
        """The file at a path, which is read for what is in it; a name that says so as it is.

        Raises SpecError where there is none, for what is no regular file or too large, and for a
        path that may not be opened here.
        """
        given = given.strip()
        named = _NAMED.fullmatch(given)
        path = absolute(named["path"] if named else given, LONGEST_PATH)
        return cls(given if named or not given else f"{path}#{_digest_at(path)}")

    def check_unchanged(self) -> None:
        """Raise SpecError where it is gone or too large, or something else is in it."""
        matched = _NAMED.fullmatch(self)
        if matched is None:
            raise SpecError(f"expected the path of a file, got {brief(self) or 'nothing'}")
        if _digest_at(matched["path"]) != matched["digest"]:
            raise SpecError(
                f"{matched['path']} has changed since this study was planned: put back what it "
                "was, or plan a new study"
            )


def planned_files(study: Study) -> list[PlannedFile]:
    """The files that networks of a study's arms are made from, each once; no capsule has them, and
    they are sent to no other machine."""
    params = [study.task_of(arm).params for arm in study.arms]
    values = [value for each in params for value in each.in_use().values()]
    return list(dict.fromkeys(each for each in values if isinstance(each, PlannedFile) and each))


def _digest_at(path: str) -> str:
    try:
        found = Path(path).stat()
        _check_readable(path, found)
        return _digest(path, found.st_mtime_ns, found.st_size)
    except OSError as error:
        raise SpecError(f"cannot read {path}: {error.strerror or error}") from None


def _check_readable(path: str, found: os.stat_result) -> None:
    """Raise SpecError for what may have no end, such as a device or a pipe, or is too large."""
    if not stat.S_ISREG(found.st_mode):
        kind = _KINDS.get(stat.S_IFMT(found.st_mode), "something else")
        raise SpecError(f"cannot read {path}: expected a file, got {kind}")
    if found.st_size > LARGEST:
        raise SpecError(
            f"cannot read {path}: expected at most {LARGEST / 2**30:g} GiB, got "
            f"{found.st_size / 2**30:.1f} GiB"
        )


_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


@lru_cache(maxsize=64)
def _digest(path: str, changed: int, size: int) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()[:16]
