"""The data of each task: what it looks like, where its signal is; all arms see the same."""

import tracemalloc

import numpy as np
import pytest

from attnlab import Study, TaskSpec, catalog
from attnlab.tasks import make
from attnlab.tasks.images import PATTERN_PEAK, class_patterns
from attnlab.training import engine
from attnlab.training.program import Program

from .small import SIZES, TASKS, arrays, every_task, spec, splits


@every_task
def test_splits_have_their_sizes_shapes_and_types(name):
    train, held_out, shape, classes = SIZES[name]
    data = make(spec(name), 0)
    assert [len(split) for split in splits(data)] == [train, held_out, held_out]
    for split in splits(data):
        assert split.x.shape == (len(split), *shape)
        assert split.y.shape == (len(split),)
        assert (split.x.dtype, split.y.dtype) == (np.float32, np.int32)
        assert split.x.flags.c_contiguous
        assert np.isfinite(split.x).all()
    assert data.classes == classes
    assert data.nbytes == sum(array.nbytes for array in arrays(data))


@every_task
def test_bytes_declared_are_those_of_the_data(name):
    task = spec(name)
    data = make(task, 0)
    decoded = sum(split.x.size for split in splits(data)) if task.name == "image-folder" else 0
    assert task.entry.nbytes(task.params) == data.nbytes + decoded


@every_task
def test_labels_are_the_classes_and_each_occurs_in_every_split(name):
    data = make(spec(name), 0)
    for split in splits(data):
        assert set(split.y) == set(range(data.classes))


@every_task
def test_splits_share_no_sample(name):
    data = make(spec(name), 0)
    seen = [{sample.tobytes() for sample in split.x} for split in splits(data)]
    together = set().union(*seen)
    distinct = sum(map(len, seen))
    assert len(together) == distinct


@every_task
def test_same_seed_gives_the_same_arrays_and_another_others(name):
    one, two, other = make(spec(name), 7), make(spec(name), 7), make(spec(name), 8)
    for left, right in zip(arrays(one), arrays(two), strict=True):
        np.testing.assert_array_equal(left, right)
    assert not np.array_equal(one.train.x, other.train.x)
    assert not np.array_equal(one.test.y, other.test.y)


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("planted-features:features=64", 1.1),
        ("planted-channels:signal=15", 1.2),
        ("planted-location:size=48", 1.1),
        ("cluttered-digits:size=48", 1.1),
    ],
)
def test_drawing_holds_no_second_copy_of_the_data(name, most):
    task = spec(name)
    make(task, 0)  # what is loaded once does not count
    tracemalloc.start()
    data = make(task, 1)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    nbytes = data.nbytes
    assert peak < most * nbytes


@every_task
def test_the_truth_of_every_probe_input_is_what_the_task_planted(name):
    task = spec(name)
    data = make(task, 0)
    if not task.truth:  # nowhere, or somewhere else in every sample
        assert (data.truth is not None) == bool(task.truth_axis)
        return
    assert len(data.truth) == min(512, len(data.validation))
    assert {tuple(np.flatnonzero(row)) for row in data.truth} == {tuple(sorted(task.truth))}


def test_data_does_not_depend_on_the_parameters_of_the_network():
    small, large = (make(spec(f"digits:width={width},dropout=0.{width}"), 3) for width in (4, 8))
    for left, right in zip(arrays(small), arrays(large), strict=True):
        np.testing.assert_array_equal(left, right)


@pytest.mark.parametrize("together", [1, 2])
def test_all_arms_of_a_study_get_the_same_data(monkeypatch, together):
    given = {}
    train_epoch = Program.train_epoch

    def watched(self, x, y, orders):
        key = self.network.attention_parameters
        given.setdefault(key, []).append([np.array(array) for array in (x, y, orders)])
        return train_epoch(self, x, y, orders)

    monkeypatch.setattr(Program, "train_epoch", watched)
    study = Study(task=TASKS["planted-features"], arms=["none", "dense"], seeds=2, epochs=2)
    for arm in study.arms:
        options = {"task": study.task, "training": study.training, "together": together}
        list(engine.train(arm, study.seeds, **options))
    none, dense = given.values()
    assert len(none) == len(dense) == 4 // together
    for left, right in zip(none, dense, strict=True):
        for one, two in zip(left, right, strict=True):
            np.testing.assert_array_equal(one, two)
    assert not np.array_equal(none[0][2], none[1][2])  # each epoch has an order of its own


def test_the_two_marked_symbols_add_up_to_the_class_and_neither_alone_tells_it():
    task = spec("planted-steps:classes=3,samples=6000")
    data = make(task, 0)
    symbols, marks = data.train.x[..., :-1].argmax(axis=-1), data.train.x[..., -1]
    first, second = catalog.planted_steps(task.params)
    assert set(zip(*np.nonzero(marks), strict=True)) == {
        (sample, step) for sample in range(len(data.train)) for step in (first, second)
    }
    np.testing.assert_array_equal((symbols[:, first] + symbols[:, second]) % 3, data.train.y)
    for step in range(task.params.steps):
        known = [
            np.bincount(data.train.y[symbols[:, step] == one], minlength=3) for one in range(3)
        ]
        assert np.max(known / np.sum(known, axis=1, keepdims=True)) < 0.4


