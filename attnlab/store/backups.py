"""Backups: all studies, the files of their runs and the uploaded data in one zip file.

SQLite copies the database as of one moment, also while a study trains. Files of runs are complete
before the database says that the run has finished, so that they are packed after it. Data sets that
were downloaded are not in a backup, nor are data that lie outside the home.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from attnlab.data import planned_file, uploads
from attnlab.store import artifacts, errors
from attnlab.store.errors import StoreError, plainly
from attnlab.store.home import ARTIFACTS, DATABASE, run_folders
from attnlab.version import __version__

FORMAT = 1
"""Raised when an attnlab of before could not restore a backup any more."""

MANIFEST = "manifest.json"
_CHUNK = 2**20
_TRIES = 5


@dataclass(frozen=True)
class Backup:
    """What is in a backup: how many studies and files, and how large it is in bytes."""

    studies: int
    files: int
    size: int


class _MovedError(Exception):
    """Files of a run were deleted or replaced while they were packed."""


def back_up(home: Path, target: Path) -> Backup:
    """Write a backup of the home to a file, which appears when it is complete.

    Raises StoreError where there is nothing to back up, the database is damaged, or the file cannot
    be written; a file that was there before is then as it was.
    """
    if not (home / DATABASE).is_file():
        raise StoreError(f"there is nothing to back up: {home} has no studies")
    target = Path(os.path.realpath(target))
    if target.is_dir():
        raise StoreError(f"expected the name of a file for the backup, but {target} is a folder")
    with plainly(target):
        artifacts.remove_abandoned(target.parent.glob(f"{artifacts.PREFIX}*"))
        for tried in range(1, _TRIES + 1):
            place = target.parent / artifacts.temporary_name()
            place.mkdir()
            try:
                return _write(home, target, place)
            except _MovedError as error:
                if tried == _TRIES:
                    raise StoreError(f"could not back up {home}: {error}; try again") from error
            finally:
                shutil.rmtree(place, ignore_errors=True)
    raise AssertionError("the last try returns or raises")


def _write(home: Path, target: Path, place: Path) -> Backup:
    database, packed = place / DATABASE, place / "backup.zip"
    studies, numbers = _copy_database(home / DATABASE, database)
    listed: dict[str, dict[str, object]] = {}
    with zipfile.ZipFile(packed, "x", zipfile.ZIP_STORED) as archive:
        listed[DATABASE] = _pack(archive, DATABASE, database, zipfile.ZIP_DEFLATED)
        for name, path in _files(home, numbers):
            listed[name] = _pack(archive, name, path, zipfile.ZIP_STORED)
        about = {
            "format": FORMAT,
            "attnlab": __version__,
            "made_at": time.time(),
            "studies": studies,
            "files": listed,
        }
        archive.writestr(MANIFEST, json.dumps(about, indent=1, sort_keys=True))
    with packed.open("r+b") as file:
        os.fsync(file.fileno())
    size = packed.stat().st_size
    os.replace(packed, target)
    return Backup(studies, len(listed) - 1, size)


def _copy_database(path: Path, copy: Path) -> tuple[int, set[int]]:
    """Copy the database as of one moment; return how many studies it has, and its runs' numbers."""
    source = f"{path.as_uri()}?mode=ro"
    with (
        closing(sqlite3.connect(source, uri=True)) as original,
        closing(sqlite3.connect(copy)) as written,
    ):
        original.backup(written)
        written.execute("PRAGMA journal_mode = DELETE")
        said = [line for (line,) in written.execute("PRAGMA quick_check")]
        if said != ["ok"]:
            raise StoreError(errors.damaged(path))
        [studies] = written.execute("SELECT count(*) FROM studies").fetchone()
        return studies, {number for (number,) in written.execute("SELECT id FROM runs")}


def _files(home: Path, numbers: set[int]) -> Iterator[tuple[str, Path]]:
    """The files of these runs, the uploads, and the models that capsules brought, by their names
    in the backup."""
    for number, folder in sorted(run_folders(home).items()):
        if number in numbers:
            try:
                before = folder.stat().st_ino
                for path in sorted(folder.iterdir()):
                    yield f"{ARTIFACTS}/{number}/{path.name}", path
                if folder.stat().st_ino != before:
                    raise _MovedError(f"the files of run {number} were replaced meanwhile")
            except FileNotFoundError as error:
                raise _MovedError(f"the files of run {number} were deleted meanwhile") from error
    for upload in uploads.uploads(home):
        yield f"{uploads.FOLDER}/{upload.path.parent.name}/{upload.name}", upload.path
    for path in planned_file.kept_files(home):
        yield f"{planned_file.FOLDER}/{path.name}", path


def _pack(archive: zipfile.ZipFile, name: str, path: Path, kind: int) -> dict[str, object]:
    """Pack a file, and return its size and SHA-256."""
    digest, size = hashlib.sha256(), 0
    member = zipfile.ZipInfo(name, time.localtime()[:6])
    member.compress_type = kind
    try:
        source = path.open("rb")
    except FileNotFoundError as error:
        raise _MovedError(f"{name} was deleted meanwhile") from error
    with source, archive.open(member, "w", force_zip64=True) as packed:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            size += len(chunk)
            packed.write(chunk)
    return {"size": size, "sha256": digest.hexdigest()}
