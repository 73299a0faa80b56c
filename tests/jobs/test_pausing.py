"""A held study trains nothing, loses nothing and goes on where it was; added seeds join it."""

import threading
import time

import numpy as np
import pytest

from attnlab.jobs import execute
from attnlab.training import EpochEnd


@pytest.fixture
def begun(store):
    """Train a study in a thread: returns the thread and the epochs heard so far."""
    stops = []

    def begin(study_id):
        heard, stop = [], threading.Event()
        stops.append(stop)

        def listen(arm, event):
            if isinstance(event, EpochEnd):
                heard.append((arm, event.seed, event.epoch))

        thread = threading.Thread(
            target=execute, args=(store, study_id), kwargs={"stop": stop, "listen": listen}
        )
        thread.start()
        return thread, heard

    yield begin
    for stop in stops:
        stop.set()


def test_a_held_study_stands_still_and_ends_with_the_numbers_of_one_never_held(
    store, plan, begun, eventually
):
    study = plan(arms=("none", "dense", "feature-gate"), epochs=30)
    held, undisturbed = store.create_study(study), store.create_study(study)
    thread, heard = begun(held)
    eventually(lambda: len(heard) > 4)
    store.pause(held)
    eventually(lambda: store.study(held).activity == "Paused")
    stood = -1
    while stood < len(heard):  # what had begun comes to its end, on a busy machine a little later
        stood = len(heard)
        time.sleep(1)
    assert stood < study.runs * 30
    assert (store.study(held).status, thread.is_alive()) == ("running", True)
    store.pause(held, False)
    eventually(lambda: not thread.is_alive())
    assert store.study(held).status == "finished"
    begun(undisturbed)[0].join(60)
    left, right = (
        store.curves(each).drop(columns=["study", "seconds"]) for each in (held, undisturbed)
    )
    assert left.equals(right)


def test_a_held_study_can_be_stopped(store, endless, begun, eventually):
    study_id = store.create_study(endless)
    thread, heard = begun(study_id)
    eventually(lambda: heard or store.study(study_id).activity.startswith("Training"))
    store.pause(study_id)
    eventually(lambda: store.study(study_id).activity == "Paused")
    store.request_stop(study_id)
    eventually(lambda: not thread.is_alive())
    assert store.study(study_id).status == "stopped"


def test_added_seeds_change_no_number_of_those_before(store, plan, begun):
    study_id = store.create_study(plan(seeds=3))
    begun(study_id)[0].join(60)
    before = store.curves(study_id)
    store.extend(study_id, 2)
    begun(study_id)[0].join(60)
    after = store.curves(study_id)
    assert store.study(study_id).status == "finished"
    assert set(after["seed"]) == {0, 1, 2, 3, 4}
    assert after[after["seed"] < 3].reset_index(drop=True).equals(before)


def test_an_extended_study_replays_to_the_same_numbers(store, plan, begun):
    few = plan(("dense",), seeds=3, epochs=13, batch_size=4)  # too few to train in one program
    extended = store.create_study(few)
    begun(extended)[0].join(60)
    replayed = store.create_study(store.extend(extended, 3))
    begun(extended)[0].join(60)
    begun(replayed)[0].join(60)
    left, right = (
        store.curves(each).drop(columns=["study", "seconds"]) for each in (extended, replayed)
    )
    assert left.equals(right)


def test_what_the_test_samples_gave_is_stored(store, plan, begun):
    task = {**plan().task.model_dump(), "test_samples": 0}  # so that all predictions are kept
    study_id = store.create_study(plan(arms=("dense",), seeds=1, epochs=4, task=task))
    begun(study_id)[0].join(60)
    [run] = store.runs(study_id).to_dict("records")
    kept = np.load(store.artifact(study_id, "dense", 0, "predictions.npz"))
    right = (kept["probabilities"].argmax(axis=1) == kept["labels"]).mean()
    assert run["test_accuracy"] == pytest.approx(right)
    picked = kept["probabilities"][np.arange(len(kept["labels"])), kept["labels"]]
    assert run["test_loss"] == pytest.approx(-np.log(picked).mean(), rel=1e-3)
