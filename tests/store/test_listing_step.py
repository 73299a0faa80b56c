"""Studies kept before lists were filtered by the database get their task and prediction noted."""

import sqlite3
from contextlib import closing

from attnlab import Study
from attnlab.store import Store, Wanted, schema
from attnlab.store.listing_step import add_listing

BEFORE = 1 + schema.UPGRADES.index(add_listing)
"""The last version without these columns."""

ADDED = ("spent_seeds_by_question", "studies_by_age", "studies_by_task", "studies_by_hash")
ADDED += ("studies_that_predict", "runs_by_study")


def test_kept_studies_are_found_by_task_and_prediction(home, plan, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    store.create_study(plan(), study_id="plain")
    predicts = Study(task="digits", arms=["none", "eca"], seeds=2, prediction={"winner": "eca"})
    store.create_study(predicts, study_id="predicts")
    for study_id in ("nojson", "notask"):
        store.create_study(plan(), study_id=study_id)
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        for index in ADDED:
            connection.execute(f"DROP INDEX {index}")
        for column in ("task", "predicts"):
            connection.execute(f"ALTER TABLE studies DROP COLUMN {column}")
        connection.execute("UPDATE studies SET spec = 'gone' WHERE id = 'nojson'")
        connection.execute("UPDATE studies SET spec = '{}' WHERE id = 'notask'")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
        connection.commit()
    store = Store(home)
    found = {name: store.studies(Wanted(tasks=[name])) for name in store.tasks()}
    assert {name: [row.id for row in rows] for name, rows in found.items()} == {
        "digits": ["predicts"],
        "planted-features": ["plain"],
    }
    assert [row.id for row in store.studies(Wanted(predicts=True))] == ["predicts"]
    assert store.count_studies() == 4
    assert store.study("predicts").study == predicts
    store.close()
