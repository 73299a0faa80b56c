"""Runs are measured on all test samples, keep answers of the first, and train as without them."""

import functools

import keras
import numpy as np
import pytest

from attnlab import Study
from attnlab.jobs.records import artifacts
from attnlab.tasks import make
from attnlab.training import engine
from attnlab.training.events import EpochEnd, Progress, RunEnd
from attnlab.training.machine_limits import KEPT_ANSWERS
from attnlab.training.programs import Programs

TASKS = {
    "classes": {"name": "planted-features", "features": 8, "classes": 3, "samples": 500},
    "text that is written": {
        "name": "reverse",
        "samples": 500,
        "length": 3,
        "letters": 3,
        "units": 16,
        "embedding": 8,
    },
    "a mask beside the class": {"name": "guided", "samples": 500, "size": 16, "classes": 3},
}


def trained(task, test_samples, together=None, programs=None, **options):
    plan = {"arms": ["none"], "seeds": 2, "epochs": 2, **options}
    study = Study(task={**task, "test_samples": test_samples}, **plan)
    settings = {"task": study.task, "training": study.training, "together": together}
    return list(engine.train(study.arms[0], study.seeds, programs=programs, **settings))


@functools.cache
def few_and_many(name, together):
    """The events of trainings tested on the task's own samples and on 1300, in one program."""
    programs = Programs()
    return [trained(TASKS[name], count, together, programs) for count in (0, 1300)]


def ends(events):
    return {event.seed: event for event in events if isinstance(event, RunEnd)}


def curves(events):
    return [
        (
            *(each.seed, each.epoch, each.loss, each.accuracy, each.val_loss, each.val_accuracy),
            *each.extra_metrics.values(),
        )
        for each in events
        if isinstance(each, EpochEnd)
    ]


@pytest.mark.parametrize("together", [1, 2])
@pytest.mark.parametrize("name", TASKS)
def test_training_is_the_same_however_many_are_tested(name, together):
    few, many = few_and_many(name, together)
    assert curves(few) == curves(many)
    for seed, end in ends(many).items():
        before = ends(few)[seed]
        assert len(before.predictions) == len(before.labels) == 100
        assert len(end.predictions) == len(end.labels) == KEPT_ANSWERS == 512
        np.testing.assert_array_equal(end.labels[:100], before.labels)
        np.testing.assert_allclose(end.predictions[:100], before.predictions, atol=1e-6)
        assert end.tested != before.tested


@pytest.mark.parametrize("name", TASKS)
def test_training_and_tests_are_the_same_alone_and_together(name):
    alone, together = (few_and_many(name, seats)[1] for seats in (1, 2))
    in_order, expected = (np.array(sorted(curves(events))) for events in (together, alone))
    np.testing.assert_allclose(in_order[:, :6], expected[:, :6], rtol=0, atol=1e-4)
    np.testing.assert_allclose(in_order[:, 6:], expected[:, 6:], rtol=0, atol=1e-3)
    for seed, end in ends(together).items():
        other = ends(alone)[seed]
        assert end.predictions.shape == other.predictions.shape
        assert end.predictions.dtype == other.predictions.dtype
        assert end.tested == pytest.approx(other.tested, abs=0.02)
    assert set(in_order[:, 0]) == {0, 1}


@pytest.mark.parametrize("together", [1, 2])
def test_what_is_tested_is_all_of_the_test_split(together, tmp_path):
    events = trained(TASKS["classes"], 1300, together, epochs=4)
    study = Study(task={**TASKS["classes"], "test_samples": 1300}, arms=["none"])
    for seed, end in ends(events).items():
        split = make(study.task, seed).test
        (tmp_path / "model.keras").write_bytes(end.model)
        logits = keras.models.load_model(tmp_path / "model.keras").predict(split.x, verbose=0)
        right = (logits.argmax(axis=-1) == split.y).mean()
        assert end.tested["accuracy"] == pytest.approx(right)
        first = (end.predictions.argmax(axis=-1) == end.labels).mean()
        assert first != pytest.approx(right)


def test_a_large_test_split_is_passed_in_parts_between_which_training_can_stop():
    events = trained(TASKS["classes"], 5000, together=1, seeds=1)
    last = max(number for number, event in enumerate(events) if isinstance(event, EpochEnd))
    testing = [event.share for event in events[last:] if isinstance(event, Progress)]
    assert len(testing) == 5000 // 512 + 1 + 1  # a part each, and the end of the epoch
    assert testing == sorted(testing)
    assert testing[-1] == 1


def test_what_is_kept_on_disk_does_not_grow_with_them(tmp_path):
    sizes = []
    for count in (600, 5000):
        [end] = ends(trained(TASKS["classes"], count, seeds=1)).values()
        artifacts(end)["predictions.npz"](tmp_path / "predictions.npz")
        sizes.append((tmp_path / "predictions.npz").stat().st_size)
    assert sizes[0] == sizes[1]
