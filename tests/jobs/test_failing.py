"""Arms, seeds, listeners and disks that fail, and what is kept of a study."""

from dataclasses import replace

import numpy as np
import pytest
from sqlalchemy import event as sql_event

from attnlab.store import Owner, Store, StoreError
from attnlab.tasks import make
from attnlab.training import EpochEnd, RunEnd, RunStart, engine

from .conftest import statuses


def test_an_arm_that_raises_fails_alone_and_only_it_is_trained_again(
    store, plan, train, break_arm, monkeypatch
):
    study_id = store.create_study(plan(seeds=[0, 1]))

    def broken(task, seed):
        raise ValueError(f"no data for seed {seed}\nat all")

    with monkeypatch.context():
        break_arm("dense", broken)
        assert train(study_id)
    assert statuses(store, study_id) == {
        ("none", 0): "finished",
        ("none", 1): "finished",
        ("dense", 0): "failed",
        ("dense", 1): "failed",
    }
    assert store.study(study_id).status == "failed"
    reasons = {f"ValueError: no data for seed {seed}" for seed in (0, 1)}
    assert set(store.runs(study_id)["error"]) == {"", *reasons}
    before = store.curves(study_id)
    monkeypatch.undo()
    monkeypatch.setenv("ATTNLAB_HOME", str(store.home))
    store.enqueue(study_id, Owner.current())
    started = []
    train(study_id, lambda arm, event: started.append((arm, type(event))))
    assert {arm for arm, _ in started} == {"dense"}
    assert started.count(("dense", RunStart)) == 2
    assert store.study(study_id).status == "finished"
    after = store.curves(study_id)
    assert after[after["arm"] == "none"].reset_index(drop=True).equals(before)


def test_a_seed_without_data_fails_alone(store, plan, train, break_arm):
    study_id = store.create_study(plan(seeds=3))

    def broken(task, seed):
        if seed == 1:
            raise MemoryError
        return make(task, seed)

    break_arm("dense", broken)
    train(study_id)
    runs = store.runs(study_id)
    assert list(runs["status"]) == ["finished"] * 4 + ["failed", "finished"]
    assert list(runs["error"])[-2:] == ["MemoryError", ""]


def test_a_network_that_raises_fails_what_is_left_of_its_group(store, plan, train, monkeypatch):
    study_id = store.create_study(plan(seeds=2))
    good = engine.train

    def broken(arm, seeds, **options):
        for event in good(arm, seeds, **options):
            yield event
            if arm.label == "dense" and isinstance(event, EpochEnd) and event.seed == 0:
                raise RuntimeError("out of\nluck")

    monkeypatch.setattr(engine, "train", broken)
    train(study_id)
    runs = store.runs(study_id)
    assert list(runs["status"]) == ["finished", "finished", "failed", "finished"]
    assert list(runs["error"]) == ["", "", "RuntimeError: out of", ""]


def test_a_loss_that_is_not_finite_fails_its_run_and_the_others_finish(
    store, plan, train, break_arm
):
    study_id = store.create_study(plan(seeds=2))

    def broken(task, seed):
        data = make(task, seed)
        if seed:
            return data
        return replace(data, train=replace(data.train, x=data.train.x * np.nan))

    break_arm("dense", broken)
    train(study_id)
    assert statuses(store, study_id) == {
        ("none", 0): "finished",
        ("none", 1): "finished",
        ("dense", 0): "failed",
        ("dense", 1): "finished",
    }
    (reason,) = set(store.runs(study_id)["error"]) - {""}
    assert reason == "the training loss became nan in epoch 1: try a lower learning rate"
    assert store.study(study_id).status == "failed"


def test_an_error_of_the_listener_is_not_the_arms(store, plan, train):
    study_id = store.create_study(plan())

    def listen(arm, event):
        if isinstance(event, EpochEnd) and (arm, event.seed) == ("dense", 1):
            raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        train(study_id, listen)
    assert statuses(store, study_id) == {
        ("none", 0): "finished",
        ("none", 1): "finished",
        ("dense", 0): "finished",
        ("dense", 1): "interrupted",
    }
    assert store.study(study_id).status == "interrupted"


def test_a_plan_that_cannot_be_read_any_more_is_not_left_running(store, plan, train):
    study_id = store.create_study(plan())
    with store._write() as connection:
        connection.exec_driver_sql("UPDATE studies SET spec = replace(spec, 'dense', 'gone')")
    with pytest.raises(StoreError, match="another version of attnlab"):
        train(study_id)
    assert store.study(study_id).status == "interrupted"


def test_a_full_disk_ends_the_training_and_keeps_what_was_finished(store, plan, train, home):
    task = {"name": "planted-features", "features": 256, "classes": 3, "samples": 500}
    study_id = store.create_study(plan(arms=["dense"], seeds=3, epochs=8, task=task))
    engine_ = store._database.engine

    def limit(connection, record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    def listen(arm, event):
        if isinstance(event, RunEnd) and event.seed == 0:
            sql_event.listen(engine_, "connect", limit)
            engine_.dispose()

    with pytest.raises(StoreError, match="no space left"):
        train(study_id, listen)
    sql_event.remove(engine_, "connect", limit)
    engine_.dispose()
    fresh = Store(home)
    assert list(fresh.runs(study_id)["status"]) == ["finished", "interrupted", "interrupted"]
    assert (fresh.curves(study_id)["seed"] == 0).sum() == 8
    assert train(study_id)
    assert set(fresh.runs(study_id)["status"]) == {"finished"}
    assert len(fresh.curves(study_id)) == 24
