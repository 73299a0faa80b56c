"""Studies kept before plans were named by what differs from the defaults get their new names."""

import hashlib
import sqlite3

import pytest

from attnlab.store import Store, StoreError, schema

BEFORE = 4
"""The last version whose hashes were of every setting written out."""


def hash_before(study):
    return hashlib.sha256(study.canonical_json().encode()).hexdigest()[:16]


@pytest.fixture
def kept(home, plan, monkeypatch):
    """A folder of that version: a study, one of a module that is gone, and one that is no JSON."""
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    for name in ("readable", "gone", "garbled"):
        store.create_study(plan(), name=name)
    store.close()
    change(
        home,
        ("UPDATE studies SET spec_hash = ?", [hash_before(plan())]),
        ("UPDATE studies SET spec = replace(spec, 'dense', 'gone') WHERE name = 'gone'", []),
        ("UPDATE studies SET spec = '{' WHERE name = 'garbled'", []),
        (f"PRAGMA user_version = {BEFORE}", []),
    )
    return home


def change(home, *statements):
    connection = sqlite3.connect(home / "attnlab.db")
    for statement, values in statements:
        connection.execute(statement, values)
    connection.commit()
    connection.close()


def studies(home):
    """Every column of each study, by its name."""
    connection = sqlite3.connect(home / "attnlab.db")
    connection.row_factory = sqlite3.Row
    rows = connection.execute("SELECT * FROM studies").fetchall()
    connection.close()
    return {row["name"]: dict(row) for row in rows}


def test_a_kept_study_gets_its_new_hash_and_nothing_else(kept, plan):
    before = studies(kept)["readable"]
    Store(kept).close()
    assert studies(kept)["readable"] == before | {"spec_hash": plan().hash}
    assert plan().hash != before["spec_hash"]


def test_a_plan_that_cannot_be_read_keeps_its_row(kept):
    before = studies(kept)
    store = Store(kept)
    rows = {row.name: row for row in store.studies()}
    with pytest.raises(StoreError, match="planned with another version"):
        _ = rows["gone"].study
    store.close()
    after = studies(kept)
    assert (after["gone"], after["garbled"]) == (before["gone"], before["garbled"])
