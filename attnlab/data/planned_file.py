"""A file that a plan names by its path and by what is in it: "/home/me/model.keras#0123…"."""

from __future__ import annotations

import hashlib
import io
import os
import re
import stat
import tempfile
from collections.abc import Collection, Iterable
from functools import lru_cache
from pathlib import Path

from attnlab.data.paths import LONGEST_PATH, absolute, home_folder
from attnlab.spec import SpecError, Study, brief

LARGEST = 4 * 2**30
"""In bytes: a link or a form may name any file, and it is read as a whole."""

FOLDER = "models"
"""In the home of attnlab: the files that came with capsules, named by what is in them."""

_ENDINGS = (".keras", ".weights.h5", ".h5", ".hdf5")
"""What Keras goes by; any other file is taken for the first."""

KEPT = re.compile(r"[0-9a-f]{16}(\.keras|\.weights\.h5|\.h5|\.hdf5)")
"""What these are called."""

_MARK = re.compile(r"#([0-9a-f]{16})")
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

    @property
    def kept_name(self) -> str:
        """What the file is called where it is kept by what is in it."""
        matched = _NAMED.fullmatch(self)
        ending = next((each for each in _ENDINGS if self.path.lower().endswith(each)), _ENDINGS[0])
        return f"{matched['digest'] if matched else ''}{ending}"

    def place(self) -> Path:
        """Where the file is as it was: at its path, or as a capsule brought it.

        Raises SpecError where it is gone or too large, or something else is in it.
        """
        matched = _NAMED.fullmatch(self)
        if matched is None:
            raise SpecError(f"expected the path of a file, got {brief(self) or 'nothing'}")
        try:
            if _digest_at(matched["path"]) == matched["digest"]:
                return Path(matched["path"])
            problem = SpecError(
                f"{matched['path']} has changed since this study was planned: put back what it "
                "was, or plan a new study"
            )
        except SpecError as error:
            problem = error
        kept = home_folder() / FOLDER / self.kept_name
        if kept.is_file() and _digest_at(str(kept)) == matched["digest"]:
            return kept
        raise problem

    def keep(self, content: bytes) -> None:
        """Keep what a capsule brought of the file, whole or not at all.

        Raises SpecError where that is something else, or it cannot be written.
        """
        matched = _NAMED.fullmatch(self)
        if matched is None or _digest_of(io.BytesIO(content)) != matched["digest"]:
            raise SpecError(f"{self.told} is not what its plan names")
        folder = home_folder() / FOLDER
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=folder) as place:
                Path(place, "file").write_bytes(content)
                os.replace(Path(place, "file"), folder / self.kept_name)
        except OSError as error:
            raise SpecError(f"cannot keep {self.told}: {error.strerror or error}") from error


def kept_files(home: Path) -> list[Path]:
    """The files that capsules brought to this home, in the order of their names."""
    return sorted(each for each in (home / FOLDER).glob("*") if KEPT.fullmatch(each.name))


def planned_files(study: Study) -> list[PlannedFile]:
    """The files that networks of a study's arms are made from, each once; they are sent to no
    other machine."""
    params = [study.task_of(arm).params for arm in study.arms]
    values = [value for each in params for value in each.in_use().values()]
    return list(dict.fromkeys(each for each in values if isinstance(each, PlannedFile) and each))


def files_named_in(texts: Iterable[str], digests: Collection[str]) -> list[PlannedFile]:
    """The files of these digests that texts of a plan name, which is not read for a study yet."""
    found: dict[PlannedFile, None] = {}
    for text in texts:
        for mark in _MARK.finditer(text):
            if mark[1] in digests:
                begin = max(0, mark.start() - LONGEST_PATH)  # a text may be long, and have many
                found[PlannedFile(text[begin : mark.end()])] = None
    return list(found)


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
        return _digest_of(file)


def _digest_of(file: io.BufferedReader | io.BytesIO) -> str:
    return hashlib.file_digest(file, "sha256").hexdigest()[:16]
