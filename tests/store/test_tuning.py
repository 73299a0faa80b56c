"""What the store keeps of the learning rates that were tried and chosen."""

import sqlite3

import pytest

from attnlab import Study
from attnlab.spec.tuning_runs import TuningRun
from attnlab.store import Store, StoreError, schema, tuned_table

BEFORE = 1 + schema.UPGRADES.index(tuned_table.add)
"""The last version without a table for it."""


@pytest.fixture
def asks(plan):
    return Study(**plan(seeds=2).to_dict() | {"tuning": {"rates": [0.001, 0.01], "seeds": 2}})


def chosen(study, rate=0.01):
    return {arm.label: rate for arm in study.arms}


def test_its_seeds_are_spent_with_those_that_are_judged(store, asks):
    first = store.create_study(asks, fresh_seeds=True)
    second = store.create_study(asks, fresh_seeds=True)
    plans = [store.study(study_id).study for study_id in (first, second)]
    assert [(each.seeds, each.tuning.seeds) for each in plans] == [
        ((0, 1), (2, 3)),
        ((4, 5), (6, 7)),
    ]
    assert store.earlier_on_its_seeds(second) == []
    judges_them = store.create_study(Study(**asks.to_dict() | {"seeds": [3], "tuning": None}))
    [earlier] = store.earlier_on_its_seeds(judges_them)
    assert (earlier.id, earlier.seeds) == (first, (3,))
    assert [each.id for each in store.seen_seeds(plans[1])] == [second]


def test_seeds_that_chose_a_rate_stay_seen_when_the_study_is_deleted(store, asks):
    unseen, seen = (store.create_study(asks, fresh_seeds=True) for _ in range(2))
    store.record_tuning_run(seen, TuningRun("none", 0.01, 6, 0.5))
    store.delete(unseen)
    store.delete(seen)
    assert store.first_unused_seed(asks) == 0
    assert store.first_unused_seed(Study(**asks.to_dict() | {"seeds": 5})) == 8


def test_what_has_ended_is_kept_once_and_counts_as_done(store, asks):
    study_id = store.create_study(asks)
    before = store.version(study_id)
    store.record_tuning_run(study_id, TuningRun("none", 0.01, 3, 0.25, "", 2.0))
    store.record_tuning_run(study_id, TuningRun("none", 0.01, 2, None, "the loss became nan"))
    store.record_tuning_run(study_id, TuningRun("none", 0.01, 3, 0.75, "", 2.0))
    assert store.tuning_runs(study_id) == [
        TuningRun("none", 0.01, 2, None, "the loss became nan", 0.0),
        TuningRun("none", 0.01, 3, 0.75, "", 2.0),
    ]
    row = store.study(study_id)
    assert (row.tuned, row.tuning_planned, row.runs, row.seconds) == (2, 8, 4, 2.0)
    assert row.share == 2 / 12
    assert store.version(study_id) != before


def test_the_choice_becomes_part_of_the_plan_once(store, asks):
    study_id = store.create_study(asks)
    store.record_tuning_run(study_id, TuningRun("none", 0.01, 3, 0.25))
    tuned = store.choose_rates(study_id, chosen(asks))
    row = store.study(study_id)
    assert (row.study, row.spec_hash) == (tuned, tuned.hash)
    assert row.study.training_of("none").learning_rate == 0.01
    assert (row.tuned, row.tuning_planned) == (1, 1)
    with pytest.raises(StoreError, match="chooses no learning rates, or has chosen them"):
        store.choose_rates(study_id, chosen(asks))
    assert store.runs(study_id)["status"].tolist() == ["queued"] * 4


def test_a_plan_that_came_with_its_choice_has_nothing_to_choose(store, asks):
    row = store.study(store.create_study(asks.tuned(chosen(asks))))
    assert (row.tuned, row.tuning_planned, row.share) == (0, 0, 0.0)


def test_the_curves_say_at_which_rate_an_arm_trained(store, asks, epoch):
    study_id = store.create_study(asks.tuned(chosen(asks)))
    store.record_epochs(study_id, [epoch()])
    assert store.curves(study_id)["params"].tolist() == ['{"set": {"learning_rate": 0.01}}']


def test_a_database_from_before_gets_the_table_and_keeps_its_studies(home, plan, monkeypatch):
    with monkeypatch.context() as earlier:
        earlier.setattr(schema, "UPGRADES", schema.UPGRADES[: BEFORE - 1])
        store = Store(home)
        store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    fresh = connection.execute(
        "SELECT sql FROM sqlite_master WHERE name = 'tuning_runs'"
    ).fetchone()
    connection.execute("DROP TABLE tuning_runs")
    connection.commit()
    connection.close()
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    assert store.tuning_runs(study_id) == []
    assert store.study(study_id).tuned == 0
    store.record_tuning_run(study_id, TuningRun("none", 0.01, 3, 0.25))
    store.delete(study_id)
    store.close()
    connection = sqlite3.connect(home / "attnlab.db")
    assert connection.execute("SELECT count(*) FROM tuning_runs").fetchone() == (0,)
    made = connection.execute("SELECT * FROM pragma_table_info('tuning_runs')").fetchall()
    connection.execute("DROP TABLE tuning_runs")
    connection.execute(fresh[0])
    assert connection.execute("SELECT * FROM pragma_table_info('tuning_runs')").fetchall() == made
    connection.close()


def test_both_kinds_of_seeds_are_fresh_together(store, asks):
    seen = store.create_study(Study(**asks.to_dict() | {"seeds": [2], "tuning": None}))
    assert store.first_unused_seed(asks) == 3  # 0 and 1 are free, but the tuning would have 2
    assert [each.id for each in store.seen_seeds(asks)] == [seen]
