"""A task on what a program holds in memory: kept by its content, and as a file of the same."""

import numpy as np
import pandas as pd
import pytest

import attnlab
from attnlab.resources import PENGUINS
from attnlab.tasks import make

RANDOM = np.random.default_rng(0)
X, Y = RANDOM.normal(size=(60, 4)), np.arange(60) % 3


def arrays(task):
    data = make(task, 0)
    return [array.tobytes() for part in (data.train, data.test) for array in (part.x, part.y)]


def test_a_frame_is_the_table_of_its_file(home):
    frame = pd.read_csv(PENGUINS)
    task = attnlab.own(frame, label="species", truth=["bill_length_mm", "sex"], share=0.3)
    assert (task.name, task.params.label, task.params.share) == ("own-table", "species", 0.3)
    assert task.params.truth == "bill_length_mm, sex"
    assert task.params.data.startswith(str(home / "uploads"))
    assert task.title == "Your table (own.parquet)"
    file = attnlab.TaskSpec.model_validate({"data": str(PENGUINS), "share": 0.3})
    assert arrays(task) == arrays(file)
    assert attnlab.own(frame, label="species").params.data == task.params.data
    assert attnlab.own(frame.drop(columns="species"), frame["species"]).params.label == "species"
    mass = attnlab.own(frame, label="body_mass_g", truth=[1, 2])
    assert (mass.name, mass.params.truth) == ("own-number", "island, bill_length_mm")


def test_a_pair_of_arrays_is_a_table_with_its_truth(home):
    task = attnlab.own(X, Y, truth=[False, True, False, True], called="noise")
    assert (task.name, task.truth, task.params.classes) == ("own-table", (1, 3), 3)
    assert task.title == "Your table (noise.npz)"
    assert attnlab.own(X, Y, called="again").params.data == task.params.data
    named = attnlab.own(X.tolist(), list("abc" * 20), names=list("pqrs"), truth=["q"])
    assert (named.input_names, named.truth) == (tuple("pqrs"), (1,))
    assert attnlab.own(X, X[:, 0] + 1).name == "own-number"
    assert attnlab.own(X, Y, task="own-number").name == "own-number"
    classes = attnlab.own(X, Y, classes=["one", "two", "ten"])
    assert classes.params.classes == 3
    assert len(list((home / "uploads").iterdir())) == 4


def test_images_have_a_truth_for_each_or_for_all():
    images = RANDOM.integers(0, 256, (60, 8, 9, 3)).astype(np.uint8)
    task = attnlab.own(images, Y, truth=images[..., 0] > 99)
    assert (task.name, task.params.shape, task.params.truth) == ("own-arrays", (8, 9, 3), True)
    assert make(task, 0).truth.shape == (12, 8, 9)
    grey = attnlab.own(images[..., 0] / 255.0, Y, task="own-arrays", width=4)
    assert (grey.params.shape, grey.params.width) == ((8, 9, 1), 4)


def test_a_study_of_arrays_is_trained(home):
    study = attnlab.Study(
        task=attnlab.own(X, Y, truth=[1]), arms=["none", "dense"], seeds=2, epochs=1
    )
    result = attnlab.run(study, workers="inline")
    assert result.status == "finished"
    assert len(result.store.data_states(result.id)) == 1
    assert attnlab.open(result.id).study == study


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"x": X}, "expected labels y beside the samples x"),
        ({"x": "pets.zip", "y": Y}, "expected x of shape|as an array of numbers"),
        ({"x": X, "y": Y, "label": "y"}, "label names a column of a DataFrame"),
        ({"x": [[1, 2], [3]], "y": [0, 1]}, "x is no array"),
        ({"x": X, "y": [object()] * 60}, "expected y as an array of numbers or texts, got list"),
        ({"x": X, "y": Y, "truth": [7]}, r"truth: expected places from 0 to 3, got \[7\]"),
        ({"x": X, "y": Y, "truth": ["z"]}, "truth: expected names of columns, got 'z'"),
        ({"x": X, "y": Y, "truth": [True]}, "truth: expected 4 booleans"),
        ({"x": X, "y": Y, "shares": 0.3}, "unknown parameter 'shares'"),
        ({"x": X.reshape(60, 2, 2, 1, 1), "y": Y}, "expected x of shape"),
        ({"x": RANDOM.normal(size=(60, 9, 2)), "y": Y}, "series are not taken from arrays here"),
        ({"x": pd.DataFrame({"y": [1]}), "y": [1]}, "the labels are given twice"),
        ({"x": pd.DataFrame({"a": [1]}), "y": [1, 2]}, "expected 1 labels, one for each row"),
        ({"x": pd.DataFrame({"a": [1, "b"]})}, "cannot be kept as Parquet"),
        ({"x": pd.DataFrame({"a": [1]}), "names": ["b"]}, "names and classes are for arrays"),
    ],
)
def test_what_no_task_takes_is_told(given, told):
    with pytest.raises(attnlab.SpecError, match=told):
        attnlab.own(**given)
