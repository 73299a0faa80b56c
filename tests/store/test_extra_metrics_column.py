"""Databases whose column of extra metrics was called `own` keep what it holds."""

import sqlite3
from dataclasses import replace

import pytest

from attnlab.store import Store, schema

BEFORE = 5
"""The last version with the old name of the column."""


@pytest.fixture
def recorded(home, plan, epoch, monkeypatch):
    """A folder of that version, with an extra metric in one of two runs; and the study's id."""
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    measured = replace(epoch(), extra_metrics={"exact_match": 0.25})
    store.record_epochs(study_id, [measured, epoch(seed=1)])
    before = store.curves(study_id)
    store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.execute("ALTER TABLE epochs RENAME COLUMN extra_metrics TO own")
    connection.execute(f"PRAGMA user_version = {BEFORE}")
    connection.commit()
    connection.close()
    return home, study_id, before


def test_recorded_extra_metrics_survive_the_rename(recorded):
    home, study_id, before = recorded
    store = Store(home)
    after = store.curves(study_id)
    store.close()
    assert after.equals(before)
    assert list(after["val_exact_match"].dropna()) == [0.25]


def test_the_upgraded_database_takes_further_extra_metrics(recorded, epoch):
    home, study_id, _ = recorded
    store = Store(home)
    store.record_epochs(study_id, [replace(epoch(seed=1), extra_metrics={"exact_match": 0.5})])
    assert list(store.curves(study_id)["val_exact_match"]) == [0.25, 0.5]
    store.close()


def test_the_new_name_is_in_the_newest_tables_alone(recorded):
    home, _, _ = recorded
    Store(home).close()
    connection = sqlite3.connect(home / "attnlab.db")
    names = [row[1] for row in connection.execute("PRAGMA table_info(epochs)")]
    [version] = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert "extra_metrics" in names
    assert "own" not in names
    assert version == schema.newest()
