"""Tasks on images (N, H, W, C)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import sklearn.datasets.data  # its loaders would import these two in a thread
import sklearn.datasets.descr  # noqa: F401
from scipy.ndimage import gaussian_filter
from sklearn.datasets import load_digits

from attnlab.catalog import DigitsParameters, PlantedChannelsParameters
from attnlab.catalog import planted_channels as channels_of
from attnlab.tasks.data import (
    Split,
    TaskData,
    one_array,
    same_truth,
    shuffled,
    split_by_share,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, draw_imbalanced, leave_out_rare
from attnlab.tasks.streams import generator

DIGITS = "digits"
PLANTED_CHANNELS = "planted-channels"
PATTERN_PEAK = 2.0


@lru_cache(maxsize=1)
def scans() -> tuple[np.ndarray, np.ndarray]:
    """The handwritten digits (1797, 8, 8, 1) in 0..1 and what they show; read once."""
    table = load_digits()
    return (table.images[..., None] / 16).astype(np.float32), table.target.astype(np.int32)


def digits(params: DigitsParameters, seed: int) -> TaskData:
    """Handwritten digits of scikit-learn (N, 8, 8, 1) in 0..1: the first `classes` of the ten.

    A fifth each is kept for validation and test, in the order that the seed gives. Imbalance
    leaves out training samples, so there are fewer than of balanced digits.
    Source: UCI optical recognition of handwritten digits, as shipped with scikit-learn.
    """
    x, y = scans()
    chosen = y < params.classes
    x, y = x[chosen], y[chosen]
    held_out = len(y) // 5
    order = shuffled(seed, DIGITS, len(y))
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out, order=order)
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, DIGITS)


def digits_example(params: DigitsParameters, data: TaskData, number: int) -> Example:
    """The scan, ink in white."""
    image = one_array(data.validation.x)[number, ..., 0]
    return Example("image", image, str(one_array(data.validation.y)[number]))


def class_patterns(size: int, classes: int) -> np.ndarray:
    """A smooth pattern per class (K, H, W), between 0 and `PATTERN_PEAK`, the same every time."""
    random = generator(0, PLANTED_CHANNELS, "patterns", size)
    noise = random.standard_normal((classes, size, size))
    smooth = np.stack([gaussian_filter(image, size / 8, mode="wrap") for image in noise])
    low = smooth.min(axis=(1, 2), keepdims=True)
    high = smooth.max(axis=(1, 2), keepdims=True)
    return (PATTERN_PEAK * (smooth - low) / (high - low)).astype(np.float32)


def planted_channels(params: PlantedChannelsParameters, seed: int) -> TaskData:
    """Noise images (N, H, W, C) that show the pattern of the true class in the planted channels.

    `samples` are split 80:20 into training and validation, as many again as in the validation
    split are drawn for testing, and further ones where more are wanted. While drawing it holds
    one channel more than it returns.
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, PLANTED_CHANNELS, "data")
    y = random.integers(0, params.classes, total)
    draw_imbalanced(
        y[: params.samples - held_out], params.classes, params.imbalance, seed, PLANTED_CHANNELS
    )
    x = _with_patterns(params, random, y)
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = same_truth(data, channels_of(params), params.channels)
    data = add_label_noise(data, params.label_noise, seed, PLANTED_CHANNELS)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        return Split(_with_patterns(params, random, y), y)

    own_stream = generator(seed, PLANTED_CHANNELS, "test")
    return with_further_tests(data, params.test_samples, own_stream, draw)


def _with_patterns(
    params: PlantedChannelsParameters,
    random: np.random.Generator,
    y: np.ndarray,
) -> np.ndarray:
    """Noise images (N, H, W, C) that show the patterns of these classes (N,)."""
    shape = (len(y), params.size, params.size, params.channels)
    x = random.standard_normal(shape, dtype="float32")
    x *= np.float32(params.noise)
    shown = class_patterns(params.size, params.classes)[y]  # (N, H, W)
    for channel in channels_of(params):
        x[..., channel] += shown
    return x


def planted_channels_example(
    params: PlantedChannelsParameters, data: TaskData, number: int
) -> Example:
    """Every channel as a picture of its own."""
    channels = np.moveaxis(one_array(data.validation.x)[number], -1, 0)
    label = f"class {one_array(data.validation.y)[number]}"
    return Example("channels", channels, label, truth_of(data, number))