@pytest.mark.parametrize("planted", [0, 1, 11])
def test_planted_column_is_the_class_and_no_other_knows_it(planted):
    task = spec(f"planted-features:features=12,classes=4,samples=5000,planted={planted}")
    data = make(task, 0)
    for split in splits(data):
        np.testing.assert_array_equal(split.x[:, planted], split.y)
    correlations = np.abs(np.corrcoef(data.train.x.T, data.train.y)[-1, :-1])
    assert correlations[planted] == pytest.approx(1)
    assert np.delete(correlations, planted).max() < 0.06
    noise = np.delete(data.train.x, planted, axis=1)
    assert noise.mean() == pytest.approx(0, abs=0.02)
    assert noise.std() == pytest.approx(1, abs=0.02)
    assert task.entry.truth(task.params) == (planted,)


@pytest.mark.parametrize("parameters", ["", "channels=7,signal=3", "channels=4,signal=1,size=6"])
def test_planted_channels_carry_the_pattern_of_the_class_and_the_others_nothing(parameters):
    task = spec(f"planted-channels:samples=1000,{parameters}".rstrip(","))
    data = make(task, 0)
    patterns = class_patterns(task.params.size, task.params.classes)
    shown = patterns[data.train.y] - patterns.mean(axis=0)
    likeness = [
        np.corrcoef(shown.ravel(), data.train.x[..., channel].ravel())[0, 1]
        for channel in range(task.params.channels)
    ]
    truth = list(task.entry.truth(task.params))
    assert len(truth) == task.params.signal
    assert min(np.array(likeness)[truth]) > 0.25
    assert np.abs(np.delete(likeness, truth)).max() < 0.02


def test_without_noise_only_the_planted_channels_show_anything():
    task = spec("planted-channels:noise=0,samples=200")
    data = make(task, 0)
    patterns = class_patterns(task.params.size, task.params.classes)
    for channel in range(task.params.channels):
        planted = channel in task.entry.truth(task.params)
        expected = patterns[data.test.y] if planted else 0
        np.testing.assert_array_equal(
            data.test.x[..., channel], np.broadcast_to(expected, data.test.x.shape[:3])
        )


def test_patterns_are_the_same_for_every_seed_and_span_their_range():
    patterns = class_patterns(8, 5)
    np.testing.assert_array_equal(patterns, class_patterns(8, 5))
    np.testing.assert_array_equal(patterns[:3], class_patterns(8, 3))
    assert patterns.min(axis=(1, 2)) == pytest.approx([0] * 5)
    assert patterns.max(axis=(1, 2)) == pytest.approx([PATTERN_PEAK] * 5)
    likeness = np.corrcoef(patterns.reshape(5, -1))
    assert np.abs(likeness - np.eye(5)).max() < 0.9


def test_digits_are_real_scans_between_0_and_1_of_the_first_classes():
    ten, few = make(spec("digits"), 0), make(spec("digits:classes=4"), 0)
    assert sum(len(split) for split in splits(ten)) == 1797
    assert sum(len(split) for split in splits(few)) == 720
    scans = np.concatenate([split.x for split in splits(ten)])
    assert (scans.min(), scans.max()) == (0, 1)
    labels = {
        sample.tobytes(): label
        for split in splits(ten)
        for sample, label in zip(split.x, split.y, strict=True)
    }
    for split in splits(few):
        assert split.y.max() == 3
        for sample, label in zip(split.x, split.y, strict=True):
            assert labels[sample.tobytes()] == label


def test_changing_the_arrays_of_one_seed_does_not_change_the_next():
    first = make(spec("digits"), 0)
    first.train.x[:] = 9
    assert make(spec("digits"), 1).train.x.max() == 1


@pytest.mark.parametrize("task", catalog.tasks(), ids=lambda task: task.name)
def test_truth_lies_on_a_trace_axis_within_the_slot(task):
    params = task.params()
    truth = task.truth(params)
    spec = TaskSpec.model_validate(task.name)
    planted = make(spec, 0).truth
    assert (planted is not None) == bool(spec.truth_axis)
    assert bool(task.truth_axis) == bool(task.truth_words)
    if truth:
        assert set(np.flatnonzero(planted.all(axis=0))) == set(truth)
    assert len(set(truth)) == len(truth)


def test_planted_channels_are_distinct_whatever_their_number():
    for channels in (4, 5, 16, 63, 64):
        for signal in range(1, min(17, channels)):
            params = catalog.PlantedChannelsParameters(channels=channels, signal=signal)
            truth = catalog.planted_channels(params)
            assert len(set(truth)) == signal
            assert 0 <= min(truth) <= max(truth) < channels
