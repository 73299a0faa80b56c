"""What the store keeps of the state of the data that people bring."""

import sqlite3
from contextlib import closing

from attnlab.data.fingerprint import of_contents
from attnlab.store import Store, own_data_table, schema

BEFORE = 1 + schema.UPGRADES.index(own_data_table.add)
"""The last version without a table for it."""

FIRST, SECOND = (
    of_contents([("cats/é.png", content), ("dogs/1.png", b"1")]) for content in (b"1", b"2")
)


def test_each_state_is_kept_with_the_time_since_which_it_holds(store, plan):
    study, other = store.create_study(plan()), store.create_study(plan())
    assert store.data_states(study) == store.data_changed_at(study) == []
    store.keep_data_states(study, {"pets": FIRST, "more": FIRST})
    assert store.data_changed_at(study) == []
    store.keep_data_states(study, {"pets": SECOND})
    states = store.data_states(study)
    assert [(each.stream, each.fingerprint) for each in states] == [
        ("more", FIRST),
        ("pets", FIRST),
        ("pets", SECOND),
    ]
    assert store.data_changed_at(study) == [states[-1].since]
    assert store.data_states(other) == []
    store.delete(study)
    assert store.data_states(study) == []


def test_a_database_from_before_gets_the_table(home, plan, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study = store.create_study(plan())
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        connection.execute("DROP TABLE data_states")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
        connection.commit()
    store = Store(home)
    assert store.data_states(study) == []
    store.keep_data_states(study, {"pets": FIRST})
    assert [each.fingerprint for each in store.data_states(study)] == [FIRST]
    store.close()
