"""Studies kept before tasks had `test_samples` stay what they were, and get their new names."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from attnlab import Study
from attnlab.store import Store, schema

VERSION_6 = (Path(__file__).parent / "schema_6.sql").read_text(encoding="utf-8")
BEFORE = 7
"""The last version without them."""


@pytest.fixture
def kept(home):
    """A home of version 6: studies of features (an arm has more samples), of a text, of digits."""
    home.mkdir()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        connection.executescript(VERSION_6)
    return home


def rows(home, query):
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        return connection.execute(query).fetchall()


def studies(home):
    found = rows(home, "SELECT name, id, spec, spec_hash FROM studies")
    return {name: (study_id, spec, spec_hash) for name, study_id, spec, spec_hash in found}


def questions(home):
    return dict(rows(home, "SELECT study_name, question FROM spent_seeds"))


def test_kept_plans_mean_what_they_meant_and_are_found_by_their_new_names(kept):
    before = studies(kept)
    store = Store(kept)
    for name, (study_id, spec, spec_hash) in studies(kept).items():
        study = store.study(study_id).study
        old = json.loads(before[name][1])
        fresh = {} if name == "digits" else {"test_samples": 0}
        now = json.loads(spec)
        assert now["task"] == {**old["task"], **fresh}
        assert old["judging"].items() <= now["judging"].items()
        same = old.keys() - {"task", "judging"}
        assert {name: now[name] for name in same} == {name: old[name] for name in same}
        assert (
            study.judging.score
            == old["judging"]["score"]
            == ("best" if name == "text" else "final")
        )
        assert Study(**now) == study
        assert spec_hash == study.hash != before[name][2]
    features = store.study(before["features"][0]).study
    assert [features.task_of(arm).params.test_samples for arm in features.arms] == [0, 0, 0]
    store.close()


def test_a_new_plan_of_the_same_words_is_another_one(kept):
    store = Store(kept)
    known = {found.hash for found in (store.study(row.id).study for row in store.studies())}
    same_words = Study(
        task={"name": "planted-features", "samples": 500},
        arms=["none", "dense", "dense@samples=1000"],
        seeds=2,
        epochs=2,
    )
    assert same_words.hash not in known
    as_then = Study(
        **same_words.to_dict()
        | {
            "task": {**same_words.to_dict()["task"], "test_samples": 0},
            "judging": {"score": "final"},
        }
    )
    assert as_then.hash in known
    store.close()


def test_questions_get_their_new_names_but_for_those_of_studies_that_are_gone(kept, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "UPGRADES", schema.UPGRADES[: BEFORE - 1])
        Store(kept).close()
    with closing(sqlite3.connect(kept / "attnlab.db")) as connection:
        connection.execute("UPDATE spent_seeds SET question = 'as it was'")
        connection.execute(
            "INSERT INTO spent_seeds SELECT 'gone', seed, stream, 'gone', question, created_at "
            "FROM spent_seeds WHERE study_name = 'features'"
        )
        connection.commit()
    store = Store(kept)
    found = questions(kept)
    assert found.pop("gone") == "as it was"
    for name, question in found.items():
        assert question == store.study(studies(kept)[name][0]).study.question
    assert len(found) == 3
    store.close()


def test_plans_that_cannot_be_read_stay_and_mean_the_same_if_their_module_comes_back(kept):
    with closing(sqlite3.connect(kept / "attnlab.db")) as connection:
        for change in (
            "UPDATE studies SET spec = '{' WHERE name = 'digits'",
            "UPDATE studies SET spec = replace(spec, '\"none\"', '\"gone\"') WHERE name = 'text'",
        ):
            connection.execute(change)
        connection.commit()
    before = studies(kept)
    Store(kept).close()
    after = studies(kept)
    assert after["digits"] == before["digits"]
    assert after["text"][2] == before["text"][2]
    assert json.loads(after["text"][1])["task"]["test_samples"] == 0
