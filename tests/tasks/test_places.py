"""Tasks with a truth of its own for each sample: it is where the signal is, and nowhere else."""

import numpy as np
import pytest
from sklearn.datasets import load_digits

from attnlab import TaskSpec
from attnlab.tasks import make
from attnlab.tasks.images import class_patterns

SMALL = ("planted-location:samples=600", "cluttered-digits:samples=600")
each_task = pytest.mark.parametrize("task", SMALL)


def drawn(task, seed=0):
    return make(TaskSpec.model_validate(task), seed)


def squares(truth):
    """Upper left corner and side of the square of True in each map; fails if it is none."""
    squares = []
    for where in truth:
        rows, columns = np.flatnonzero(where.any(axis=1)), np.flatnonzero(where.any(axis=0))
        assert where.sum() == len(rows) * len(columns)
        assert len(rows) == len(columns) == np.ptp(rows) + 1 == np.ptp(columns) + 1
        squares.append((rows[0], columns[0], len(rows)))
    return np.array(squares)


@each_task
def test_truth_is_a_square_in_each_probe_image_and_may_be_anywhere(task):
    data = drawn(task)
    assert data.truth.dtype == bool
    assert data.truth.shape == data.probe.shape[:3]
    corners = squares(data.truth)
    side = 5 if task.startswith("planted") else 8
    assert set(corners[:, 2]) == {side}
    for axis in (0, 1):
        assert set(corners[:, axis]) == set(range(20 - side + 1))
    assert abs(np.corrcoef(corners[:, 0], corners[:, 1])[0, 1]) < 0.25


@pytest.mark.parametrize(("samples", "probes"), [(600, 120), (4000, 512)])
@pytest.mark.parametrize("task", ["planted-location", "cluttered-digits"])
def test_only_the_probe_inputs_have_their_truth(task, samples, probes):
    data = drawn(f"{task}:samples={samples}")
    assert len(data.truth) == len(data.probe) == probes


@each_task
def test_noise_and_imbalance_of_the_labels_leave_the_truth_as_it_is(task):
    plain = drawn(task)
    for options in ("label_noise=0.5", "imbalance=10"):
        other = drawn(f"{task},{options}")
        np.testing.assert_array_equal(other.truth, plain.truth)
        np.testing.assert_array_equal(other.probe, plain.probe)


def test_without_noise_the_pattern_of_the_class_stands_at_the_truth_and_nothing_elsewhere():
    data = drawn("planted-location:noise=0,channels=2,samples=600")
    assert (data.probe[~data.truth] == 0).all()
    patterns = class_patterns(5, 4)
    for image, label, (row, column, side) in zip(
        data.probe, data.validation.y, squares(data.truth), strict=True
    ):
        for channel in range(2):
            shown = image[row : row + side, column : column + side, channel]
            np.testing.assert_array_equal(shown, patterns[label])


def test_without_fragments_a_scan_of_the_class_stands_at_the_truth_and_nothing_elsewhere():
    data = drawn("cluttered-digits:fragments=0,classes=10,samples=1000")
    assert (data.probe[~data.truth] == 0).all()
    scans = load_digits()
    known = {
        (scan / 16).astype("float32").tobytes(): label
        for scan, label in zip(scans.images, scans.target, strict=True)
    }
    for image, label, (row, column, side) in zip(
        data.probe, data.validation.y, squares(data.truth), strict=True
    ):
        assert known[image[row : row + side, column : column + side].tobytes()] == label


def test_fragments_lie_outside_the_truth_and_leave_the_digit_as_bright_as_it_was():
    bare, cluttered = (drawn(f"cluttered-digits:samples=600,fragments={n}") for n in (0, 8))
    lit = (cluttered.probe[..., 0] > 0) & ~cluttered.truth
    assert 0.1 < lit.sum() / (~cluttered.truth).sum() < 0.4
    np.testing.assert_array_equal(bare.truth, cluttered.truth)  # places are drawn first
    assert cluttered.probe.max() == 1


def test_no_scan_is_shown_in_two_splits():
    data = drawn("cluttered-digits:fragments=0,samples=4000")

    def shown(split):
        """The lit rectangle of every image: the same wherever the scan lies."""
        pieces = set()
        for image in split.x[..., 0] > 0, split.x[..., 0]:
            if image.dtype == bool:
                lit = image
                continue
            for values, where in zip(image, lit, strict=True):
                rows, columns = where.any(axis=1), where.any(axis=0)
                pieces.add(values[rows][:, columns].tobytes())
        return pieces

    train, validation, test = (shown(each) for each in (data.train, data.validation, data.test))
    assert len(train) > 400
    assert len(validation) > 100
    assert train.isdisjoint(validation)
    assert train.isdisjoint(test)
    assert validation.isdisjoint(test)
