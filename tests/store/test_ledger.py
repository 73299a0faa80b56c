"""Seeds confirm once: which were seen, by which study, and what is next."""

import json
import sqlite3

import pytest

from attnlab.spec import Study
from attnlab.store import SHIPPED_SEEDS, Store, schema, spent


def of(task="planted-features", seeds=3, **more):
    return Study(task=task, arms=["none", "uniform"], seeds=seeds, epochs=1, **more)


def seeds_of(store, study_id):
    return store.study(study_id).study.seeds


def test_a_new_home_begins_at_zero_and_the_next_study_goes_on(store):
    first = store.create_study(of(), fresh_seeds=True)
    second = store.create_study(of(), fresh_seeds=True)
    assert seeds_of(store, first) == (0, 1, 2)
    assert seeds_of(store, second) == (3, 4, 5)
    assert store.first_unused_seed(of()) == 6
    assert store.earlier_on_its_seeds(second) == []
    [before] = store.same_question_before(second)
    assert (before.id, before.seeds) == (first, (0, 1, 2))


def test_seeds_that_are_named_stay_and_are_known_to_have_been_seen(store):
    first = store.create_study(of(), name="first")
    again = store.create_study(of(seeds=[2, 7]), fresh_seeds=True)
    assert seeds_of(store, again) == (2, 7)
    [earlier] = store.earlier_on_its_seeds(again)
    assert (earlier.id, earlier.name, earlier.seeds) == (first, "first", (2,))
    assert earlier.same_question
    assert store.earlier_on_its_seeds(first) == []


def test_another_question_on_the_same_data_has_seen_the_seeds_too(store):
    first = store.create_study(of())
    other = store.create_study(Study(task="planted-features", arms=["none", "dense"], seeds=2))
    [earlier] = store.earlier_on_its_seeds(other)
    assert (earlier.id, earlier.seeds, earlier.same_question) == (first, (0, 1), False)
    assert store.same_question_before(other) == []


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("digits", {"name": "digits", "classes": 4}, True),
        ("digits", "planted-features", False),
        ({"name": "tabular", "dataset": "iris"}, {"name": "tabular", "dataset": "wine"}, False),
        ({"name": "tabular", "dataset": "iris"}, {"name": "tabular", "dataset": "iris"}, True),
    ],
)
def test_data_are_the_same_for_one_task_and_one_data_set(store, one, other, same):
    plans = [Study(task=task, arms=["none"], seeds=2, epochs=1) for task in (one, other)]
    store.create_study(plans[0])
    second = store.create_study(plans[1])
    assert bool(store.earlier_on_its_seeds(second)) == same


def test_what_was_seen_stays_seen_when_the_study_is_deleted(store, epoch):
    study_id = store.create_study(of(), name="gone")
    store.record_epochs(study_id, [epoch()])
    store.delete(study_id)
    later = store.create_study(of())
    assert [study.name for study in store.earlier_on_its_seeds(later)] == ["gone"]


def test_seeds_of_a_study_that_never_trained_are_given_back(store):
    store.delete(store.create_study(of()))
    assert store.first_unused_seed(of()) == 0


def test_named_seeds_leave_a_gap_that_is_used_if_it_is_wide_enough(store):
    store.create_study(of(seeds=[4, 5]))
    assert store.first_unused_seed(of(seeds=4)) == 0
    assert store.first_unused_seed(of(seeds=5)) == 6


def test_the_seeds_of_what_ships_are_given_to_nobody(store):
    assert list(SHIPPED_SEEDS) == [*range(1000, 2000)]
    store.create_study(of(seeds=[*range(900)]))
    assert store.first_unused_seed(of(seeds=100)) == 900
    assert store.first_unused_seed(of(seeds=101)) == 2000


def test_a_plan_knows_who_had_its_seeds(store):
    first = store.create_study(of(), name="first")
    assert store.seen_seeds(of(seeds=[9])) == []
    [seen] = store.seen_seeds(of(seeds=[9, 1]))
    assert (seen.id, seen.name, seen.seeds, seen.same_question) == (first, "first", (1,), True)


