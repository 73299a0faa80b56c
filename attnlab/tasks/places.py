"""Tasks on images (N, H, W, C); what matters is at another place in each sample."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from attnlab.catalog import (
    DIGIT_SIZE,
    ClutteredDigitsParameters,
    PlantedLocationParameters,
)
from attnlab.tasks.data import (
    PROBE_SAMPLES,
    Split,
    TaskData,
    one_array,
    shuffled,
    split_by_share,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.images import class_patterns, scans
from attnlab.tasks.labels import add_label_noise, draw_imbalanced
from attnlab.tasks.streams import generator

PLANTED_LOCATION = "planted-location"
CLUTTERED_DIGITS = "cluttered-digits"
FRAGMENT_SIZE = 4


def planted_location(params: PlantedLocationParameters, seed: int) -> TaskData:
    """Noise images (N, H, W, C) that show the pattern of the true class at one place each.

    The truth is the square that the pattern takes. `samples` are split 80:20 into training and
    validation, as many again as in the validation split are drawn for testing, and further ones
    where more are wanted.
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, PLANTED_LOCATION, "data")
    y = random.integers(0, params.classes, total)
    draw_imbalanced(
        y[: params.samples - held_out], params.classes, params.imbalance, seed, PLANTED_LOCATION
    )
    x, corners = _with_glyphs(params, random, y)
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = with_places(data, corners, params.glyph)
    data = add_label_noise(data, params.label_noise, seed, PLANTED_LOCATION)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        return Split(_with_glyphs(params, random, y)[0], y)

    own_stream = generator(seed, PLANTED_LOCATION, "test")
    return with_further_tests(data, params.test_samples, own_stream, draw)


def _with_glyphs(
    params: PlantedLocationParameters,
    random: np.random.Generator,
    y: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Noise images (N, H, W, C) that show the patterns of these classes (N,), and where (N, 2)."""
    x = random.standard_normal((len(y), *params.shape), dtype="float32")
    x *= np.float32(params.noise)
    corners = random.integers(0, params.size - params.glyph + 1, (len(y), 2))
    x[windows(corners, params.glyph)] += class_patterns(params.glyph, params.classes)[y][..., None]
    return x, corners


def cluttered_digits(params: ClutteredDigitsParameters, seed: int) -> TaskData:
    """Images (N, H, W, 1) in 0..1: a handwritten digit at one place, fragments of others about.

    The truth is the square of the scan. Scans are split 60:20:20 before anything is made of them,
    in the order that the seed gives: no split shows, whole or as a fragment, what another does.
    `samples` are training and validation images, 80:20; as many again as in the validation split
    are made for testing, and further ones, of the same scans as these, where more are wanted. Where
    things overlap, the brighter one is seen.
    Source: cluttered translated digits of Mnih et al. 2014, https://arxiv.org/abs/1406.6247, with
    smaller scans, those of the UCI optical recognition data as shipped with scikit-learn.
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, CLUTTERED_DIGITS, "data")
    y = random.integers(0, params.classes, total)
    train = params.samples - held_out
    draw_imbalanced(y[:train], params.classes, params.imbalance, seed, CLUTTERED_DIGITS)
    scan_count = len(scans()[0])
    order = shuffled(seed, CLUTTERED_DIGITS, scan_count)
    fifth = scan_count // 5
    cuts = (order[: -2 * fifth], order[-2 * fifth : -fifth], order[-fifth:])
    parts = (slice(0, train), slice(train, train + held_out), slice(train + held_out, None))
    x = np.zeros((total, *params.shape), "float32")
    corners = random.integers(0, params.size - DIGIT_SIZE + 1, (total, 2))
    for of_split, part in zip(cuts, parts, strict=True):
        _lay_out(params, random, x[part], y[part], corners[part], of_split)
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = with_places(data, corners, DIGIT_SIZE)
    data = add_label_noise(data, params.label_noise, seed, CLUTTERED_DIGITS)

    def draw(random: np.random.Generator, count: int) -> Split:
        x = np.zeros((count, *params.shape), "float32")
        y = random.integers(0, params.classes, count)
        corners = random.integers(0, params.size - DIGIT_SIZE + 1, (count, 2))
        _lay_out(params, random, x, y, corners, cuts[-1])
        return Split(x, y)

    own_stream = generator(seed, CLUTTERED_DIGITS, "test")
    return with_further_tests(data, params.test_samples, own_stream, draw)


def _lay_out(
    params: ClutteredDigitsParameters,
    random: np.random.Generator,
    x: np.ndarray,
    y: np.ndarray,
    corners: np.ndarray,
    of_split: np.ndarray,
) -> None:
    """Lay fragments, and digits of these classes (N,) at these corners (N, 2), into images `x`.

    Both are cut from the scans whose numbers are `of_split`.
    """
    images, labels = scans()
    count = len(y)
    for _ in range(params.fragments):
        pieces = images[random.choice(of_split, count)]
        pieces = cut_out(pieces, random.integers(0, DIGIT_SIZE - FRAGMENT_SIZE + 1, (count, 2)))
        lay(x, random.integers(0, params.size - FRAGMENT_SIZE + 1, (count, 2)), pieces)
    chosen = np.empty(count, int)
    for label in range(params.classes):
        of_class = of_split[labels[of_split] == label]
        chosen[y == label] = random.choice(of_class, (y == label).sum())
    lay(x, corners, images[chosen])


def windows(corners: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The index of one square in each of N images, given its upper left corner (N, 2)."""
    span = np.arange(size)
    rows = corners[:, 0, None, None] + span[:, None]  # (N, size, 1)
    columns = corners[:, 1, None, None] + span  # (N, 1, size)
    return np.arange(len(corners))[:, None, None], rows, columns


def lay(images: np.ndarray, corners: np.ndarray, pieces: np.ndarray) -> None:
    """Lay a piece (N, h, h, C) into each of the images (N, H, W, C), in place."""
    where = windows(corners, pieces.shape[1])
    images[where] = np.maximum(images[where], pieces)


def cut_out(images: np.ndarray, corners: np.ndarray) -> np.ndarray:
    """A fragment of each image (N, FRAGMENT_SIZE, FRAGMENT_SIZE, C)."""
    return images[windows(corners, FRAGMENT_SIZE)]


def with_places(data: TaskData, corners: np.ndarray, size: int) -> TaskData:
    """The data with their truth: a square of True in each of the probe images (P, H, W)."""
    first = len(data.train)
    probe = corners[first : first + min(PROBE_SAMPLES, len(data.validation))]
    truth = np.zeros((len(probe), *one_array(data.validation.x).shape[1:3]), bool)
    truth[windows(probe, size)] = True
    return replace(data, truth=truth)


def place_example(
    params: PlantedLocationParameters | ClutteredDigitsParameters, data: TaskData, number: int
) -> Example:
    """The image, its channels averaged, from its darkest to its brightest."""
    image = one_array(data.validation.x)[number].mean(axis=-1)
    low, high = image.min(), image.max()
    digit = isinstance(params, ClutteredDigitsParameters)
    answer = one_array(data.validation.y)[number]
    label = str(answer) if digit else f"class {answer}"
    return Example("image", (image - low) / (high - low), label, truth_of(data, number))
