"""Databases of earlier versions are brought up to date, and nothing of them is lost."""

import json
import sqlite3

import numpy as np
from sqlalchemy import inspect

from attnlab import Study
from attnlab.store import Store, schema

from .conftest import refusal


def version_of(file):
    connection = sqlite3.connect(file)
    try:
        return connection.execute("PRAGMA user_version").fetchone()[0]
    finally:
        connection.close()


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