def test_seeds_are_added_that_nobody_has_had(store):
    study_id = store.create_study(of())
    store.create_study(of(), fresh_seeds=True)
    with store._write() as connection:
        connection.exec_driver_sql("UPDATE studies SET status = 'finished'")
    assert store.extend(study_id, 2).seeds == (0, 1, 2, 6, 7)
    assert store.earlier_on_its_seeds(study_id) == []


def test_added_seeds_are_spent(store):
    study_id = store.create_study(of())
    with store._write() as connection:
        connection.exec_driver_sql("UPDATE studies SET status = 'finished'")
    store.extend(study_id, 2)
    assert store.first_unused_seed(of()) == 5


def test_a_home_from_before_the_ledger_knows_what_its_studies_had(home, monkeypatch):
    before = schema.UPGRADES.index(schema._add_spent_seeds) + 1
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:before])  # no step after this one
    store = Store(home)
    readable = store.create_study(of(), name="readable")
    garbled = store.create_study(of(seeds=[9]), name="garbled")
    store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.execute("DROP TABLE spent_seeds")
    connection.execute("UPDATE studies SET spec = '{' WHERE id = ?", [garbled])
    connection.execute(f"PRAGMA user_version = {before}")
    connection.commit()
    connection.close()
    store = Store(home)
    later = store.create_study(of(), fresh_seeds=True)
    assert seeds_of(store, later) == (3, 4, 5)
    again = store.create_study(of())
    assert [study.id for study in store.earlier_on_its_seeds(again)] == [readable]
    assert json.loads(store.study(readable).spec)["seeds"] == [0, 1, 2]
    store.close()


def test_a_study_of_several_tasks_spends_its_seeds_on_each(store):
    both = of(also_on=["tabular"])
    study_id = store.create_study(both, fresh_seeds=True)
    for task in ("planted-features", "tabular"):
        assert store.first_unused_seed(of(task)) == 3
        [seen] = store.seen_seeds(of(task))
        assert (seen.id, seen.seeds) == (study_id, (0, 1, 2))
    again = store.create_study(both)
    [earlier] = store.earlier_on_its_seeds(again)
    assert (earlier.seeds, earlier.same_question) == ((0, 1, 2), True)
    assert [each.seeds for each in store.same_question_before(again)] == [(0, 1, 2)]


def test_seeds_that_one_of_its_tasks_has_had_are_none_of_a_study_of_several(store):
    store.create_study(of("tabular"))
    assert store.first_unused_seed(of(also_on=["tabular"])) == 3
    assert store.first_unused_seed(of()) == 0


def test_a_home_in_which_a_seed_had_one_stream_keeps_what_was_seen(home, monkeypatch):
    before = schema.UPGRADES.index(spent.add_streams) + 1
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:before])  # no step after this one
    store = Store(home)
    first = store.create_study(of(), name="first")
    store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    kept = connection.execute("SELECT * FROM spent_seeds").fetchall()
    connection.executescript(
        f"""
        DROP TABLE spent_seeds;
        CREATE TABLE spent_seeds (study_id TEXT NOT NULL, seed INTEGER NOT NULL,
            stream TEXT NOT NULL, study_name TEXT NOT NULL, question TEXT NOT NULL,
            created_at FLOAT NOT NULL, PRIMARY KEY (study_id, seed));
        CREATE INDEX spent_seeds_by_stream ON spent_seeds (stream, seed);
        PRAGMA user_version = {before};
        """
    )
    connection.executemany("INSERT INTO spent_seeds VALUES (?, ?, ?, ?, ?, ?)", kept)
    plans = connection.execute("SELECT spec, spec_hash, revision FROM studies").fetchall()
    connection.commit()
    connection.close()
    store = Store(home)
    assert [each.id for each in store.seen_seeds(of())] == [first]
    assert store.first_unused_seed(of(also_on=["tabular"])) == 3
    store.create_study(of(also_on=["tabular"]), fresh_seeds=True)
    store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    now = connection.execute("SELECT * FROM spent_seeds").fetchall()
    assert now[: len(kept)] == kept
    assert len(now) == len(kept) + 2 * 3
    [same, _] = connection.execute("SELECT spec, spec_hash, revision FROM studies").fetchall()
    assert [same] == plans
    connection.close()
