"""The task on images that come as arrays: pixels, splits, truth, and what is refused."""

import math

import numpy as np
import pytest

from attnlab import Study, TaskSpec
from attnlab.analysis.attention import is_truth_per_sample
from attnlab.data.labelled_images import images_at, inspect_labelled
from attnlab.data.tables import TableError
from attnlab.tasks import make
from attnlab.training import memory

SAMPLES = 40
RANDOM = np.random.default_rng(0)
X = RANDOM.integers(0, 256, (SAMPLES, 9, 10)).astype(np.uint8)
Y = np.array(["ant", "bee"])[np.arange(SAMPLES) % 2]


def spec(path, **arrays):
    options = arrays.pop("options", {})
    np.savez(path, **{"x": X, "y": Y, **arrays})
    return TaskSpec.model_validate({"data": str(path), **options})


@pytest.fixture
def path(tmp_path):
    return tmp_path / "images.npz"


def test_bytes_become_numbers_from_0_to_1_whatever_was_trained_on(path):
    task = spec(path)
    assert (task.name, task.class_names, task.params.shape) == (
        "own-arrays",
        ("ant", "bee"),
        (9, 10, 1),
    )
    data = make(task, 0)
    parts = (data.train, data.validation, data.test)
    assert [part.x.shape for part in parts] == [(24, 9, 10, 1), (8, 9, 10, 1), (8, 9, 10, 1)]
    assert np.sort(np.concatenate([part.x.ravel() for part in parts])) == pytest.approx(
        np.sort(X.ravel()) / 255
    )
    assert task.chance == 0.5


def test_other_numbers_are_scaled_by_the_training_images_alone(path):
    x = RANDOM.normal(size=(SAMPLES, 9, 10, 3))
    parts = {"x_train": x[:20], "y_train": Y[:20], "x_val": x[20:30], "y_val": Y[20:30]}
    data = make(spec(path, **parts, x_test=50 * x[30:], y_test=Y[30:], x=x, y=Y), 0)
    assert len(data.train) == 24  # whole arrays go before those of splits
    np.savez(path, **parts, x_test=50 * x[30:], y_test=Y[30:])
    data = make(TaskSpec.model_validate({"data": str(path)}), 0)
    low, high = x[:20].min(), x[:20].max()
    assert (data.train.x.min(), data.train.x.max()) == (0, 1)
    expected = np.clip((50 * x[30:] - low) / (high - low), 0, 1)
    assert np.sort(data.test.x.ravel()) == pytest.approx(np.sort(expected.ravel()), abs=1e-6)


def test_the_truth_is_that_of_each_probe_image(path):
    marked = X.copy()
    truth = np.zeros((SAMPLES, 9, 10), bool)
    rows = np.arange(SAMPLES)
    truth[rows, rows % 9, rows % 10] = True
    marked[truth] = 255
    marked[~truth] //= 2
    task = spec(path, x=marked, truth=truth)
    assert task.params.truth
    assert TaskSpec.model_validate(task.model_dump()) == task
    data = make(task, 3)
    np.testing.assert_array_equal(data.truth, data.validation.x[..., 0] == 1)
    assert is_truth_per_sample(Study(task=task.model_dump(), arms=["cbam-spatial"], seeds=1))
    same = spec(path, truth=truth[0])
    assert make(same, 0).truth.tolist() == [truth[0].tolist()] * 8
    silent = spec(path)
    assert (silent.params.truth, make(silent, 0).truth, silent.truth_axis) == (False, None, "")
    wanted = TaskSpec.model_validate({"name": "own-arrays", "data": str(path), "truth": True})
    with pytest.raises(TableError, match="expected an array truth in"):
        memory.check(Study(task=wanted.model_dump(), arms=["none"], seeds=1))


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"x": X[:, :4, :4]}, "expected images of 8 to 512 pixels each way"),
        ({"x": np.repeat(X[..., None], 2, axis=3)}, "expected images with 1 or 3 channels"),
        ({"x": np.where(X > 3, X, np.nan)}, "hold values that are no finite number"),
        ({"x": X.reshape(SAMPLES, -1)}, "expected images of shape"),
        ({"y": np.arange(SAMPLES) + 0.5}, "the task own-number predicts numbers"),
        ({"y": ["a", *["b"] * (SAMPLES - 1)]}, "expected at least 3 rows of each class"),
        ({"y": ["a"] * SAMPLES}, "expected at least two classes"),
        ({"y": np.where(np.arange(SAMPLES), np.arange(SAMPLES) % 2, np.nan)}, "have no label"),
    ],
)
def test_images_that_can_not_be_used_are_told(path, arrays, told):
    np.savez(path, **{"x": X, "y": Y, **arrays})
    task = TaskSpec.model_validate({"name": "own-arrays", "data": str(path)})
    with pytest.raises(TableError, match=told):
        make(task, 0)
    assert math.isnan(task.chance)
    assert (task.class_names, task.entry.split_sizes(task.params)) == ((), None)


def test_copies_and_uneven_classes_are_warned_of(path):
    x = X.copy()
    x[:10] = x[0]
    np.savez(path, x=x, y=np.array(["a"] * 30 + ["b"] * 10))
    copies, uneven = inspect_labelled(images_at(path, 0.2)).warnings
    assert "images held out are the same as a training image" in copies
    assert uneven.startswith("a has 30 images and b 10: judge by balanced accuracy")
