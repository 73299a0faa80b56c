"""What is measured of classes at the end of a run is kept, and runs of before have none of it."""

import sqlite3
from contextlib import closing

import numpy as np

from attnlab.store import Store, column_steps, schema
from attnlab.store.confusion import MOST_CLASSES

BEFORE = 1 + schema.UPGRADES.index(column_steps.add_what_is_measured_at_the_end)
"""The last version without these columns."""


def test_a_run_keeps_what_was_measured_of_classes(store, plan):
    study_id = store.create_study(plan())
    counts = np.arange(2 * 3 * 3).reshape(2, 3, 3)
    values = {"val_roc_auc": 0.75, "test_roc_auc": float("nan")}
    store.finish_run(study_id, "none", 0, 1.0, at_end=values, confusion=counts)
    store.finish_run(study_id, "none", 1, 1.0)
    runs = store.runs(study_id)
    assert runs["val_roc_auc"].tolist()[:1] == [0.75]
    assert runs["val_roc_auc"].isna().tolist() == [False, True, True, True]
    assert "test_roc_auc" not in runs
    found = store.confusions(study_id)
    assert found.keys() == {("none", 0)}
    np.testing.assert_array_equal(found["none", 0], counts)


def test_of_very_many_classes_no_counts_are_kept(store, plan):
    study_id = store.create_study(plan())
    counts = np.zeros((2, MOST_CLASSES + 1, MOST_CLASSES + 1))
    store.finish_run(study_id, "none", 0, 1.0, at_end={"val_roc_auc": 0.5}, confusion=counts)
    assert store.confusions(study_id) == {}
    assert store.runs(study_id)["val_roc_auc"][0] == 0.5


def test_a_database_of_before_opens_and_its_runs_have_none_of_it(home, plan, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    store.finish_run(study_id, "none", 0, 1.0, tested={"accuracy": 0.5})
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        for column in ("at_end", "confusion"):
            connection.execute(f"ALTER TABLE runs DROP COLUMN {column}")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
        connection.commit()
    store = Store(home)
    runs = store.runs(study_id)
    assert runs["test_accuracy"][0] == 0.5
    assert "val_roc_auc" not in runs
    assert store.confusions(study_id) == {}
    store.finish_run(study_id, "none", 1, 1.0, at_end={"val_roc_auc": 0.5})
    assert store.runs(study_id)["val_roc_auc"].tolist()[1] == 0.5
    store.close()
