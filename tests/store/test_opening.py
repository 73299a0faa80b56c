"""Opening the store: which folders and files it takes, and what it says about the others."""

import os
import shutil
import sqlite3
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import pytest

from attnlab.store import Store, StoreError, errors, schema

from .conftest import refusal


def test_home_comes_from_the_environment(home):
    assert Store().home == home
    assert (home / "attnlab.db").is_file()
    assert (home / "artifacts").is_dir()


def test_home_defaults_to_a_folder_of_the_person(monkeypatch, tmp_path):
    monkeypatch.delenv("ATTNLAB_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert Store().home == tmp_path / ".attnlab"


def test_connections_enforce_keys_and_share_a_write_ahead_log(store):
    with store._read() as connection:
        values = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous")
        ]
    assert values == ["wal", 1, 15000, 1]


def test_importing_the_store_loads_neither_pandas_nor_a_framework(python):
    code = "import sys, attnlab.store; print(*sys.modules)"
    loaded = set(python(code).communicate()[0].split())
    assert "attnlab.store" in loaded
    assert not loaded & {"numpy", "pandas", "tensorflow", "keras", "streamlit"}


def test_home_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    assert "expected a folder" in refusal(file)
    assert "ATTNLAB_HOME" in refusal(file / "below" / "it")
    assert file.read_text() == "mine"


def test_home_where_nothing_can_be_made_is_refused():
    assert "cannot write to /proc/attnlab" in refusal("/proc/attnlab")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() != 0, reason="only root can become nobody")
def test_home_of_somebody_else_is_refused(python):
    home = Path(tempfile.mkdtemp())
    try:
        Store(home).close()
        home.chmod(0o755)
        code = (
            "import os, sys\n"
            "from attnlab.store import Store, StoreError\n"
            "os.setuid(65534)\n"
            "try: Store(sys.argv[1])\n"
            "except StoreError as error: print(error)\n"
        )
        said, trouble = python(code, home).communicate()
        assert "cannot write to" in said, trouble
        assert "Permission denied" in said
    finally:
        shutil.rmtree(home)


def test_file_of_garbage_is_refused_and_left_untouched(home):
    home.mkdir()
    garbage = os.urandom(20_000)
    (home / "attnlab.db").write_bytes(garbage)
    assert "damaged" in refusal(home)
    assert (home / "attnlab.db").read_bytes() == garbage


def test_log_of_a_killed_process_is_not_written_into_garbage(home, plan, tmp_path):
    """SQLite alone would take the log's pages for the database and write them into the file."""
    store = Store(tmp_path / "other")
    store.create_study(plan())
    shutil.copytree(store.home, home)  # as a killed process leaves it: with its log
    store.close()
    assert (home / "attnlab.db-wal").stat().st_size > 0
    garbage = os.urandom((home / "attnlab.db").stat().st_size)
    (home / "attnlab.db").write_bytes(garbage)
    assert "damaged" in refusal(home)
    assert (home / "attnlab.db").read_bytes() == garbage


@pytest.mark.parametrize("length", [10, 99, 100, 600, 4096, 20_000])
def test_truncated_database_is_refused_and_left_untouched(home, plan, length):
    store = Store(home)
    store.create_study(plan())
    store.close()
    file = home / "attnlab.db"
    rest = file.read_bytes()[:length]
    assert len(rest) == length
    file.write_bytes(rest)
    assert "damaged" in refusal(home)
    assert file.read_bytes() == rest


def test_damage_found_later_is_a_store_error(home, plan):
    store = Store(home)
    store.create_study(plan())
    store.close()
    file = home / "attnlab.db"
    with closing(sqlite3.connect(file)) as connection:
        roots = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'studies'"
        pages = [page for (page,) in connection.execute(roots)]
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    content = bytearray(file.read_bytes())
    for page in pages:
        content[(page - 1) * size : page * size] = b"\xff" * size
    file.write_bytes(content)
    store = Store(home)
    with pytest.raises(StoreError, match="damaged"):
        store.studies()
    store.close()


def test_database_of_another_program_is_refused(home):
    home.mkdir()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.execute("CREATE TABLE mine (x)")
    connection.close()
    before = (home / "attnlab.db").read_bytes()
    assert "another program's" in refusal(home)
    assert (home / "attnlab.db").read_bytes() == before


def test_newer_database_is_refused_and_left_untouched(home):
    Store(home).close()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.execute(f"PRAGMA user_version = {schema.newest() + 2}")
    connection.close()
    before = (home / "attnlab.db").read_bytes()
    message = refusal(home)
    known = schema.newest()
    assert f"was written by a newer attnlab (schema {known + 2}, this one knows {known})" in message
    assert "ATTNLAB_HOME" in message
    assert (home / "attnlab.db").read_bytes() == before


def test_locked_database_says_so_after_waiting(monkeypatch, home, plan):
    monkeypatch.setattr(errors, "BUSY_SECONDS", 0.2)
    store = Store(home)
    study_id = store.create_study(plan(), name="before")
    other = sqlite3.connect(home / "attnlab.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"locked by another program for longer than 0\.2 seconds"):
        store.rename(study_id, "after")
    assert store.study(study_id).name == "before"  # reading goes on meanwhile
    other.execute("ROLLBACK")
    other.close()
    store.rename(study_id, "after")
    assert store.study(study_id).name == "after"
    store.close()


def test_opening_waits_for_a_writer_before_it_switches_to_the_log(version_1):
    """Where SQLite itself would give up at once: a file without a log that is being written."""
    writer = sqlite3.connect(
        version_1 / "attnlab.db", isolation_level=None, check_same_thread=False
    )
    writer.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, writer.execute, ["ROLLBACK"])
    release.start()
    store = Store(version_1)
    assert len(store.studies()) == 1
    store.close()
    release.join()
    writer.close()


def test_processes_that_start_at_once_make_one_database(at_once):
    opened = at_once("from attnlab.store import Store", "print(Store().studies())", [()] * 4)
    assert opened == ["[]"] * 4
