"""What an epoch answers to a few samples, and how it weighs them, is kept; older runs have none."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import numpy as np
import pytest

from attnlab.store import SampleAnswer, Store, StoreError, TraceRecord, column_steps, schema
from attnlab.store.checking import check

BEFORE = 1 + schema.UPGRADES.index(column_steps.add_shown_samples)
"""The last version without these columns."""

ANSWERS = (
    SampleAnswer(label=2, share=0.75),
    SampleAnswer(tokens=(3, 4, 1)),
    SampleAnswer(value=-0.5),
)


@pytest.fixture
def shown(epoch):
    """An epoch with answers to three samples and the weights of two of them."""

    def make(number=1, **given):
        weights = number * np.arange(8, dtype=np.float32).reshape(2, 4) / 16
        trace = TraceRecord("step", "gate", weights.mean(axis=0), samples=weights)
        return replace(epoch(epoch=number), answers=ANSWERS, traces=[trace], **given)

    return make


def test_answers_and_weights_come_back_by_epoch(store, plan, shown):
    study_id = store.create_study(plan())
    store.record_epochs(study_id, [shown(1), shown(2)])
    [(run, first)] = store.shown_samples(study_id, 1).items()
    assert run == ("none", 0)
    assert first.answers == ANSWERS
    assert first.kinds == {"step": "gate"}
    np.testing.assert_array_equal(first.weights["step"], np.arange(8).reshape(2, 4) / 16)
    for epoch in (2, "last", 7):
        assert store.shown_samples(study_id, epoch)["none", 0].epoch == 2


def test_runs_without_them_are_left_out(store, plan, epoch, shown):
    study_id = store.create_study(plan())
    store.record_epochs(study_id, [epoch(seed=1), shown(1, seed=0)])
    assert list(store.shown_samples(study_id, "last")) == [("none", 0)]
    with pytest.raises(StoreError, match="there is no study"):
        store.shown_samples("nowhere", "last")


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [("epochs", "answers", '["?"]'), ("epochs", "answers", "{"), ("traces", "samples", b"abc")],
)
def test_damaged_ones_name_the_study_and_are_found_by_a_check(
    store, plan, shown, table, column, value
):
    study_id = store.create_study(plan())
    store.record_epochs(study_id, [shown()])
    with closing(sqlite3.connect(store.home / "attnlab.db")) as connection:
        connection.execute(f"UPDATE {table} SET {column} = ?", (value,))
        connection.commit()
    with pytest.raises(StoreError, match=f"study {study_id} is damaged"):
        store.shown_samples(study_id, "last")
    assert any("sample" in found.wrong for found in check(store.home).findings)


def test_a_database_of_before_opens_and_takes_them_from_then_on(
    home, plan, epoch, shown, monkeypatch
):
    monkeypatch.setattr(schema, "UPGRADES", schema.UPGRADES[:BEFORE])  # no step after this one
    store = Store(home)
    study_id = store.create_study(plan())
    store.record_epochs(study_id, [epoch()])
    before = store.curves(study_id), store.traces(study_id)
    store.close()
    with closing(sqlite3.connect(home / "attnlab.db")) as connection:
        connection.execute("ALTER TABLE epochs DROP COLUMN answers")
        connection.execute("ALTER TABLE traces DROP COLUMN samples")
        connection.execute(f"PRAGMA user_version = {BEFORE}")
        connection.commit()
    store = Store(home)
    assert all(new.equals(old) for new, old in zip(_frames(store, study_id), before, strict=True))
    assert store.shown_samples(study_id, "last") == {}
    store.record_epochs(study_id, [shown(1, seed=1)])
    assert store.shown_samples(study_id, "last")["none", 1].answers == ANSWERS
    store.close()


def _frames(store, study_id):
    return store.curves(study_id), store.traces(study_id)
