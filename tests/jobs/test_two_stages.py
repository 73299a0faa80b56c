"""A study that asks for a precision goes on by itself when its first stage has ended."""

import threading

import pytest

from attnlab.jobs import JobManager, execute
from attnlab.store import StoreError


@pytest.fixture
def asks(plan):
    """The smallest plan that asks for a precision."""
    return plan(arms=["none"], seeds=10, epochs=1, precision=0.01)


def needs(seeds):
    """What says after the first stage how many seeds it takes; counts how often it was asked."""

    def needed(store, study_id):
        needed.asked += 1
        assert set(store.runs(study_id)["status"]) == {"finished"}
        return seeds

    needed.asked = 0
    return needed


def test_the_second_stage_follows_and_no_third(store, asks, eventually):
    needed = needs(12)
    jobs = JobManager(store, seeds_needed=needed)
    study_id = jobs.submit(asks)
    eventually(lambda: store.study(study_id).status == "finished")
    study = store.study(study_id).study
    assert (study.seeds, study.settled, study.looks) == (tuple(range(12)), 12, (10,))
    jobs.extend(study_id, 1)
    eventually(lambda: store.study(study_id).status == "finished")
    assert len(store.study(study_id).study.seeds) == 13
    assert needed.asked == 1


def test_a_study_that_was_stopped_goes_on_with_the_stage_it_was_in(store, asks):
    """Stopped in each stage, and resumed: both stages are trained, and settled once."""
    needed, listened = needs(12), []

    def carry_out(stop_after):
        stop, told = threading.Event(), []

        def listen(label, event):
            listened.append(event)
            if type(event).__name__ == "RunEnd":
                told.append(event.seed)
                if len(told) == stop_after:
                    stop.set()

        begun = []
        execute(
            store,
            study_id,
            stop=stop,
            listen=listen,
            seeds_needed=needed,
            on_second_stage=lambda: begun.append(store.study(study_id).study.settled),
        )
        return told, begun

    study_id = store.create_study(asks)
    first, begun = carry_out(stop_after=3)
    assert (store.study(study_id).status, begun, needed.asked) == ("stopped", [], 0)
    rest, begun = carry_out(stop_after=10 - len(first) + 1)
    assert (store.study(study_id).status, begun, needed.asked) == ("stopped", [12], 1)
    last, begun = carry_out(stop_after=99)
    assert (store.study(study_id).status, begun, needed.asked) == ("finished", [], 1)
    assert sorted([*first, *rest, *last]) == list(range(12))


def test_without_somebody_who_knows_it_waits_to_be_resumed(store, asks):
    study_id = store.create_study(asks)
    execute(store, study_id, stop=threading.Event())
    assert store.study(study_id).status == "interrupted"
    with pytest.raises(StoreError, match="is interrupted"):
        store.extend(study_id, 2)
    execute(store, study_id, stop=threading.Event(), seeds_needed=needs(10))
    assert store.study(study_id).status == "finished"
    assert store.study(study_id).study.settled == 10
