"""Images that are read from disk when they are needed give what they give in memory."""

import pickle

import numpy as np
import pytest
from data.images.conftest import noise

from attnlab import SpecError, Study, TaskSpec
from attnlab.data.memory import VARIABLE, most_in_memory
from attnlab.tasks import carried_images, make
from attnlab.tasks.examples import example
from attnlab.tasks.image_rows import ImageRows
from attnlab.tasks.preparing import preparing
from attnlab.training import memory
from attnlab.workers import memory_line


@pytest.fixture
def task(tmp_path):
    for number in range(30):
        path = tmp_path / "set" / ("cats" if number % 2 else "dogs") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(noise(number))
    options = {"size": 8, "imbalance": 2, "label_noise": 0.2}
    return TaskSpec.model_validate({"data": str(tmp_path / "set"), **options})


def test_splits_are_those_in_memory(task, monkeypatch):
    held = make(task, 3)
    assert isinstance(held.train.x, np.ndarray)
    monkeypatch.setenv(VARIABLE, "0")
    data = make(task, 3)
    for name in ("train", "validation", "test"):
        x, expected = getattr(data, name).x, getattr(held, name).x
        assert isinstance(x, ImageRows)
        assert (x.shape, x.ndim, x.nbytes) == (expected.shape, expected.ndim, expected.nbytes)
        np.testing.assert_array_equal(np.asarray(x), expected)
        np.testing.assert_array_equal(x[1], expected[1])
        np.testing.assert_array_equal(np.asarray(x[2:4]), expected[2:4])
        np.testing.assert_array_equal(x[:, 0, 0], expected[:, 0, 0])
        np.testing.assert_array_equal(getattr(data, name).y, getattr(held, name).y)
    assert data.nbytes_as_grouped == held.nbytes_as_grouped  # so that seeds group alike
    shown = example(task, data, 2)
    np.testing.assert_array_equal(shown.values, held.validation.x[2])


def test_other_processes_are_sent_numbers_and_the_path(task, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    x = make(task, 0).train.x
    sent = pickle.dumps(x)
    assert len(sent) < x.pixels.nbytes / 4
    there = pickle.loads(sent)
    np.testing.assert_array_equal(np.asarray(there), np.asarray(x))
    assert there.pixels is x.pixels  # one map of the file in a process


def test_reading_is_told_step_by_step_and_once(task, monkeypatch):
    monkeypatch.setattr("attnlab.tasks.preparing.EACH_SECONDS", 0.0)
    monkeypatch.setenv(VARIABLE, "0")
    *steps, last = preparing(task)
    assert [step.text for step in steps][-1] == "Reading images: 30 of 30"
    assert not any(step.lasts for step in steps)
    assert last.lasts
    assert last.text.startswith("Images stream from a file on disk of 6 KiB: each seed's would")
    assert not list(preparing(task))
    monkeypatch.delenv(VARIABLE)
    assert [step.text for step in preparing(task)][-1] == "Reading images: 30 of 30"
    assert not list(preparing(task))
    assert not list(preparing(TaskSpec.model_validate("digits")))


def test_what_streams_takes_little_memory_and_the_line_says_so(tmp_path, task, monkeypatch):
    study = Study(task=task.model_dump(), arms=["none"], seeds=4)
    assert "stream" not in memory_line(study)
    held = memory.needed(study)
    monkeypatch.setenv(VARIABLE, "0")
    assert memory.needed(study) < held / 10
    assert memory_line(study).endswith("; images stream from 6 KiB on disk")


def test_the_limit_is_half_a_gibibyte_or_a_part_of_what_is_free_or_as_said(monkeypatch):
    assert 0 < most_in_memory() <= 512 * 2**20
    monkeypatch.setattr("attnlab.data.memory.available", lambda: 2**30)
    assert most_in_memory() == 64 * 2**20
    monkeypatch.setenv(VARIABLE, "1.5")
    assert most_in_memory() == 1.5 * 2**20
    for wrong in ("-1", "much", "nan"):
        monkeypatch.setenv(VARIABLE, wrong)
        with pytest.raises(SpecError, match="expected MiB from 0 on in ATTNLAB_STREAM_FROM, got"):
            most_in_memory()


def test_a_cluster_is_sent_the_pixels_up_to_a_limit(task, monkeypatch):
    monkeypatch.setenv(VARIABLE, "0")
    here = make(task, 0)
    brought = pickle.loads(pickle.dumps(carried_images.carried_images(task.params)))
    brought.install()
    try:
        assert not list(preparing(task))
        there = make(task, 0)
        assert there.train.x.pixels is brought.decoded
        np.testing.assert_array_equal(np.asarray(there.train.x), np.asarray(here.train.x))
        assert pickle.loads(pickle.dumps(there.train.x)).shape == there.train.x.shape
    finally:
        brought.remove()
    monkeypatch.setattr(carried_images, "MOST_CARRIED", 1000)
    with pytest.raises(SpecError, match="take 6 KiB, and at most 1000 B are sent to the nodes"):
        carried_images.carried_images(task.params)
