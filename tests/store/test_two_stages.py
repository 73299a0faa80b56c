"""A study that asks for a precision has not finished before its second stage is settled."""

import pytest

from attnlab import Study
from attnlab.store import StoreError


@pytest.fixture
def first_stage(store, me):
    """A study in training whose ten first seeds have finished."""
    plan = Study(task="planted-features", arms=["none", "dense"], epochs=1, precision=0.01)
    study_id = store.create_study(plan)
    store.acquire(study_id, me)
    for arm in ("none", "dense"):
        for seed in range(10):
            store.finish_run(study_id, arm, seed, 1.0)
    return study_id


def test_the_second_stage_has_fresh_seeds_that_are_queued(store, first_stage, me):
    other = store.create_study(store.study(first_stage).study.as_planned().at_seeds(10))
    settled = store.settle(first_stage, 14)
    row = store.study(first_stage)
    assert (row.study, row.spec_hash) == (settled, settled.hash)
    assert settled.seeds == (*range(10), 20, 21, 22, 23)
    assert (row.status, row.owner) == ("running", me)
    runs = store.runs(first_stage)
    assert sorted(runs.loc[runs["status"] == "queued", "seed"]) == [20, 20, 21, 21, 22, 22, 23, 23]
    fresh = store.first_unused_seed(settled.as_planned())
    assert fresh == 24
    assert store.earlier_on_its_seeds(first_stage) == []
    assert other != first_stage


@pytest.mark.parametrize("seeds", [10, 3])
def test_a_first_stage_that_is_enough_is_finished(store, first_stage, seeds):
    assert store.settle(first_stage, seeds).settled == 10
    assert len(store.runs(first_stage)) == 20
    store.release(first_stage)
    assert store.study(first_stage).status == "finished"


def test_no_stage_follows_the_second(store, first_stage, plan):
    store.settle(first_stage, 14)
    with pytest.raises(StoreError, match="is settled, or asks for no precision: no stage follows"):
        store.settle(first_stage, 20)
    with pytest.raises(StoreError, match="no stage follows"):
        store.settle(store.create_study(plan()), 20)


def test_a_process_that_ends_between_the_stages_leaves_something_to_resume(store, first_stage, me):
    assert store.recover(alive=lambda owner, beat: False) == [first_stage]
    assert store.study(first_stage).status == "interrupted"
    with pytest.raises(StoreError, match="is interrupted: seeds are added to a study that has"):
        store.extend(first_stage, 5)
    store.enqueue(first_stage, me)
    assert store.acquire(first_stage, me)
    assert set(store.runs(first_stage)["status"]) == {"finished"}


def test_failed_runs_do_not_end_it_before_its_second_stage(store, first_stage):
    store.fail_run(first_stage, "dense", 3, "the loss became nan")
    store.release(first_stage)
    assert store.study(first_stage).status == "interrupted"
