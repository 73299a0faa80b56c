"""A running study can be held, and a finished one can have more seeds."""

import pytest

from attnlab import SpecError
from attnlab.store import StoreError


@pytest.fixture
def running(store, plan, me):
    study_id = store.create_study(plan())
    store.acquire(study_id, me)
    return study_id


@pytest.fixture
def finished(store, running):
    for arm in ("none", "dense:depth=1"):
        for seed in (0, 1):
            store.finish_run(running, arm, seed, 1.0)
    store.release(running)
    return running


def test_a_running_study_is_held_and_goes_on(store, running):
    assert (store.is_paused(running), store.study(running).paused) == (False, False)
    before = store.version(running)
    store.pause(running)
    assert (store.is_paused(running), store.study(running).paused) == (True, True)
    assert store.version(running) != before
    assert store.study(running).status == "running"
    store.pause(running, False)
    assert not store.is_paused(running)


def test_only_a_running_study_can_be_held(store, plan, finished):
    with pytest.raises(StoreError, match="is finished: only a running study can be paused"):
        store.pause(finished)
    with pytest.raises(StoreError, match="is queued: only a running"):
        store.pause(store.create_study(plan()))
    with pytest.raises(StoreError, match="there is no study"):
        store.pause("gone")


def test_a_held_study_that_was_stopped_is_not_held_when_it_is_resumed(store, running, me):
    store.pause(running)
    store.release(running)
    assert not store.is_paused(running)
    store.acquire(running, me)
    assert not store.is_paused(running)


def test_seeds_are_added_and_what_was_trained_stays(store, finished, me):
    hashed = store.study(finished).spec_hash
    extended = store.extend(finished, 3, me)
    row = store.study(finished)
    assert (row.status, row.owner, row.study) == ("queued", me, extended)
    assert (extended.seeds, extended.looks) == ((0, 1, 2, 3, 4), (2,))
    assert row.spec_hash == extended.hash != hashed
    runs = store.runs(finished)
    for arm in ("none", "dense:depth=1"):
        own = runs[runs["arm"] == arm]
        assert list(own["seed"]) == [0, 1, 2, 3, 4]
        assert list(own["status"]) == ["finished"] * 2 + ["queued"] * 3
    assert store.acquire(finished, me)


def test_failed_runs_are_trained_again_with_the_seeds_that_are_added(store, running):
    for seed in (0, 1):
        store.finish_run(running, "none", seed, 1.0)
        store.fail_run(running, "dense:depth=1", seed, "the loss became nan")
    store.release(running)
    store.extend(running, 1)
    assert sorted(store.runs(running)["status"]) == ["finished"] * 2 + ["queued"] * 4


def test_seeds_are_not_added_before_the_end_nor_to_nothing(store, plan, running):
    with pytest.raises(StoreError, match="is running: seeds are added to a study that has fin"):
        store.extend(running, 2)
    store.release(running)
    with pytest.raises(StoreError, match="is interrupted: seeds are added"):
        store.extend(running, 2)
    with pytest.raises(StoreError, match="there is no study 'gone'"):
        store.extend("gone", 2)


def test_seeds_beyond_what_a_study_may_have_change_nothing(store, finished):
    before = store.study(finished)
    with pytest.raises(SpecError, match="at most 1000 seeds; got 2 and 999 more"):
        store.extend(finished, 999)
    assert store.study(finished) == before


def test_what_the_test_samples_gave_is_kept(store, running):
    store.finish_run(running, "none", 0, 1.0, tested={"accuracy": 0.75, "loss": float("nan")})
    store.finish_run(running, "none", 1, 1.0)
    runs = store.runs(running).set_index(["arm", "seed"])
    assert runs["test_accuracy"].dropna().to_dict() == {("none", 0): 0.75}
    assert "test_loss" not in runs
