"""Data are bit for bit what their formulas give, written plainly here."""

import io
import zipfile

import numpy as np
from PIL import Image
from sklearn.datasets import load_breast_cancer, load_digits, load_wine

from attnlab import catalog
from attnlab.tasks import make
from attnlab.tasks.images import class_patterns
from attnlab.tasks.streams import generator

from .small import every_task, spec, splits


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
