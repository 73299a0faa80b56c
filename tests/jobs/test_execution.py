"""A study carried out: what is kept, in which order, and what happens when something breaks."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import keras
import numpy as np
import pytest

import attnlab
from attnlab.jobs import execution
from attnlab.store import Owner
from attnlab.tasks import make
from attnlab.training import EpochEnd, Progress, RunEnd

from .conftest import statuses

ARMS = ("none", "dense")


def test_a_study_is_carried_out_and_kept(store, plan, train):
    study = plan(arms=["none", "dense", "bottleneck-dense:ratio=2"], seeds=[3, 1])
    study_id = store.create_study(study)
    assert train(study_id)
    row = store.study(study_id)
    assert (row.status, row.owner, row.epochs_done) == ("finished", None, 18)
    assert set(statuses(store, study_id).values()) == {"finished"}
    curves = store.curves(study_id)
    assert len(curves) == 18
    assert np.isfinite(curves[["loss", "accuracy", "val_loss", "val_accuracy"]]).all(axis=None)
    traces = store.traces(study_id)
    assert set(traces["arm"]) == {"dense", "bottleneck-dense:ratio=2"}
    assert len(traces) == 2 * 2 * 3 * 8
    none, dense, _ = store.arms(study_id)
    assert (none.attention_parameters, dense.attention_parameters) == (0, 8 * 8 + 8)
    assert dense.parameters == dense.attention_parameters + none.parameters
    assert [layer.name for layer in dense.network] == [
        "features", "attention", "hidden", "logits",
    ]  # fmt: skip


def test_artifacts_of_a_run_can_be_loaded_and_agree(store, plan, train):
    study = plan(arms=["dense"], seeds=[3])
    study_id = store.create_study(study)
    train(study_id)
    data = make(study.task, 3)
    assert len(data.test) == 5_000  # of which the first are kept
    with np.load(store.artifact(study_id, "dense", 3, "predictions.npz")) as kept:
        predictions, labels = kept["probabilities"], kept["labels"]
    assert predictions.shape == (512, 3)
    np.testing.assert_array_equal(labels, data.test.y[:512])
    with np.load(store.artifact(study_id, "dense", 3, "traces.npz")) as kept:
        assert list(kept) == ["feature"]
        rows = kept["feature"]
    assert rows.shape == (100, 8)
    last = store.traces(study_id, epoch="last")["weight"]
    np.testing.assert_allclose(rows.mean(axis=0), last, atol=1e-6)
    model = keras.models.load_model(store.artifact(study_id, "dense", 3, "weights.keras"))
    logits = model.predict(data.test.x, verbose=0)
    np.testing.assert_allclose(keras.ops.softmax(logits)[:512], predictions, atol=1e-6)
    [run] = store.runs(study_id).to_dict("records")
    assert run["test_accuracy"] == pytest.approx((logits.argmax(axis=1) == data.test.y).mean())


def test_traces_of_several_slots_are_kept_by_block(store, plan, train):
    task = {"name": "digits", "width": 4, "blocks": 2, "head": 8}
    study_id = store.create_study(plan(arms=["none", "se:ratio=2"], seeds=1, epochs=1, task=task))
    train(study_id)
    with np.load(store.artifact(study_id, "se:ratio=2", 0, "traces.npz")) as kept:
        shapes = {axis: kept[axis].shape for axis in kept}
    assert shapes == {"block1.channel": (359, 4), "block2.channel": (359, 8)}
    assert set(store.traces(study_id)["axis"]) == {"block1/channel", "block2/channel"}
    assert store.artifact(study_id, "none", 0, "traces.npz") is None


def test_the_same_seeds_of_all_arms_end_one_soon_after_the_other(store, plan, train):
    study_id = store.create_study(plan(arms=["none", "dense"], seeds=[5, 2]))
    heard = []
    train(study_id, lambda arm, event: heard.append((arm, event)))
    ends = [(arm, event.seed, event.epoch) for arm, event in heard if isinstance(event, EpochEnd)]
    assert ends == [
        (arm, seed, epoch) for seed in (5, 2) for arm in ("none", "dense") for epoch in (1, 2, 3)
    ]
    assert sum(isinstance(event, RunEnd) for _, event in heard) == 4


def test_what_is_heard_is_in_the_store_already(store, plan, train):
    study_id = store.create_study(plan())

    def listen(arm, event):
        if isinstance(event, Progress):
            return
        runs = store.runs(study_id)
        run = runs[(runs["arm"] == arm) & (runs["seed"] == event.seed)].iloc[0]
        assert run["status"] == ("finished" if isinstance(event, RunEnd) else "running")
        if isinstance(event, EpochEnd):
            assert (run["epoch"], run["loss"]) == (event.epoch, event.loss)

    train(study_id, listen)
    assert store.study(study_id).status == "finished"


def test_activity_says_arm_seed_epoch_and_the_time_left(store, plan, train, monkeypatch):
    monkeypatch.setattr(execution, "HEARTBEAT_SECONDS", 0)
    study_id = store.create_study(plan(seeds=[5, 2]))
    said = []
    train(study_id, lambda arm, event: said.append(store.study(study_id).activity))
    assert said[0] == "Preparing No attention, seed 1 of 2"
    assert said[-1].startswith("Training Dense attention, seed 2 of 2")
    assert any("epoch 2 of 3 · about 1 s left" in words for words in said)
    assert not any("% of it" in words for words in said)  # an epoch is over at once


def test_a_long_epoch_says_how_much_of_it_is_done(store, plan, train, monkeypatch):
    monkeypatch.setattr(execution, "HEARTBEAT_SECONDS", 0)
    monkeypatch.setattr(execution, "WATCHED_SECONDS", 0)
    monkeypatch.setattr("attnlab.training.chunking.CHUNK_SECONDS", 0.0)  # step by step
    study_id = store.create_study(plan(arms=["none"], seeds=1, epochs=2))
    said = []
    train(study_id, lambda arm, event: said.append(store.study(study_id).activity))
    done = [int(words.split(" % of it")[0].split(", ")[-1]) for words in said if "% of it" in words]
    assert len(set(done)) >= 3
    assert set(done) <= set(range(0, 100, 10))
    assert store.study(study_id).activity == ""


def test_setting_the_event_stops_and_keeps_finished_runs(store, plan, train):
    study_id = store.create_study(plan(seeds=3))
    stop, after = threading.Event(), []

    def listen(arm, event):
        if stop.is_set():
            after.append(event)
        if isinstance(event, EpochEnd) and (event.seed, event.epoch) == (1, 2):
            stop.set()

    assert train(study_id, listen, stop)
    assert len(after) <= 1
    runs = store.runs(study_id)
    assert list(runs["status"]) == ["finished", "stopped", "stopped"] * 2
    assert (store.study(study_id).status, store.study(study_id).owner) == ("stopped", None)
    assert train(study_id)
    assert set(store.runs(study_id)["status"]) == {"finished"}


def test_a_study_stopped_and_resumed_has_the_numbers_of_one_that_was_not(store, plan, train):
    whole, parted = store.create_study(plan(seeds=2)), store.create_study(plan(seeds=2))
    train(whole)
    stop = threading.Event()
    for seed, epoch in ((0, 2), (1, 1), (1, 3)):
        stop.clear()

        def listen(arm, event, moment=(seed, epoch)):
            if isinstance(event, EpochEnd) and (event.seed, event.epoch) == moment:
                stop.set()

        train(parted, listen, stop)
    stop.clear()
    train(parted)
    left, right = (
        store.curves(study_id).drop(columns=["study", "seconds"]) for study_id in (whole, parted)
    )
    assert left.equals(right)
    left, right = (store.traces(study_id).drop(columns="study") for study_id in (whole, parted))
    assert left.equals(right)


def test_another_process_stops_a_training_within_a_second(store, endless, train, monkeypatch):
    code = (
        "import sys, time; from attnlab.store import Store; store = Store()\n"
        "for study_id in sys.stdin:\n"
        "    asked = time.time(); store.request_stop(study_id.strip()); print(asked, flush=True)"
    )
    other = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=Path(attnlab.__file__).parents[1],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    heartbeat = store.heartbeat
    asked = []

    def ask_right_after(study_id, activity):
        """The other process asks just when the training will not look again for a while."""
        told = heartbeat(study_id, activity)
        if study_id not in asked and ", epoch " in activity:
            asked.append(study_id)
            other.stdin.write(f"{study_id}\n")
            other.stdin.flush()
        return told

    monkeypatch.setattr(store, "heartbeat", ask_right_after)
    taken = []
    for _ in range(3):  # one has to do: the machine may be busy with other things
        study_id = store.create_study(endless)
        train(study_id)
        taken.append(time.time() - float(other.stdout.readline()))
        assert store.study(study_id).status == "stopped"
        if taken[-1] < 1:
            break
    other.communicate()
    assert taken[-1] < 1, taken


def test_a_study_that_another_process_has_is_left_alone(store, plan, train):
    study_id = store.create_study(plan())
    store.acquire(study_id, Owner.current())
    before = store.study(study_id)
    assert not train(study_id)
    assert store.study(study_id) == before


def test_a_finished_study_is_not_trained_again(store, plan, train):
    study_id = store.create_study(plan(seeds=1))
    assert train(study_id)
    before = store.curves(study_id)
    assert not train(study_id)
    assert store.curves(study_id).equals(before)


def test_a_study_trains_where_tensorflow_was_in_use_before(store, plan):
    study_id = store.create_study(plan(arms=["none"], seeds=1, epochs=1))
    code = (
        "import sys, threading, tensorflow as tf; tf.constant(1) + 1\n"
        "from attnlab.jobs import execute; from attnlab.store import Store\n"
        "execute(Store(), sys.argv[1], stop=threading.Event())\n"
        "import gc; assert gc.isenabled()  # which it is not while TensorFlow is loaded"
    )
    subprocess.run(
        [sys.executable, "-c", code, study_id],
        cwd=Path(attnlab.__file__).parents[1],
        check=True,
        capture_output=True,
    )
    assert store.study(study_id).status == "finished"
