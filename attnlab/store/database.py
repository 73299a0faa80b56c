"""One SQLite file: opening it safely, and its read and write transactions."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, event

from attnlab.store import errors, schema
from attnlab.store.errors import StoreError, plainly
from attnlab.store.home import ARTIFACTS, run_folders

_MAGIC = b"SQLite format 3\0"


class Database:
    """Attnlab's database in the file `path`, made or upgraded where needed.

    Raises StoreError, and leaves the file alone, if it is damaged, newer than this code or
    another program's. Threads share one Database; processes open one each.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine = create_engine(
            URL.create("sqlite", database=str(path)),
            connect_args={"timeout": errors.BUSY_SECONDS, "check_same_thread": False},
            max_overflow=-1,  # a thread never waits for another's connection
        )
        event.listen(self.engine, "connect", _prepare_connection)
        event.listen(self.engine, "begin", _begin)
        try:
            with plainly(path):
                _check_writable(path)
                _check_header(path)
                if not _has_content(path):
                    _check_new(path)
            with self.read() as connection:
                current = schema.version(connection, path)
            if current == 0:
                _check_new(path)
            with plainly(path):
                self._use_write_ahead_log()
            if current < schema.newest():
                schema.upgrade(self.write, path)
        except BaseException:
            self.close()
            raise

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one moment of the database and blocks nobody."""
        with plainly(self.path), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that excludes other writers from its start; all of it or nothing.

        Taking the lock at once makes SQLite wait for it; asking for it half-way would fail
        immediately whenever another process had written in between.
        """
        with plainly(self.path), self.engine.connect() as connection:
            connection = connection.execution_options(immediate=True)
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Close every connection that is not in use."""
        self.engine.dispose()

    def _use_write_ahead_log(self) -> None:
        """Switch the file to WAL, where readers and the writer do not block each other.

        SQLite does not wait here for a lock that another writer holds, so this does.
        """
        deadline = time.monotonic() + errors.BUSY_SECONDS
        raw = self.engine.raw_connection()
        try:
            while True:
                try:
                    raw.cursor().execute("PRAGMA journal_mode = WAL").fetchone()
                    return
                except sqlite3.OperationalError as error:
                    busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
                    if not busy or time.monotonic() > deadline:
                        raise
                    time.sleep(0.02)
        finally:
            raw.close()


def _check_writable(path: Path) -> None:
    """Refuse at once what could be read but not written; SQLite would notice at the first write."""
    for needed in (path.parent, path):
        if needed.exists() and not os.access(needed, os.W_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(needed))


def _check_header(path: Path) -> None:
    """Refuse what is no database before SQLite, or a log beside the file, can change it."""
    try:
        with path.open("rb") as file:
            head = file.read(len(_MAGIC))
    except FileNotFoundError:
        return
    if head not in (b"", _MAGIC):
        raise StoreError(errors.damaged(path))


def _has_content(path: Path) -> bool:
    """Whether there is anything in the file, or in the log from which SQLite would fill it."""
    log = path.with_name(f"{path.name}-wal")
    return any(file.exists() and file.stat().st_size for file in (path, log))


def _check_new(path: Path) -> None:
    """Refuse to make a database beside the files of runs: its own runs would get their numbers."""
    if run_folders(path.parent):
        raise StoreError(errors.lost(path, path.parent / ARTIFACTS))


def _prepare_connection(connection: sqlite3.Connection, record: object) -> None:
    connection.isolation_level = None  # transactions begin below, not behind our back
    # a damaged text is shown with � in it; by default, it would end the list that it is in
    connection.text_factory = partial(str, encoding="utf-8", errors="replace")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = NORMAL")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("immediate")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
