"""Label noise and class imbalance: in the training data alone, and only as much as was asked."""

from dataclasses import replace

import numpy as np
import pytest

from attnlab import TaskSpec, catalog
from attnlab.tasks import Split, make
from attnlab.tasks.data import arrays_in
from attnlab.tasks.images import class_patterns
from attnlab.tasks.labels import class_shares

WITH_CLASSES = [
    entry.name for entry in catalog.tasks() if issubclass(entry.params, catalog.LabelParameters)
]
every_task = pytest.mark.parametrize("task", WITH_CLASSES)
drawn_tasks = pytest.mark.parametrize("task", ["planted-features", "planted-channels"])


def drawn(task, seed=0, **options):
    """The data, with the first inputs, and class numbers alone for what is to be answered."""
    data = make(TaskSpec.model_validate({"name": task, **options}), seed)
    splits = {name: getattr(data, name) for name in ("train", "validation", "test")}
    only = {
        name: Split(arrays_in(split.x)[0], arrays_in(split.y)[0]) for name, split in splits.items()
    }
    return replace(data, **only)


def counts(split, classes):
    return np.bincount(split.y, minlength=classes)


def assert_same(one, two):
    np.testing.assert_array_equal(one.x, two.x)
    np.testing.assert_array_equal(one.y, two.y)


@every_task
def test_noise_replaces_its_share_of_the_training_labels_and_nothing_else(task):
    clean = drawn(task)
    for share in (0.1, 0.5, 0.9):
        noisy = drawn(task, label_noise=share)
        assert_same(noisy.validation, clean.validation)
        assert_same(noisy.test, clean.test)
        np.testing.assert_array_equal(noisy.train.x, clean.train.x)
        assert noisy.train.y.dtype == np.int32
        assert set(noisy.train.y) <= set(range(clean.classes))
        replaced = (noisy.train.y != clean.train.y).mean()
        assert replaced == pytest.approx(share, abs=4 * np.sqrt(0.25 / len(clean.train)))


@every_task
def test_more_noise_replaces_the_same_labels_by_the_same_classes_and_others(task):
    clean = drawn(task).train.y
    some, more = (drawn(task, label_noise=share).train.y for share in (0.2, 0.6))
    replaced = some != clean
    np.testing.assert_array_equal(some[replaced], more[replaced])
    assert (more != clean).sum() > 2 * replaced.sum()


def test_a_label_becomes_any_other_class_alike():
    options = {"classes": 4, "samples": 50_000}
    clean = drawn("planted-features", **options).train.y
    noisy = drawn("planted-features", **options, label_noise=0.9).train.y
    for label in range(4):
        became = np.bincount(noisy[clean == label], minlength=4) / (clean == label).sum()
        assert became == pytest.approx(np.where(np.arange(4) == label, 0.1, 0.3), abs=0.02)


def test_noise_is_another_at_another_seed_and_the_same_at_the_same():
    wrong = [
        drawn("planted-features", seed, label_noise=0.5).train.y
        != drawn("planted-features", seed).train.y
        for seed in (0, 0, 1)
    ]
    np.testing.assert_array_equal(wrong[0], wrong[1])
    assert 0.4 < (wrong[0] == wrong[2]).mean() < 0.6


def test_shares_fall_evenly_from_the_first_class_to_the_last():
    assert class_shares(3, 100) == pytest.approx([1, 0.1, 0.01])
    assert class_shares(2, 5) == pytest.approx([1, 0.2])
    assert class_shares(4, 1).tolist() == [1, 1, 1, 1]


@every_task
def test_imbalance_leaves_validation_and_test_as_they_were(task):
    balanced, imbalanced = drawn(task), drawn(task, imbalance=20)
    assert_same(imbalanced.validation, balanced.validation)
    assert_same(imbalanced.test, balanced.test)
    assert imbalanced.train.x.dtype == balanced.train.x.dtype
    assert imbalanced.train.y.dtype == np.int32
    assert len(imbalanced.train.x) == len(imbalanced.train.y)


@every_task
@pytest.mark.parametrize("imbalance", [2, 10, 100])
def test_training_classes_have_their_shares(task, imbalance):
    data = drawn(task, imbalance=imbalance)
    class_counts = counts(data.train, data.classes)
    shares = class_shares(data.classes, imbalance)
    commonest = class_counts[0] / shares[0]
    assert class_counts == pytest.approx(np.maximum(1, commonest * shares), abs=1)


@drawn_tasks
@pytest.mark.parametrize("imbalance", [3, 100])
def test_drawn_tasks_keep_their_number_of_samples_and_its_shares_at_every_seed(task, imbalance):
    first, second = (drawn(task, seed, imbalance=imbalance) for seed in (0, 1))
    assert len(first.train) == len(drawn(task).train)
    assert (counts(first.train, 5) == counts(second.train, 5)).all()
    assert not np.array_equal(first.train.y, second.train.y)
    assert len(set(first.train.y[:50])) > 2  # in no order


@pytest.mark.parametrize(
    "options",
    [
        {"task": "planted-features", "classes": 200, "samples": 500},
        {"task": "planted-channels", "classes": 20, "samples": 200},
        {"task": "digits"},
        {"task": "digits", "classes": 2},
    ],
)
def test_every_class_keeps_a_training_sample(options):
    for imbalance in (2, 100):
        data = drawn(**options, imbalance=imbalance)
        assert counts(data.train, data.classes).min() >= 1


def test_inputs_show_the_true_class_under_imbalance_and_noise():
    data = drawn("planted-features", imbalance=10)
    noisy = drawn("planted-features", imbalance=10, label_noise=0.4)
    np.testing.assert_array_equal(data.train.x[:, 1], data.train.y)
    np.testing.assert_array_equal(noisy.train.x, data.train.x)
    assert (noisy.train.y != data.train.y).mean() == pytest.approx(0.4, abs=0.03)

    data = drawn("planted-channels", imbalance=10, noise=0, samples=400)
    noisy = drawn("planted-channels", imbalance=10, noise=0, samples=400, label_noise=0.4)
    [channel, _] = catalog.planted_channels(catalog.PlantedChannelsParameters())
    shown = class_patterns(8, 5)[data.train.y]
    np.testing.assert_array_equal(noisy.train.x[..., channel], shown)
    assert (noisy.train.y != data.train.y).any()


def test_imbalance_changes_no_noise_of_the_inputs():
    balanced, imbalanced = (drawn("planted-features", imbalance=ratio) for ratio in (1, 50))
    np.testing.assert_array_equal(
        np.delete(imbalanced.train.x, 1, axis=1), np.delete(balanced.train.x, 1, axis=1)
    )


def test_imbalanced_digits_are_some_of_the_balanced_ones_in_their_order():
    for seed in range(5):
        balanced, some = drawn("digits", seed), drawn("digits", seed, imbalance=20)
        place = {sample.tobytes(): number for number, sample in enumerate(balanced.train.x)}
        places = [place[sample.tobytes()] for sample in some.train.x]
        assert places == sorted(set(places))
        np.testing.assert_array_equal(some.train.y, balanced.train.y[places])
        assert counts(some.train, 10)[0] > 0.8 * counts(balanced.train, 10)[0]


@every_task
def test_bytes_declared_are_enough_for_imbalanced_data(task):
    spec = TaskSpec.model_validate({"name": task, "imbalance": 10, "label_noise": 0.3})
    assert spec.entry.nbytes(spec.params) >= make(spec, 0).nbytes
