"""Who made a study, and what is theirs alone to do with it."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from attnlab.store import NotTheirStudyError, Owner, Person, Status, Store, Wanted, schema
from attnlab.store import person_columns as columns

ADA = Person("https://issuer.test", "1", "ada@example.org")
BOB = Person("https://issuer.test", "2", "bob@example.org")
BEFORE = 1 + schema.UPGRADES.index(columns.add)

CHANGES = {
    "rename": lambda store, study_id: store.rename(study_id, "another"),
    "note": lambda store, study_id: store.set_note(study_id, "another"),
    "stop": lambda store, study_id: store.request_stop(study_id),
    "resume": lambda store, study_id: store.enqueue(study_id),
    "pause": lambda store, study_id: store.pause(study_id),
    "extend": lambda store, study_id: store.extend(study_id, 1),
    "delete": lambda store, study_id: store.delete(study_id),
}
IN_STATUS = {"resume": Status.STOPPED, "pause": Status.RUNNING, "extend": Status.FINISHED}


@pytest.fixture
def adas(store, plan):
    return store.as_person(ADA).create_study(plan(), name="hers")


def bring_to(store, study_id, status):
    """Bring a queued study to this status."""
    if status == Status.QUEUED:
        return
    store.acquire(study_id, Owner.current())
    if status == Status.FINISHED:
        with store._database.write() as connection:
            connection.exec_driver_sql("UPDATE runs SET status = 'finished'")
    if status != Status.RUNNING:
        store.release(study_id, Status.STOPPED)


@pytest.mark.parametrize("change", CHANGES)
def test_a_study_is_changed_by_its_maker_and_the_machines_user_alone(store, plan, adas, change):
    bring_to(store, adas, IN_STATUS.get(change, Status.QUEUED))
    before = store.version(), store.study(adas)
    with pytest.raises(NotTheirStudyError, match=r"\(hers\) was made by ada@example.org"):
        CHANGES[change](store.as_person(BOB), adas)
    assert (store.version(), store.study(adas)) == before
    CHANGES[change](store.as_person(replace(ADA, shown="countess")), adas)
    assert store.version() != before[0]


@pytest.mark.parametrize("change", CHANGES)
def test_a_study_made_without_sign_in_is_changed_on_the_server_alone(store, plan, change):
    study_id = store.create_study(plan())
    bring_to(store, study_id, IN_STATUS.get(change, Status.QUEUED))
    before = store.version()
    with pytest.raises(NotTheirStudyError, match=r"without sign-in: only .* on the server"):
        CHANGES[change](store.as_person(ADA), study_id)
    assert store.version() == before
    CHANGES[change](store, study_id)
    assert store.version() != before


def test_who_made_a_study_is_listed_and_asked_for(store, plan, adas):
    others = store.create_study(plan())
    row, other = store.study(adas), store.study(others)
    assert (row.person, row.made_by) == ("https://issuer.test 1", "ada@example.org")
    assert (other.person, other.made_by) == (None, "")
    assert [each.id for each in store.studies(Wanted(person=ADA.key))] == [adas]
    assert store.count_studies(Wanted(person=BOB.key)) == 0
    assert [person.made(row) for person in (ADA, BOB)] == [True, False]


@pytest.mark.parametrize("name", ["ada@example.org", ""])
def test_another_subject_or_issuer_is_another_person_whatever_is_shown(store, adas, name):
    for impostor in (Person(ADA.issuer, "3", name), Person("https://other.test", "1", name)):
        assert not store.as_person(impostor).may_change(store.study(adas))
        with pytest.raises(NotTheirStudyError):
            store.as_person(impostor).delete(adas)


def test_what_trains_a_study_is_not_asked_who_made_it(store, adas):
    """A queue trains the studies of all."""
    assert store.acquire(adas, Owner.current())
    store.release(adas, Status.INTERRUPTED)
    assert store.study(adas).made_by == "ada@example.org"


def test_nobody_changes_a_study_whose_maker_is_damaged(home, store, adas):
    damage(home)
    assert "person" in store.study(adas).damage
    for person in (ADA, Person("", "", "")):
        with pytest.raises(NotTheirStudyError, match="damaged"):
            store.as_person(person).delete(adas)
    store.delete(adas)


def damage(home):
    with closing(sqlite3.connect(home / "attnlab.db")) as connection, connection:
        connection.execute("UPDATE studies SET person = x'00'")


def test_studies_of_before_were_made_by_nobody_known(home, plan, monkeypatch):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection, connection:
        connection.execute("DROP INDEX ix_studies_person")
        connection.execute("ALTER TABLE studies DROP COLUMN person")
        connection.execute("ALTER TABLE studies DROP COLUMN person_shown")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
    store = Store(home)
    assert (store.study(study_id).person, store.study(study_id).damage) == (None, "")
    with pytest.raises(NotTheirStudyError, match="without sign-in"):
        store.as_person(ADA).delete(study_id)
    assert store.as_person(ADA).create_study(plan()) != study_id
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        indexes = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    assert "ix_studies_person" in indexes
    store.delete(study_id)
    store.close()
