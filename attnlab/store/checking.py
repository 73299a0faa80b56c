"""Looks through a home for damage: the database, every stored value, every file of a run.

Nothing is changed: the database is opened for reading alone. What is found says what is left.
"""

from __future__ import annotations

import sqlite3
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy import Connection, create_engine
from sqlalchemy.exc import SQLAlchemyError

from attnlab.data import uploads
from attnlab.imports import importing
from attnlab.store import checked_values, errors, listing, own_modules, schema
from attnlab.store.damage import DamagedError
from attnlab.store.errors import StoreError
from attnlab.store.home import ARTIFACTS, DATABASE, run_folders
from attnlab.store.rows import StudyRow
from attnlab.store.statuses import Status

_CHUNK = 2**20
_MOST_SAID = 5
"""So many lines of SQLite's own check are passed on; a damaged file has hundreds."""


@dataclass(frozen=True)
class Finding:
    """Something damaged: where, what is wrong, and what can be saved."""

    where: str
    wrong: str
    saved: str = ""


@dataclass(frozen=True)
class Checked:
    """What was looked at, and what was found; nothing if all is well."""

    studies: int
    files: int
    findings: Sequence[Finding]


def check(home: Path) -> Checked:
    """Look through the home in this folder. Raises StoreError if there is none."""
    path = home / DATABASE
    folders = run_folders(home)
    if not path.exists() and not folders:
        raise StoreError(f"there is nothing to check: {home} has no studies")
    found = list(_files_wrong(folders)) + list(_uploads_wrong(home))
    files = sum(len(list(folder.iterdir())) for folder in folders.values())
    if not path.exists() or not path.stat().st_size:
        wrong = errors.lost(path, home / ARTIFACTS)
        return Checked(0, files, [Finding(DATABASE, wrong, _of_folders(folders)), *found])
    try:
        with _opened(path) as connection:
            whole = _by_sqlite(connection)
            studies, of_values = _studies_wrong(connection, path, folders)
    except (StoreError, SQLAlchemyError, sqlite3.Error) as error:
        wrong = str(error) if isinstance(error, StoreError) else errors.explain(error, path)
        return Checked(0, files, [Finding(DATABASE, wrong, _of_folders(folders)), *found])
    return Checked(studies, files, [*whole, *of_values, *found])


@contextmanager
def _opened(path: Path) -> Iterator[Connection]:
    """One moment of the database, which cannot be written here."""

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        return connection

    engine = create_engine("sqlite://", creator=connect)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _by_sqlite(connection: Connection) -> list[Finding]:
    """What SQLite says of its pages, and of rows that refer to rows that are not there."""
    said = [str(line) for line in connection.exec_driver_sql("PRAGMA quick_check").scalars()]
    lines = [line for text in said for line in text.splitlines() if line != "ok"]
    found = [Finding(DATABASE, f"SQLite finds: {line}") for line in lines[:_MOST_SAID]]
    if len(lines) > _MOST_SAID:
        found.append(Finding(DATABASE, f"SQLite finds {len(lines) - _MOST_SAID} faults more"))
    lost = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    for table in sorted({row[0] for row in lost}):
        count = sum(row[0] == table for row in lost)
        found.append(Finding(DATABASE, f"{count} rows of {table} belong to no study or run"))
    return found


def _studies_wrong(
    connection: Connection, path: Path, folders: dict[int, Path]
) -> tuple[int, list[Finding]]:
    current = schema.version(connection, path)
    if current != schema.newest():
        wrong = f"it was written by an older attnlab (schema {current}): what is in it is not read"
        return 0, [Finding(DATABASE, wrong, "open it once, such as by list, then check again")]
    rows = listing.rows(connection)
    numbers = checked_values.run_numbers(connection)
    found = [finding for row in rows for finding in _study_wrong(connection, row, folders, numbers)]
    found += [Finding("spent seeds", wrong) for wrong in checked_values.ledger(connection)]
    found += [Finding(where, wrong) for where, wrong in own_modules.damaged(connection)]
    known = {number for of_study in numbers.values() for number in of_study}
    stray = [folder for number, folder in folders.items() if number not in known]
    if stray:
        named = ", ".join(folder.name for folder in stray[:_MOST_SAID])
        found.append(Finding(ARTIFACTS, f"{len(stray)} folders belong to no run: {named}"))
    return len(rows), found


