"""The error of the store, and messages for people about what SQLite and the disk report."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from attnlab.command import command

BUSY_SECONDS = 15.0
"""How long a statement waits for another process's lock before it gives up."""

_ELSEWHERE = "choose another folder with ATTNLAB_HOME"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class StoreError(Exception):
    """For what cannot be stored or found; the message says what, why and what to do."""


@contextmanager
def plainly(path: Path) -> Iterator[None]:
    """Turn SQLAlchemy's, sqlite3's and the system's errors about `path` into StoreError."""
    try:
        yield
    except (SQLAlchemyError, sqlite3.Error, OSError) as error:
        raise StoreError(explain(error, path)) from error


def explain(error: Exception, path: Path) -> str:
    """Say in one line what went wrong with `path` and what to do about it."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlite3.Error):
        return _explain_sqlite(error, path)
    if isinstance(error, OSError):
        return explain_os(error, path)
    return f"the database {path} could not be used: {_first_line(error)}"


def explain_os(error: OSError, path: Path) -> str:
    """Say in one line what the system refused about `path`."""
    if error.errno in _NO_SPACE:
        return _full(path)
    if error.errno in (errno.ENOTDIR, errno.EEXIST):
        return f"expected a folder, but {path} or one above it is a file: {_ELSEWHERE}"
    reason = error.strerror or _first_line(error)
    return f"cannot write to {path} ({reason}): check its permissions, or {_ELSEWHERE}"


def damaged(path: Path) -> str:
    """The message about a file that is no database (any more)."""
    return (
        f"expected attnlab's database in {path}, but the file is damaged or not a database. It was "
        f"left as it is: {command()} check says what can be saved, {command()} restore brings a "
        f"backup back. Move it away to start afresh, or {_ELSEWHERE}"
    )


def lost(path: Path, artifacts: Path) -> str:
    """The message about an empty or missing database beside the files of its runs."""
    return (
        f"the database {path} is empty or missing, but {artifacts} has the files of its runs. "
        f"Nothing was changed: bring the database back ({command()} restore takes a backup), move "
        f"{artifacts} away to start afresh, or {_ELSEWHERE}"
    )


def _full(path: Path) -> str:
    return (
        f"no space left to write {path}: what was saved before is intact. Free some space, then "
        f"try again"
    )


def _explain_sqlite(error: sqlite3.Error, path: Path) -> str:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return (
            f"{path} was locked by another program for longer than {BUSY_SECONDS:g} seconds: close "
            f"what else is using it, then try again"
        )
    if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
        return damaged(path)
    if code == sqlite3.SQLITE_FULL:
        return _full(path)
    if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        reason = _first_line(error)
        return f"cannot write to {path} ({reason}): check its permissions, or {_ELSEWHERE}"
    if code == sqlite3.SQLITE_IOERR:
        return (
            f"the disk did not take or give back {path} ({_first_line(error)}): check its free "
            f"space and its health, then try again"
        )
    return f"the database {path} could not be used: {_first_line(error)}"


def _first_line(error: Exception) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0]
