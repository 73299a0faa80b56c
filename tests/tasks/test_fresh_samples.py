"""Tasks that draw their samples test on as many fresh ones as they are told, and nothing else."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from attnlab import catalog
from attnlab.spec import TaskSpec
from attnlab.tasks import data as task_data
from attnlab.tasks import examples, make
from attnlab.tasks.data import arrays_in, with_fewest_tests
from attnlab.tasks.images import scans

BEFORE = json.loads((Path(__file__).parent / "drawn_before.json").read_text(encoding="utf-8"))
"""Hashes of what the code drew before there were `test_samples`."""

DRAWN = [entry.name for entry in catalog.tasks() if entry.fixed_data is None]
FIXED = [entry.name for entry in catalog.tasks() if entry.fixed_data is not None]
SMALL = {"planted-channels": {"size": 6}, "planted-location": {"size": 10, "glyph": 4}}

WITH_CLASSES = [
    name for name in DRAWN if "imbalance" in TaskSpec.model_validate(name).entry.params.model_fields
]

every_drawn_task = pytest.mark.parametrize("name", DRAWN)


def task(name, samples=1000, **params):
    return TaskSpec.model_validate(
        {"name": name, "samples": samples, **SMALL.get(name, {}), **params}
    )


def arrays(split):
    return [*arrays_in(split.x), *arrays_in(split.y)]


def masks(masks):
    return list(masks.values()) if isinstance(masks, dict) else [masks]


def same(left, right):
    assert len(left) == len(right)
    for one, two in zip(left, right, strict=True):
        np.testing.assert_array_equal(one, two)


def digest(split):
    found = hashlib.sha256()
    for array in arrays(split):
        found.update(f"{array.dtype.str} {array.shape}".encode())
        found.update(np.ascontiguousarray(array).tobytes())
    return found.hexdigest()[:16]


@pytest.mark.parametrize("plan", BEFORE)
def test_without_them_every_bit_is_as_it_was_before_there_were_any(plan):
    name, _, params = plan.partition(" ")
    spec = TaskSpec.model_validate({"name": name, **json.loads(params), "test_samples": 0})
    data = make(spec, 7)
    found = {split: digest(getattr(data, split)) for split in ("train", "validation", "test")}
    assert found == BEFORE[plan]


@every_drawn_task
def test_they_change_neither_training_nor_validation_nor_the_first_samples_of_the_test(name):
    few, many = (make(task(name, test_samples=count), 3) for count in (0, 700))
    same(arrays(few.train), arrays(many.train))
    same(arrays(few.validation), arrays(many.validation))
    same(masks(few.truth), masks(many.truth))
    same(masks(few.valid), masks(many.valid))
    assert (len(few.test), len(many.test)) == (200, 700)
    same(arrays(few.test), [array[:200] for array in arrays(many.test)])
    for one, two in zip(arrays(few.test), arrays(many.test), strict=True):
        assert (one.dtype, one.shape[1:]) == (two.dtype, two.shape[1:])
        assert two.flags.c_contiguous


@every_drawn_task
def test_the_default_is_5000_and_never_fewer_than_for_validation(name):
    assert len(make(task(name, test_samples=100), 0).test) == 200
    standard = TaskSpec.model_validate(name)
    assert standard.params.test_samples == standard.fresh_samples == 5_000
    assert task(name, test_samples=100).fresh_samples == 200
    assert task(name, test_samples=0).fresh_samples == 0


@every_drawn_task
def test_they_are_fresh_for_each_seed_and_the_same_each_time(name):
    spec = task(name, test_samples=700)
    one, again, other = make(spec, 3), make(spec, 3), make(spec, 4)
    same(arrays(one.test), arrays(again.test))
    inputs = arrays_in(one.test.x)[0]
    assert not np.array_equal(inputs[200:], arrays_in(other.test.x)[0][200:])
    if name == "reverse":
        return  # of few letters, some words come twice
    seen = {sample.tobytes() for sample in arrays_in(one.train.x)[0]}
    further = {sample.tobytes() for sample in inputs[200:]}
    assert len(further & seen) <= 5  # dates may come twice
    assert len(further & {sample.tobytes() for sample in inputs[:200]}) <= 5


@pytest.mark.parametrize("name", WITH_CLASSES)
def test_they_have_the_classes_alike_and_the_true_labels(name):
    plain = make(task(name, test_samples=3000), 5)
    spoilt = make(task(name, test_samples=3000, imbalance=10, label_noise=0.3), 5)
    labels = arrays_in(plain.test.y)[0]
    counts = np.bincount(labels[200:])
    assert counts.min() > 0.8 * counts.mean()
    np.testing.assert_array_equal(labels[200:], arrays_in(spoilt.test.y)[0][200:])


@every_drawn_task
@pytest.mark.parametrize("test_samples", [0, 100, 700])
def test_the_bytes_declared_are_those_of_the_data(name, test_samples):
    spec = task(name, test_samples=test_samples)
    declared, data = spec.entry.nbytes(spec.params), make(spec, 0)
    if name == "dates":  # of the longest date in any language
        assert 0.5 * declared < data.nbytes <= declared
    else:
        assert declared == data.nbytes


@every_drawn_task
def test_seeds_are_grouped_as_if_there_were_no_more_of_them(name):
    few, many = (make(task(name, test_samples=count), 0) for count in (0, 700))
    assert many.nbytes > few.nbytes == few.nbytes_as_grouped == many.nbytes_as_grouped


@pytest.mark.parametrize("name", ["cluttered-digits", "guided"])
def test_they_show_no_scan_that_training_or_validation_shows(name):
    """Without clutter the brightest square of an image is a scan."""
    clutter = {"fragments": 0} if name == "cluttered-digits" else {"clutter": 0}
    data = make(task(name, test_samples=700, **clutter), 2)
    known = {scan.tobytes() for scan in scans()[0]}
    shown = [
        {_scan_in(image).tobytes() for image in split.x}
        for split in (data.train, data.validation, data.test)
    ]
    assert all(each <= known for each in shown)
    train, validation, test = shown
    assert not test & (train | validation)


def _scan_in(image):
    """The scan on an empty canvas. Its own outer rows and columns may be empty: try each place."""
    known = {scan.tobytes() for scan in scans()[0]}
    rows, columns = (np.flatnonzero(image[..., 0].any(axis=axis)) for axis in (1, 0))
    size = image.shape[0]
    for top in range(max(0, rows[-1] - 7), min(rows[0], size - 8) + 1):
        for left in range(max(0, columns[-1] - 7), min(columns[0], size - 8) + 1):
            cut = np.ascontiguousarray(image[top : top + 8, left : left + 8])
            if cut.tobytes() in known:
                return cut
    raise AssertionError("no scan")


@pytest.mark.parametrize("name", FIXED)
def test_fixed_data_sets_draw_none(name):
    spec = TaskSpec.model_validate(name)
    assert spec.fresh_samples == 0
    assert with_fewest_tests(spec) is spec


def test_a_look_at_samples_draws_no_more_than_it_shows(monkeypatch):
    counts = []

    def counted(spec, seed):
        counts.append(spec.params.test_samples)
        return make(spec, seed)

    monkeypatch.setattr(examples, "make", counted)
    monkeypatch.setattr(task_data, "make", counted)
    assert len(examples.examples(task("keyword-text"), 0, 3)) == 3
    assert counts == [0]
    assert examples.with_few_samples(task("keyword-text")).params.test_samples == 0
