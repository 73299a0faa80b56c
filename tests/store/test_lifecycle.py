"""A study's way from queued to its end, and back when its process died."""

import signal
import time
from dataclasses import replace

import psutil
import pytest
from sqlalchemy import update

from attnlab.store import Status, StoreError, schema


def statuses(store, study_id):
    return list(store.runs(study_id)["status"])


def set_study(store, **values):
    """Change a study behind the store's back."""
    with store._write() as connection:
        connection.execute(update(schema.studies).values(**values))


@pytest.fixture
def gone(me):
    """An owner whose process has ended: our pid, but created at another time."""
    boot = me.boot and f"{me.boot}0"
    return replace(me, started=me.started - 1000, boot=boot)


@pytest.fixture
def half(store, plan, epoch, me):
    """A running study: one run finished, one failed, one half trained, one waiting."""
    study_id = store.create_study(plan())
    store.acquire(study_id, me)
    for seed in (0, 1):
        store.start_run(study_id, "none", seed)
    store.start_run(study_id, "dense:depth=1", 0)
    store.record_epochs(
        study_id,
        [
            *(epoch(seed=0, epoch=number, weights=[1]) for number in (1, 2, 3)),
            epoch(seed=1, epoch=1, weights=[1]),
            epoch("dense:depth=1", 0, 1, weights=[1]),
        ],
    )
    store.finish_run(study_id, "none", 0, 3.0)
    store.fail_run(study_id, "none", 1, "loss became NaN")
    return study_id


def test_claimed_study_is_running_with_its_owner(store, plan, me):
    study_id = store.create_study(plan())
    assert store.acquire(study_id, me)
    row = store.study(study_id)
    assert (row.status, row.owner, row.stop_requested) == ("running", me, False)
    assert row.started_at is not None


def test_study_of_a_live_process_cannot_be_claimed_again(store, half, me):
    before = store.study(half)
    assert not store.acquire(half, me)
    assert store.study(half) == before
    assert len(store.curves(half)) == 5


def test_running_study_of_a_dead_process_can_be_claimed(store, plan, me, gone):
    study_id = store.create_study(plan())
    store.acquire(study_id, gone)
    assert store.acquire(study_id, me)
    assert store.study(study_id).owner == me


def test_finished_study_is_not_claimed(store, plan, me):
    study_id = store.create_study(plan(arms=["none"], seeds=1))
    store.acquire(study_id, me)
    store.finish_run(study_id, "none", 0, 1.0)
    store.release(study_id)
    assert not store.acquire(study_id, me)
    assert store.study(study_id).status == "finished"


def test_claim_keeps_finished_runs_and_clears_the_others(store, half, me):
    store.release(half)
    started = store.study(half).started_at
    assert store.acquire(half, me)
    assert statuses(store, half) == ["finished", "queued", "queued", "queued"]
    assert set(store.curves(half)["seed"]) == {0}
    assert set(store.curves(half)["arm"]) == {"none"}
    assert len(store.traces(half)) == 3
    runs = store.runs(half)
    assert list(runs["epoch"]) == [3, 0, 0, 0]
    assert set(runs["error"]) == {""}
    assert store.study(half).started_at == started
    assert store.study(half).finished_at is None


def test_stopped_study_can_be_queued_again_with_its_finished_runs(store, half, me):
    store.release(half, Status.STOPPED)
    store.enqueue(half, owner=me)
    row = store.study(half)
    assert (row.status, row.owner, row.finished_at) == ("queued", me, None)
    assert statuses(store, half) == ["finished", "queued", "queued", "queued"]
    assert len(store.curves(half)) == 3


def test_resumed_run_forgets_which_epoch_it_kept(store, half, epoch):
    store.finish_run(half, "dense:depth=1", 0, 1.0, kept_epoch=1)
    store.fail_run(half, "dense:depth=1", 0, "its weights could not be written")
    store.release(half)
    store.enqueue(half)
    store.record_epochs(half, [epoch("dense:depth=1", 0, number) for number in (1, 2)])
    run = store.runs(half).iloc[2]
    assert (run["arm"], run["kept_epoch"], run["accuracy"]) == ("dense:depth=1", 2, 0.2)


def test_running_or_finished_study_is_not_queued(store, plan, half, me):
    with pytest.raises(StoreError, match="is running already"):
        store.enqueue(half)
    done = store.create_study(plan(arms=["none"], seeds=1))
    store.acquire(done, me)
    store.finish_run(done, "none", 0, 1.0)
    store.release(done)
    with pytest.raises(StoreError, match="has finished: there is nothing left"):
        store.enqueue(done)


def test_heartbeat_keeps_the_activity_and_brings_the_request_to_stop(store, half):
    assert store.heartbeat(half, "none: epoch 2 of 3") is False
    assert store.study(half).activity == "none: epoch 2 of 3"
    store.request_stop(half)
    assert store.study(half).status == "running"
    assert store.study(half).stop_requested
    assert store.heartbeat(half, "stopping") is True


def test_heartbeat_says_stop_once_the_study_was_ended_elsewhere(store, half):
    store.recover(lambda owner, heartbeat_at: False)
    assert store.heartbeat(half, "still here") is True


