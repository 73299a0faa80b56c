"""The data of each task: what it looks like, where its signal is; all arms see the same."""

import io
import tracemalloc
import zipfile

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

from attnlab import Study, TaskSpec, catalog
from attnlab.tasks import make
from attnlab.tasks.data import with_fewest_tests
from attnlab.tasks.images import PATTERN_PEAK, class_patterns
from attnlab.tasks.streams import generator
from attnlab.training import engine
from attnlab.training.program import Program

TASKS = {
    "planted-features": {"name": "planted-features", "features": 12, "classes": 4, "samples": 600},
    "planted-features, two classes": {"name": "planted-features", "classes": 2, "samples": 500},
    "tabular": {"name": "tabular"},
    "tabular, three classes": {"name": "tabular", "dataset": "wine"},
    "digits": {"name": "digits"},
    "digits, three classes": {"name": "digits", "classes": 3},
    "planted-channels": {"name": "planted-channels", "samples": 400},
    "planted-channels, two classes": {
        "name": "planted-channels",
        "channels": 6,
        "signal": 3,
        "classes": 2,
        "size": 10,
        "samples": 200,
    },
    "planted-location": {"name": "planted-location", "samples": 400},
    "planted-location, two classes": {
        "name": "planted-location",
        "classes": 2,
        "size": 12,
        "glyph": 4,
        "channels": 3,
        "samples": 200,
    },
    "cluttered-digits": {"name": "cluttered-digits", "samples": 1000},
    "cluttered-digits, two classes": {
        "name": "cluttered-digits",
        "classes": 2,
        "size": 14,
        "fragments": 2,
        "samples": 400,
    },
    "image-folder": {"name": "image-folder"},
    "image-folder, grey": {
        "name": "image-folder",
        "size": 8,
        "colour": False,
        "most": 10,
        "share": 0.3,
    },
    "planted-steps": {"name": "planted-steps", "samples": 600},
    "planted-steps, two classes": {
        "name": "planted-steps",
        "steps": 25,
        "classes": 2,
        "samples": 500,
    },
}
SIZES = {
    "planted-features": (480, 120, (12,), 4),
    "planted-features, two classes": (400, 100, (32,), 2),
    "tabular": (343, 113, (30,), 2),
    "tabular, three classes": (108, 35, (13,), 3),
    "digits": (1079, 359, (8, 8, 1), 10),
    "digits, three classes": (323, 107, (8, 8, 1), 3),
    "planted-channels": (320, 80, (8, 8, 16), 5),
    "planted-channels, two classes": (160, 40, (10, 10, 6), 2),
    "planted-location": (320, 80, (20, 20, 1), 4),
    "planted-location, two classes": (160, 40, (12, 12, 3), 2),
    "cluttered-digits": (800, 200, (20, 20, 1), 5),
    "cluttered-digits, two classes": (320, 80, (14, 14, 1), 2),
    "image-folder": (72, 24, (32, 32, 3), 3),
    "image-folder, grey": (12, 9, (8, 8, 1), 3),
    "planted-steps": (480, 120, (20, 5), 4),
    "planted-steps, two classes": (400, 100, (25, 3), 2),
}

every_task = pytest.mark.parametrize("name", TASKS)


def spec(name):
    """The task, with as many samples for testing as for validation; see `test_fresh_samples`."""
    return with_fewest_tests(TaskSpec.model_validate(TASKS.get(name, name)))


def splits(data):
    return data.train, data.validation, data.test


def arrays(data):
    return [array for split in splits(data) for array in (split.x, split.y)]


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


def plain_planted_features(params, seed):
    random = generator(seed, "planted-features", "data")
    total = params.samples + params.samples // 5
    x = random.standard_normal((total, params.features), dtype="float32")
    y = random.integers(0, params.classes, total)
    x[:, params.planted] = y
    return x, y


def plain_digits(params, seed):
    scans = load_digits()
    chosen = np.flatnonzero(scans.target < params.classes)
    order = chosen[generator(seed, "digits", "split").permutation(len(chosen))]
    return (scans.images[order, :, :, None] / 16).astype("float32"), scans.target[order]


def plain_planted_channels(params, seed):
    random = generator(seed, "planted-channels", "data")
    total = params.samples + params.samples // 5
    y = random.integers(0, params.classes, total)
    shape = (total, params.size, params.size, params.channels)
    x = random.standard_normal(shape, dtype="float32") * np.float32(params.noise)
    planted = list(catalog.planted_channels(params))
    x[..., planted] += class_patterns(params.size, params.classes)[y][..., None]
    return x, y