def _study_wrong(
    connection: Connection,
    row: StudyRow,
    folders: dict[int, Path],
    numbers: dict[str, dict[int, Status | str]],
) -> Iterator[Finding]:
    """A finding if anything of the study is damaged, with what of it can be read."""
    wrong = [row.damage] if row.damage else []
    readable = []
    for name, read in _parts(connection, row):
        try:
            wrong += read()
            readable.append(name)
        except DamagedError as error:
            wrong.append(error.what)
        except StoreError as error:
            wrong.append(str(error))
    of_study = numbers.get(row.id, {})
    there = [str(number) for number in of_study if number in folders]
    finished = [number for number, status in of_study.items() if status == Status.FINISHED]
    missing = [number for number in finished if number not in folders]
    if missing:
        wrong.append(f"the files of {len(missing)} of {len(finished)} finished runs are missing")
    if wrong:
        saved = f"readable: {', '.join(readable) or 'nothing in the database'}"
        if there:
            shown = ", ".join(there[:_MOST_SAID]) + (" …" if len(there) > _MOST_SAID else "")
            saved += f"; files of {len(there)} runs in {ARTIFACTS}: {shown}"
        where = f"study {row.id} ({row.name})" if row.name else f"study {row.id}"
        yield Finding(where, "; ".join(dict.fromkeys(wrong)), saved)


def _parts(connection: Connection, row: StudyRow) -> Iterator[tuple[str, Callable[[], list[str]]]]:
    """What a study has, by name, each with a function that reads all of it."""
    with importing("attnlab.store.reading"):
        from attnlab.store import reading

    def read(frame: Callable[..., object], *arguments: object) -> list[str]:
        frame(connection, *arguments)
        return []

    yield "plan", partial(checked_values.plan, connection, row)
    yield "runs", partial(read, reading.runs, [row.id])
    yield "curves", partial(read, reading.curves, [row.id])
    yield "confusion matrices", partial(read, reading.confusions, row.id)
    yield "attention", partial(checked_values.traces, connection, row.id)
    yield "networks", partial(checked_values.arms, connection, row.id)
    yield "learning rates", partial(checked_values.tuning, connection, row.id)
    yield "data states", partial(checked_values.data_states, connection, row.id)
    yield "cells", partial(checked_values.cells, connection, row.id)


def _files_wrong(folders: dict[int, Path]) -> Iterator[Finding]:
    """Every file of a run that cannot be opened, or whose checksums do not fit."""
    for number, folder in sorted(folders.items()):
        files = sorted(folder.iterdir()) if folder.is_dir() else []
        wrong = {file.name: said for file in files if (said := _file_wrong(file))}
        for name, said in wrong.items():
            whole = [file.name for file in files if file.name not in wrong]
            saved = f"whole: {', '.join(whole)}" if whole else ""
            yield Finding(f"{ARTIFACTS}/{number}/{name}", said, saved)


def _file_wrong(path: Path) -> str:
    """What is wrong with a file; .keras and .npz are zip archives with a checksum a member."""
    if path.is_symlink() or not path.is_file():
        return "it is no regular file"
    try:
        if path.suffix in (".keras", ".npz"):
            with zipfile.ZipFile(path) as archive:
                bad = archive.testzip()
            return f"the checksum of its {bad} does not fit" if bad else ""
        with path.open("rb") as file:
            while file.read(_CHUNK):
                pass
    except OSError as error:
        return f"it cannot be read: {error.strerror or error}"
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError) as error:
        return f"it is damaged: {str(error) or type(error).__name__}"
    return ""


def _uploads_wrong(home: Path) -> Iterator[Finding]:
    """Every uploaded file that is not what it was when it came."""
    for upload in uploads.uploads(home):
        where = f"uploads/{upload.path.parent.name}/{upload.name}"
        try:
            with closing(upload.path.open("rb")) as file:
                same = uploads.digest_of(iter(partial(file.read, _CHUNK), b""))
        except OSError as error:
            yield Finding(where, f"it cannot be read: {error.strerror or error}")
            continue
        if same != upload.path.parent.name:
            yield Finding(where, "it is not what was uploaded: its checksum does not fit")


def _of_folders(folders: dict[int, Path]) -> str:
    return f"files of {len(folders)} runs in {ARTIFACTS}" if folders else ""