def test_request_to_stop_is_forgotten_by_the_next_claim(store, half, me):
    store.request_stop(half)
    store.release(half)
    store.acquire(half, me)
    assert store.heartbeat(half, "again") is False


def test_request_to_a_process_that_died_does_not_stop_the_next(store, plan, me, gone):
    study_id = store.create_study(plan())
    store.acquire(study_id, gone)
    store.request_stop(study_id)
    assert store.acquire(study_id, me)
    assert store.heartbeat(study_id, "again") is False


def test_queued_study_is_stopped_at_once(store, plan):
    study_id = store.create_study(plan())
    store.request_stop(study_id)
    assert store.study(study_id).status == "stopped"
    assert statuses(store, study_id) == ["stopped"] * 4


def test_ended_study_is_not_stopped(store, half):
    store.release(half, Status.INTERRUPTED)
    before = store.study(half)
    store.request_stop(half)
    assert store.study(half) == before


@pytest.mark.parametrize(
    ("stop", "unfinished", "final"),
    [
        (False, None, "interrupted"),
        (True, None, "stopped"),
        (False, Status.STOPPED, "stopped"),
        (True, Status.INTERRUPTED, "interrupted"),
    ],
)
def test_release_names_what_is_left_untrained(store, half, stop, unfinished, final):
    if stop:
        store.request_stop(half)
    store.release(half, unfinished)
    row = store.study(half)
    assert statuses(store, half) == ["finished", "failed", final, final]
    assert (row.status, row.owner, row.activity, row.stop_requested) == (final, None, "", False)
    assert row.finished_at is not None


@pytest.mark.parametrize(("failing", "final"), [(0, "finished"), (1, "failed"), (4, "failed")])
def test_study_with_nothing_left_ends_by_its_runs(store, plan, me, failing, final):
    study_id = store.create_study(plan())
    store.acquire(study_id, me)
    runs = [(arm.label, seed) for arm in store.arms(study_id) for seed in (0, 1)]
    for place, (arm, seed) in enumerate(runs):
        if place < failing:
            store.fail_run(study_id, arm, seed, "boom")
        else:
            store.finish_run(study_id, arm, seed, 1.0)
    store.release(study_id)
    assert store.study(study_id).status == final


def test_release_takes_no_other_status(store, half):
    with pytest.raises(StoreError, match="stopped or interrupted, not queued"):
        store.release(half, Status.QUEUED)
    assert store.study(half).status == "running"


def test_study_of_a_live_process_is_not_recovered(store, half, plan, me):
    queued = store.create_study(plan(), owner=me)
    assert store.recover() == []
    assert store.study(half).status == "running"
    assert store.study(queued).status == "queued"


def test_reused_pid_is_not_the_owner(store, half, gone):
    set_study(store, owner_started=gone.started, owner_boot=gone.boot, heartbeat_at=0.0)
    assert store.recover() == [half]


def test_killed_process_loses_its_study_but_no_finished_run(store, plan, me, python):
    study_id = store.create_study(plan())
    code = (
        "import sys, time; from attnlab.store import *\n"
        "store = Store()\n"
        f"assert store.acquire('{study_id}', Owner.current())\n"
        f"store.start_run('{study_id}', 'none', 0)\n"
        f"store.finish_run('{study_id}', 'none', 0, 1.0)\n"
        f"store.start_run('{study_id}', 'none', 1)\n"
        "print('training', flush=True); time.sleep(600)"
    )
    trainer = python(code)
    assert trainer.stdout.readline() == "training\n"
    assert store.recover() == []
    assert not store.acquire(study_id, me)
    trainer.send_signal(signal.SIGKILL)
    process = psutil.Process(trainer.pid)
    while process.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert store.recover() == [study_id]  # while it is a zombie, too
    trainer.wait()
    row = store.study(study_id)
    assert (row.status, row.owner) == ("interrupted", None)
    assert statuses(store, study_id) == ["finished", *["interrupted"] * 3]
    assert store.recover() == []
    assert store.acquire(study_id, me)


def test_queued_study_of_a_dead_process_is_interrupted(store, plan, gone):
    study_id = store.create_study(plan(), owner=gone)
    assert store.recover() == [study_id]
    assert store.study(study_id).status == "interrupted"
    assert statuses(store, study_id) == ["interrupted"] * 4


def test_queued_study_without_owner_is_left_behind_after_a_minute(store, plan):
    study_id = store.create_study(plan())
    assert store.recover() == []
    set_study(store, created_at=time.time() - 600, heartbeat_at=time.time() - 61)
    assert store.recover() == [study_id]
    store.enqueue(study_id)
    assert store.recover() == []  # queued again just now, though made long ago


def test_study_whose_runs_had_all_finished_is_recovered_as_finished(store, plan, gone):
    study_id = store.create_study(plan(arms=["none"], seeds=1))
    store.acquire(study_id, gone)
    store.finish_run(study_id, "none", 0, 1.0)
    store.recover()
    assert store.study(study_id).status == "finished"


def test_owner_on_another_host_lives_by_its_heartbeat(store, half):
    set_study(store, owner_host="elsewhere")
    assert store.recover() == []
    set_study(store, heartbeat_at=time.time() - 61)
    assert store.recover() == [half]