def plain_tabular(params, seed):
    load = {"breast-cancer": load_breast_cancer, "wine": load_wine}[params.dataset]
    x, y = load(return_X_y=True)
    order = generator(seed, "tabular", "split").permutation(len(y))
    x, y = x[order], y[order]
    train = x[: len(y) - 2 * (len(y) // 5)]
    return ((x - train.mean(axis=0)) / train.std(axis=0)).astype("float32"), y


def plain_planted_location(params, seed):
    random = generator(seed, "planted-location", "data")
    total = params.samples + params.samples // 5
    y = random.integers(0, params.classes, total)
    shape = (total, params.size, params.size, params.channels)
    x = random.standard_normal(shape, dtype="float32") * np.float32(params.noise)
    for image, label, (row, column) in zip(
        x, y, random.integers(0, params.size - params.glyph + 1, (total, 2)), strict=True
    ):
        glyph = class_patterns(params.glyph, params.classes)[label]
        image[row : row + params.glyph, column : column + params.glyph] += glyph[..., None]
    return x, y


def plain_cluttered_digits(params, seed):
    random = generator(seed, "cluttered-digits", "data")
    held_out = params.samples // 5
    total = params.samples + held_out
    y = random.integers(0, params.classes, total)
    corners = random.integers(0, params.size - 8 + 1, (total, 2))
    scans = load_digits()
    order = generator(seed, "cluttered-digits", "split").permutation(1797)
    x = np.zeros((total, params.size, params.size, 1), "float32")

    def show(image, piece, row, column):
        place = image[row : row + len(piece), column : column + len(piece), 0]
        place[:] = np.maximum(place, piece)

    first = 0
    for count, of_split in (
        (params.samples - held_out, order[:1079]),
        (held_out, order[1079:1438]),
        (held_out, order[1438:]),
    ):
        images, labels = x[first : first + count], y[first : first + count]
        for _ in range(params.fragments):
            shown = scans.images[random.choice(of_split, count)] / 16
            cuts = random.integers(0, 5, (count, 2))
            places = random.integers(0, params.size - 3, (count, 2))
            for image, scan, (top, left), place in zip(images, shown, cuts, places, strict=True):
                show(image, scan[top : top + 4, left : left + 4], *place)
        for label in range(params.classes):
            numbers = np.flatnonzero(labels == label)
            chosen = random.choice(of_split[scans.target[of_split] == label], len(numbers))
            for number, scan in zip(numbers, scans.images[chosen] / 16, strict=True):
                show(images[number], scan, *corners[first + number])
        first += count
    return x, y


def plain_image_folder(params, seed):
    random = generator(seed, "image-folder", "split")
    parts = {"train": [], "validation": [], "test": []}
    with zipfile.ZipFile("data/digit-images.zip") as archive:
        for label in range(3):
            names = sorted(name for name in archive.namelist() if name.startswith(f"{label}/"))
            rest = [names[number] for number in random.permutation(min(params.most, len(names)))]
            taken = round(params.share * len(rest))
            for split in parts:
                count = taken if split != "train" else len(rest) - 2 * taken
                parts[split] += [(name, label) for name in rest[:count]]
                rest = rest[count:]
        order = [part[place] for part in parts.values() for place in random.permutation(len(part))]
        images = [Image.open(io.BytesIO(archive.read(name))) for name, _ in order]
        mode = "RGB" if params.colour else "L"
        side = (params.size, params.size)
        x = [np.array(each.convert(mode).resize(side, Image.BILINEAR)) for each in images]
    x = np.reshape(x, (len(x), *side, -1)).astype("float32") / np.float32(255)
    return x, [label for _, label in order]


def plain_planted_steps(params, seed):
    random = generator(seed, "planted-steps", "data")
    total = params.samples + params.samples // 5
    y = random.integers(0, params.classes, total)
    symbols = random.integers(0, params.classes, (total, params.steps))
    first, second = params.steps // 4, 3 * params.steps // 4
    symbols[:, second] = (y - symbols[:, first]) % params.classes
    marks = np.isin(np.arange(params.steps), [first, second])
    marks = np.broadcast_to(marks[None, :, None], (total, params.steps, 1))
    return np.concatenate([np.eye(params.classes)[symbols], marks], axis=-1), y


PLAIN = {
    "planted-features": plain_planted_features,
    "tabular": plain_tabular,
    "digits": plain_digits,
    "planted-channels": plain_planted_channels,
    "planted-location": plain_planted_location,
    "cluttered-digits": plain_cluttered_digits,
    "image-folder": plain_image_folder,
    "planted-steps": plain_planted_steps,
}


@every_task
def test_data_is_bit_for_bit_what_its_formula_gives(name):
    task = spec(name)
    x, y = PLAIN[task.name](task.params, 3)
    data = make(task, 3)
    np.testing.assert_array_equal(np.concatenate([split.x for split in splits(data)]), x)
    np.testing.assert_array_equal(np.concatenate([split.y for split in splits(data)]), y)


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
