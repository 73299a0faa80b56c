"""The task on a table of one's own: how it is found, what a seed gets, and when a fault is told."""

import math
import pickle

import numpy as np
import pytest

from attnlab import SpecError, Study, TaskSpec
from attnlab.analysis.attention import is_truth_per_sample
from attnlab.data.tables import TableError
from attnlab.tasks import carrying, make
from attnlab.tasks.examples import examples
from attnlab.training import memory
from tests.data.tables.tables import drawn, written


def spec(path, **options):
    return TaskSpec.model_validate({"data": str(path), **options})


@pytest.fixture
def path(tmp_path):
    return written(tmp_path / "mine.csv", drawn(60))


def test_data_name_their_task_in_python_and_yaml(path, tmp_path):
    study = Study(task={"data": str(path), "label": "label"}, arms=["none"], seeds=1)
    assert study.task.name == "own-table"
    text = f"task: {{data: {path}, label: label}}\narms: [none]\nseeds: 1\n"
    assert Study.from_text(text) == study
    assert Study.from_text(study.to_yaml()) == study
    images = TaskSpec.model_validate({"data": "pets.zip", "size": 64})
    assert images == TaskSpec.model_validate("image-folder:source=folder,path=pets.zip,size=64")
    folder = TaskSpec.model_validate({"data": str(tmp_path)})
    assert (folder.name, folder.params.path) == ("image-folder", str(tmp_path))
    named = TaskSpec.model_validate({"name": "image-folder", "data": "pets.zip", "size": 64})
    assert named == images


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ({"data": "notes.md"}, "cannot tell what lies at 'notes.md'"),
        ({"data": ""}, "expected a path, got ''"),
        ({"data": 3}, "a task needs a name"),
        ({"data": "pets.zip", "path": "cats.zip"}, "data chooses path already"),
        ({"name": "digits", "data": "a.csv"}, "unknown parameter 'data'"),
        ({"data": "a.csv", "labels": "x"}, "unknown parameter 'labels'"),
    ],
)
def test_data_that_no_task_takes_are_told(task, told):
    with pytest.raises(SpecError, match=told):
        TaskSpec.model_validate(task)


def test_a_path_is_kept_absolute(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("HOME", str(path.parent))
    short = TaskSpec.model_validate("own-table:data=mine.csv")
    assert short.params.data == str(path)
    assert spec("~/mine.csv") == spec(" mine.csv ") == short


def test_a_study_whose_table_is_gone_can_be_opened_but_not_trained(path):
    arms = ["none", "feature-gate:ratio=2"]
    study = Study(task={"data": str(path), "truth": "width"}, arms=arms, seeds=2)
    memory.check(study)
    assert study.task.chance == 1 / 3
    path.unlink()
    assert Study.from_text(study.to_yaml()) == study
    assert math.isnan(study.task.chance)
    assert study.task.truth == ()
    assert study.task.entry.split_sizes(study.task.params) is None
    with pytest.raises(TableError, match="there is no such file"):
        memory.check(study)
    with pytest.raises(TableError, match="there is no such file"):
        make(study.task, 0)


def test_every_seed_has_the_same_inputs_and_other_rows(path):
    first, second = make(spec(path), 0), make(spec(path), 1)
    assert first.train.x.shape == second.train.x.shape == (36, 8)
    assert [len(part) for part in (first.validation, first.test)] == [12, 12]
    assert first.test.x.tobytes() != second.test.x.tobytes()
    assert first.train.y.dtype == np.int32


def test_the_class_and_every_input_are_shown_by_their_names(path):
    (shown,) = examples(spec(path, truth="shape"), 0, 1)
    assert shown.label in ("c0", "c1", "c2")
    assert shown.names[:2] == ("width", "width is missing")
    assert len(shown.names) == len(shown.values)
    marked = [name for name, there in zip(shown.names, shown.truth, strict=True) if there]
    assert marked == ["shape: flat", "shape: round", "shape: square", "shape is missing"]


def test_columns_that_matter_are_the_truth_of_every_sample(path):
    told = spec(path, truth="shape, width")
    assert told.truth == (0, 1, 4, 5, 6, 7) == tuple(np.flatnonzero(make(told, 0).truth[0]))
    assert told.truth_axis == "feature"
    assert not is_truth_per_sample(Study(task=told.model_dump(), arms=["dense"], seeds=1))


def test_without_them_nothing_is_said_of_a_truth(path):
    silent = spec(path)
    assert make(silent, 0).truth is None
    assert (silent.truth_axis, silent.truth) == ("", ())
    plan = {"task": silent.model_dump(), "arms": ["none", "dense"], "seeds": 1}
    assert not is_truth_per_sample(Study(**plan))
    with pytest.raises(SpecError, match="metric mass needs a truth"):
        Study(**plan, metric="mass")
    assert Study(**{**plan, "task": spec(path, truth="width").model_dump()}, metric="mass")


def test_a_truth_that_no_network_gets_is_told_before_anything_is_trained(path):
    for truth, told in (("with", "near it are width"), ("id", "another text in nearly every row")):
        study = Study(task={"data": str(path), "truth": truth}, arms=["none"], seeds=1)
        with pytest.raises(TableError, match=told):
            memory.check(study)


def test_a_module_that_does_not_go_with_the_inputs_is_told_before_anything_is_trained(path):
    study = Study(task={"data": str(path)}, arms=["feature-gate:ratio=16"], seeds=1)
    with pytest.raises(SpecError, match="features=8, ratio=16"):
        memory.check(study)


def test_names_with_commas_stand_in_quotes(tmp_path):
    text = 'x,"length, in mm",y\n' + "".join(f"{n % 9},{n % 7},{'ab'[n % 2]}\n" for n in range(30))
    task = spec(written(tmp_path / "t.csv", text), leave_out='x, "no"', label="y")
    with pytest.raises(TableError, match=r"leave_out: .* got 'no'"):
        make(task, 0)
    left = spec(tmp_path / "t.csv", leave_out='"length, in mm"', label="y")
    assert make(left, 0).train.x.shape[1] == 1


def test_a_table_is_carried_to_machines_that_do_not_have_it(path):
    task = spec(path)
    before = make(task, 0)
    sent = pickle.loads(pickle.dumps(carrying.carried(task)))
    path.unlink()
    with pytest.raises(TableError):
        make(task, 0)
    sent.install()
    try:
        np.testing.assert_array_equal(make(task, 0).train.x, before.train.x)
    finally:
        sent.remove()
    with pytest.raises(TableError):
        make(task, 0)
    assert carrying.carried(TaskSpec.model_validate("own-table")) is None


def test_guessing_is_right_as_often_as_validation_shows_the_commonest_class():
    task = TaskSpec.model_validate("own-table:label=island")
    validation = make(task, 0).validation
    assert task.chance == np.bincount(validation.y).max() / len(validation) > 0.4
