"""Opening the store: which folders and files it takes, and what it says about the others."""

import json
import os
import shutil
import sqlite3
import tempfile
import threading
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import inspect

from attnlab import Study
from attnlab.store import Store, StoreError, errors, schema

VERSION_1 = (Path(__file__).parent / "schema_1.sql").read_text()


def refusal(home):
    """What the store says when it refuses the folder."""
    with pytest.raises(StoreError) as caught:
        Store(home)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    assert "sqlalche.me" not in message
    return message


def version_of(file):
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


@pytest.fixture
def version_1(home):
    """A database of the first version, with one study in it."""
    home.mkdir()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.executescript(VERSION_1)
    connection.execute(
        "INSERT INTO studies (id, name, note, spec, spec_hash, status, example, created_at, "
        "heartbeat_at, activity, stop_requested, revision) "
        "VALUES ('oldstudy', 'kept', '', '{}', 'abc', 'finished', 0, 1.0, 1.0, '', 0, 0)"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    return home


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


def test_tables_are_those_of_the_first_version_plus_its_upgrades(version_1, tmp_path):
    """Whoever changes the tables must add an upgrade, or people's databases stay behind."""

    def tables(home):
        store = Store(home)
        found = inspect(store._database.engine)
        columns = {
            table: sorted(
                (column["name"], str(column["type"]), column["nullable"], column["primary_key"])
                for column in found.get_columns(table)
            )
            for table in found.get_table_names()
        }
        indexes = {
            (table, index["name"], *index["column_names"])
            for table in columns
            for index in found.get_indexes(table)
        }
        store.close()
        return columns, indexes

    upgraded = tables(version_1)
    assert "traces" in upgraded[0]
    assert upgraded == tables(tmp_path / "fresh")


def test_runs_of_the_first_version_keep_their_results(version_1):
    """They had no early stopping: what they ended with is their last epoch."""
    plan = Study(task="planted-features", arms=["none", "dense"], seeds=1, epochs=2)
    earlier = json.loads(plan.canonical_json())
    earlier["training"] = {"epochs": 2, "batch_size": 64, "learning_rate": 0.001}
    connection = sqlite3.connect(version_1 / "attnlab.db")
    connection.execute("UPDATE studies SET spec = ?", [json.dumps(earlier)])
    for position, arm in enumerate(("none", "dense")):
        values = ["oldstudy", arm, position, "[]", 9, 3]
        connection.execute("INSERT INTO arms VALUES (?, ?, ?, ?, ?, ?)", values)
        run = connection.execute(
            "INSERT INTO runs (study_id, arm, seed, status, epoch, seconds) "
            "VALUES ('oldstudy', ?, 0, 'finished', 2, 1.5)",
            [arm],
        ).lastrowid
        for epoch in (1, 2):
            connection.execute(
                "INSERT INTO epochs VALUES (?, ?, 1.0, 0.5, 1.0, ?, 0.7)", [run, epoch, epoch / 10]
            )
            weights = np.array([epoch, 0], dtype="<f4").tobytes()
            values = [run, epoch, "feature", "gate", "[2]", weights]
            connection.execute("INSERT INTO traces VALUES (?, ?, ?, ?, ?, ?)", values)
    connection.commit()
    connection.close()
    store = Store(version_1)
    assert version_of(version_1 / "attnlab.db") == schema.newest()
    assert store.measures("oldstudy").empty
    assert store.study("oldstudy").spec_hash == plan.hash  # so that the playground knows it
    [row] = store.studies()
    assert (row.id, row.status, row.epochs_done, row.share) == ("oldstudy", "finished", 4, 1)
    assert row.study == plan
    runs = store.runs("oldstudy")
    assert list(runs["status"]) == ["finished", "finished"]
    assert list(runs["kept_epoch"]) == [2, 2]
    assert list(runs["val_accuracy"]) == [0.2, 0.2]
    assert list(store.curves("oldstudy")["val_accuracy"]) == [0.1, 0.2, 0.1, 0.2]
    assert list(store.traces("oldstudy", "last")["weight"]) == [2, 0, 2, 0]
    assert [arm.parameters for arm in store.arms("oldstudy")] == [9, 9]
    store.close()


def test_upgrade_keeps_the_data(monkeypatch, version_1):
    monkeypatch.setattr(
        schema,
        "UPGRADES",
        (
            *schema.UPGRADES,
            lambda connection: connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN two"),
            lambda connection: connection.exec_driver_sql("UPDATE studies SET two = name || '!'"),
        ),
    )
    store = Store(version_1)
    with store._read() as connection:
        assert connection.exec_driver_sql("SELECT two FROM studies").scalar() == "kept!"
    assert [row.id for row in store.studies()] == ["oldstudy"]
    store.close()
    assert version_of(version_1 / "attnlab.db") == schema.newest()
    Store(version_1).close()  # and it is not upgraded again


def test_upgrade_that_fails_is_undone_entirely(monkeypatch, version_1):
    def fails(connection):
        connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN three")
        connection.exec_driver_sql("UPDATE studies SET name = 'lost'")
        connection.exec_driver_sql("SELECT * FROM nowhere")

    def succeeds(connection):
        connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN two")

    monkeypatch.setattr(schema, "UPGRADES", (succeeds, fails))
    assert "nowhere" in refusal(version_1)
    connection = sqlite3.connect(version_1 / "attnlab.db")
    names = [row[1] for row in connection.execute("PRAGMA table_info(studies)")]
    assert "two" in names  # the step before it stands
    assert "three" not in names
    assert connection.execute("SELECT name FROM studies").fetchall() == [("kept",)]
    connection.close()
    assert version_of(version_1 / "attnlab.db") == 2


def test_new_database_skips_the_upgrades(monkeypatch, home):
    monkeypatch.setattr(schema, "UPGRADES", (lambda connection: 1 / 0,))
    Store(home).close()
    assert version_of(home / "attnlab.db") == 2
