"""Brings a backup back into a home, completely or not at all.

The backup is unpacked and checked beside what is there. One rename then decides: before it the home
is as it was, after it the new state is put in place, by whoever opens the home next if this process
is killed. What was there before is kept in a folder beside it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import sqlite3
import time
import zipfile
from collections.abc import Mapping
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from attnlab.data.planned_file import FOLDER as MODELS
from attnlab.data.planned_file import KEPT
from attnlab.data.uploads import FOLDER as UPLOADS
from attnlab.store import errors
from attnlab.store.backups import FORMAT, MANIFEST
from attnlab.store.damage import NOT_WRITTEN_SO
from attnlab.store.errors import StoreError, plainly
from attnlab.store.home import ARTIFACTS, DATABASE, run_folders

UNPACKED, DECIDED = ".restoring", ".restored"
"""Folders of a home: what is being unpacked, and what has been decided to take its place."""

_PLACED = (f"{DATABASE}-wal", f"{DATABASE}-shm", DATABASE, ARTIFACTS, UPLOADS, MODELS)
_NAME = re.compile(
    rf"{re.escape(DATABASE)}|{ARTIFACTS}/[0-9]+/[^/\\:]+|{UPLOADS}/[0-9a-f]+/[^/\\:]+"
    rf"|{MODELS}/(?:{KEPT.pattern})"
)
_MANIFEST_BYTES = 256 * 2**20
_CHUNK = 2**20
_NO_BACKUP = (zipfile.BadZipFile, EOFError, RuntimeError, NotImplementedError, *NOT_WRITTEN_SO)
"""What reading another file than a backup raises; RuntimeError of one that is encrypted."""


def unpack(home: Path, backup: Path, replace: bool) -> int:
    """Unpack a backup into the home, and check it; return how many studies it says it has.

    Raises StoreError, with nothing changed, for what is no backup, a damaged or newer one, a home
    in which attnlab is open, and, unless `replace`, a home that has studies.
    """
    with plainly(home):
        home.mkdir(parents=True, exist_ok=True)
    complete(home)
    _check_home(home, replace)
    unpacked = home / UNPACKED
    try:
        with plainly(home):
            shutil.rmtree(unpacked, ignore_errors=True)
            for name in (ARTIFACTS, UPLOADS):
                (unpacked / "new" / name).mkdir(parents=True)
        with zipfile.ZipFile(backup) as archive:
            manifest = _manifest(archive)
            _check_space(home, manifest["files"])
            for name, about in manifest["files"].items():
                _extract(archive, name, about, unpacked / "new" / name)
        return int(manifest["studies"])
    except BaseException as error:
        shutil.rmtree(unpacked, ignore_errors=True)
        if isinstance(error, OSError):
            of_backup = error.filename == str(backup)
            reason = error.strerror if of_backup else errors.explain_os(error, home)
            raise StoreError(f"cannot restore {backup}: {reason}") from error
        if isinstance(error, _NO_BACKUP):
            raise StoreError(f"{backup} is no backup, or a damaged one: {error}") from error
        raise


def discard(home: Path) -> None:
    """Remove what was unpacked."""
    shutil.rmtree(home / UNPACKED, ignore_errors=True)


def decide(home: Path) -> Path | None:
    """Put what was unpacked in the place of what is there; return where that is kept, if any.

    Raises StoreError, with nothing changed, for a home that was opened meanwhile.
    """
    for folder in (home, home / UNPACKED / "new"):
        _check_home(folder, replace=True)  # one file without a log is what is put in place
    with plainly(home):
        (home / UNPACKED).rename(home / DECIDED)
    return complete(home)


def complete(home: Path) -> Path | None:
    """Finish a restore that was decided, if there is one; return where what was there is kept."""
    decided = home / DECIDED
    if not decided.is_dir():
        return None
    with plainly(home):
        new, old = decided / "new", decided / "old"
        old.mkdir(exist_ok=True)
        for name in _PLACED:
            of_database = name.startswith(DATABASE)
            if (new / (DATABASE if of_database else name)).exists():
                with suppress(FileNotFoundError):  # there was none, or it is aside already
                    (home / name).rename(old / name)
            if name in (DATABASE, ARTIFACTS, UPLOADS, MODELS) and (new / name).exists():
                with suppress(FileNotFoundError):  # another process finishes the same
                    (new / name).rename(home / name)
        kept = None
        if any(old.iterdir()):
            kept = _unused(home / time.strftime("before-restore-%Y%m%d-%H%M%S"))
            old.rename(kept)
        shutil.rmtree(decided, ignore_errors=True)
        return kept


def _unused(path: Path) -> Path:
    """This path, with a number behind it if it is taken."""
    names = (path, *(path.with_name(f"{path.name}-{number}") for number in range(2, 1000)))
    return next(each for each in names if not each.exists())


def _check_home(home: Path, replace: bool) -> None:
    """Refuse a home in which attnlab is open, and one that has studies, unless `replace`."""
    path, holds = home / DATABASE, len(run_folders(home))
    if path.exists():
        try:
            with closing(sqlite3.connect(path, timeout=0)) as connection:
                # SQLite leaves the log only where no other connection is open
                connection.execute("PRAGMA journal_mode = DELETE").fetchone()
                tables = connection.execute("SELECT name FROM sqlite_master").fetchall()
                if ("studies",) in tables:
                    [holds] = connection.execute("SELECT count(*) FROM studies").fetchone()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise StoreError(
                    f"attnlab is open in {home}: end what trains there and the app, then restore"
                ) from error
            holds = max(holds, 1)
        except sqlite3.DatabaseError:  # damaged: that is what a restore is for, on request
            holds = max(holds, 1)
    if holds and not replace:
        raise StoreError(
            f"{home} has studies: restore into another folder (ATTNLAB_HOME), or with --replace, "
            "which keeps what is there in a folder beside it"
        )


def _manifest(archive: zipfile.ZipFile) -> Mapping[str, Any]:
    """What the backup says of itself; raises StoreError where it is newer or does not fit."""
    with archive.open(MANIFEST) as file:
        content = file.read(_MANIFEST_BYTES + 1)
    if len(content) > _MANIFEST_BYTES:
        raise ValueError("its list of files is too long")
    manifest = json.loads(content)
    if manifest["format"] > FORMAT:
        raise StoreError(
            f"the backup was made by a newer attnlab ({manifest['attnlab']}): update attnlab first"
        )
    files = manifest["files"]
    for name, about in files.items():
        if not _NAME.fullmatch(name) or name.rsplit("/", 1)[-1] in (".", ".."):
            raise ValueError(f"it has a file of the name {name[:80]!r}")
        if not (isinstance(about["size"], int) and about["size"] >= 0):
            raise ValueError(f"its {name} has no size")
    if DATABASE not in files:
        raise ValueError(f"it has no {DATABASE}")
    members = archive.namelist()
    if sorted(members) != sorted([*files, MANIFEST]):
        raise ValueError("its files are not those of its list")
    return manifest


def _check_space(home: Path, files: Mapping[str, Any]) -> None:
    needed, free = sum(about["size"] for about in files.values()), shutil.disk_usage(home).free
    if needed > free:
        raise StoreError(
            f"the backup needs {needed / 2**20:,.0f} MiB, but there are {free / 2**20:,.0f} MiB "
            f"left in {home}"
        )


def _extract(archive: zipfile.ZipFile, name: str, about: Mapping[str, Any], path: Path) -> None:
    """Write a member to a file; never more of it than its size says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    digest, left = hashlib.sha256(), about["size"]
    with archive.open(name) as packed, path.open("xb") as file:
        while chunk := packed.read(min(_CHUNK, left + 1)):
            left -= len(chunk)
            if left < 0:
                raise ValueError(f"its {name} is larger than it says")
            digest.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    if left or digest.hexdigest() != about["sha256"]:
        raise ValueError(f"the checksum of its {name} does not fit")
