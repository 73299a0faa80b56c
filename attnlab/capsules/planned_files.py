"""The files that a study's networks are made from, in a capsule: loaded only on request."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from attnlab.capsules.errors import CapsuleError
from attnlab.data.planned_file import PlannedFile, files_named_in, planned_files
from attnlab.data.zip_entries import whole
from attnlab.spec import SpecError, Study
from attnlab.wording import listed

FOLDER = "models"
LARGEST = 64 * 2**20
"""Bytes of one file."""

LARGEST_OF_ALL = 256 * 2**20
"""Bytes of all that a capsule brings."""


class UntrustedFileError(CapsuleError):
    """Raised for a capsule with a file that a network would be made from, until a person says that
    it may be loaded."""

    def __init__(self, files: list[PlannedFile]) -> None:
        names = listed(each.told for each in files)
        super().__init__(
            f"it brings {names}, from which a replay would make a network. If you trust it, add "
            "--trust"
        )


def taken(study: Study) -> list[PlannedFile]:
    """The files that the study's capsule takes along: those that are as they were, and not too
    large."""
    found, size = [], 0
    for each in planned_files(study):
        try:
            its = each.place().stat().st_size
        except (SpecError, OSError):
            continue
        if its <= LARGEST and size + its <= LARGEST_OF_ALL:
            found.append(each)
            size += its
    return found


def members(study: Study) -> dict[str, bytes]:
    """The members with these files."""
    return {_member(each): each.place().read_bytes() for each in taken(study)}


def take(archive: zipfile.ZipFile, study: Study, trust: bool) -> None:
    """Keep the files of a plan that are in its capsule and not here.

    Raises UntrustedFileError where there are some and nobody said to trust them, and CapsuleError
    for one that is too large, or not what the plan names, and for too much in all.
    """
    names = set(archive.namelist())
    files = [each for each in planned_files(study) if _member(each) in names]
    size = sum(archive.getinfo(name).file_size for name in {_member(each) for each in files})
    if size > LARGEST_OF_ALL:
        raise CapsuleError(
            f"expected at most {LARGEST_OF_ALL / 2**20:.0f} MiB of files that networks are made "
            f"from, got {size / 2**20:.0f} MiB"
        )
    missing = [each for each in files if not _here(each)]
    if missing and not trust:
        raise UntrustedFileError(missing)
    for each in missing:
        try:
            each.keep(whole(archive, _member(each), LARGEST))
        except SpecError as error:
            raise CapsuleError(f"its {_member(each)} cannot be used: {error}") from error


def strange(archive: zipfile.ZipFile, plan: dict[str, Any]) -> list[PlannedFile]:
    """The files of a plan that are in its capsule and not here; the plan is as it was written, and
    may be of modules that nobody has trusted yet."""
    names = set(archive.namelist())
    digests = {PurePosixPath(name).name.partition(".")[0] for name in names}
    files = files_named_in(_texts(plan), digests)
    return [each for each in files if _member(each) in names and not _here(each)]


def _texts(given: Any) -> Iterator[str]:
    """Every text in a plan, keys too."""
    match given:
        case str():
            yield given
        case dict():
            for each in (*given, *given.values()):
                yield from _texts(each)
        case list():
            for each in given:
                yield from _texts(each)


def _here(file: PlannedFile) -> bool:
    try:
        file.place()
    except SpecError:
        return False
    return True


def _member(file: PlannedFile) -> str:
    return f"{FOLDER}/{file.kept_name}"
