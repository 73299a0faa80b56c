"""The task on series of one's own: how it is found, what a seed gets, what is done with padding."""

import math
import pickle
import random

import numpy as np
import pytest

from attnlab import Study, TaskSpec
from attnlab.backbones import build
from attnlab.data.states import fingerprints
from attnlab.data.tables import TableError
from attnlab.spec import ModuleSpec
from attnlab.tasks import carrying, make
from attnlab.tasks.examples import examples
from attnlab.training import memory
from tests.arms import fitting
from tests.data.series.samples import arrays, drawn
from tests.data.tables.tables import FLOWERS, written


def spec(path, **options):
    return TaskSpec.model_validate({"data": str(path), **options})


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "mine.csv", drawn())


def test_data_that_are_series_name_their_task(path, tmp_path):
    assert spec(path).name == "own-series"
    assert spec(written(tmp_path / "f.csv", FLOWERS)).name != "own-series"
    assert spec(tmp_path / "f.csv", series="colour", order="picked").name == "own-series"
    np.savez(tmp_path / "s.npz", **arrays())
    assert spec(tmp_path / "s.npz").name == "own-series"
    study = Study(task={"data": str(path)}, arms=["none"], seeds=1)
    assert Study.from_text(study.to_yaml()) == study


def test_every_seed_has_steps_of_the_same_shape_and_other_series(path):
    task = spec(path, truth="matters", leave_out="day")
    first, second = make(task, 0), make(task, 1)
    steps, channels = task.params.shape
    for data in (first, second):
        assert [each.shape for each in data.train.x] == [(16, steps, channels), (16, steps)]
        assert [each.dtype for each in data.train.x] == [np.float32, np.int32]
        assert data.truth.shape == data.valid.shape == (4, steps)
        assert data.truth.sum(axis=1).tolist() == [1] * 4
        assert not data.truth[~data.valid].any()
    assert first.test.x[0].tobytes() != second.test.x[0].tobytes()
    assert task.entry.nbytes(task.params) >= first.nbytes
    assert (task.class_names, task.truth_axis) == (("a", "b"), "step")
    assert spec(path).truth_axis == ""
    fewer = make(spec(path, imbalance=5), 0)
    assert len(fewer.train) == len(fewer.train.x[0]) == len(fewer.train.x[1]) < 16


def test_a_sample_is_shown_as_far_as_it_goes(path):
    (shown,) = examples(spec(path, truth="matters", leave_out="day"), 0, 1)
    assert shown.kind == "series"
    assert shown.values.shape == (len(shown.truth), 3)
    assert shown.names == ("height", "width", "height is missing")
    assert shown.label in ("a", "b")


def test_a_study_whose_series_are_gone_can_be_opened_but_not_trained(path):
    task = {"data": str(path), "truth": "matters"}
    study = Study(task=task, arms=["none"], seeds=2, metric="val_loss")
    memory.check(study)
    before = fingerprints(study)
    written(path, drawn(seed=1))
    assert fingerprints(study) != before
    path.unlink()
    assert Study.from_text(study.to_yaml()) == study
    assert math.isnan(study.task.chance)
    assert study.task.class_names == ()
    with pytest.raises(TableError, match="there is no such file"):
        memory.check(study)


def test_series_are_carried_to_machines_that_do_not_have_them(path):
    task = spec(path)
    before = make(task, 0)
    sent = pickle.loads(pickle.dumps(carrying.carried(task)))
    path.unlink()
    sent.install()
    try:
        np.testing.assert_array_equal(make(task, 0).train.x[0], before.train.x[0])
    finally:
        sent.remove()
    with pytest.raises(TableError):
        make(task, 0)


@pytest.mark.parametrize(
    ("encoder", "modules"), [("dense", fitting("steps")), ("gru", ["none", "attention-pool"])]
)
def test_what_stands_behind_the_end_changes_no_answer(path, encoder, modules):
    task = spec(path, encoder=encoder, units=8)
    steps, there = make(task, 0).test.x
    other = steps + 9 * (there == 0)[..., None].astype(np.float32)
    assert not np.array_equal(steps, other)
    for name in modules:
        random.seed(0)
        model = build(task, ModuleSpec.model_validate(name)).model
        answers = [model([each, there], training=False).numpy() for each in (steps, other)]
        np.testing.assert_allclose(*answers, atol=1e-5, err_msg=name)
