"""The task with a mask to be guided by: images (N, S, S, 1), labels and coarse masks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from attnlab.catalog import GuidedParameters, gate_size
from attnlab.tasks.data import (
    PROBE_SAMPLES,
    Split,
    TaskData,
    arrays_in,
    one_array,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.images import scans
from attnlab.tasks.labels import add_label_noise, draw_imbalanced
from attnlab.tasks.measures import coarse
from attnlab.tasks.streams import generator

NAME = "guided"
DIGIT = 8
PIECE = 5
"""Width of a scan, and of a piece of one, in pixels."""


def guided(params: GuidedParameters, seed: int) -> TaskData:
    """A scanned digit of the true class on a canvas with pieces of other scans, in 0..1.

    Targets are the labels (N,), int32, and where the digit is (N, h, w), float32: 1 at the places
    of the gate that it covers, 0 elsewhere. The truth of the probe inputs is the square of 8 × 8
    pixels that the digit fills. `samples` are split 80:20 into training and validation, as many
    again as in the validation split are drawn for testing; the scans are divided in the same
    proportion, so that no split shows one that another has. Further test samples, where more are
    wanted, show the same scans as these.
    Source of the scans: UCI optical recognition of handwritten digits, as shipped with
    scikit-learn.
    """
    held_out = params.samples // 5
    counts = (params.samples - held_out, held_out, held_out)
    random = generator(seed, NAME, "data")
    y = random.integers(0, params.classes, sum(counts))
    draw_imbalanced(y[: counts[0]], params.classes, params.imbalance, seed, NAME)
    images, labels = scans()
    order = generator(seed, NAME, "split").permutation(len(labels))
    cuts = np.cumsum([0, *counts])
    parts = [slice(first, last) for first, last in pairwise(cuts)]
    pools = np.split(order, len(order) * cuts[1:3] // cuts[3])
    x = np.zeros((len(y), params.size, params.size), np.float32)
    inside = np.zeros(x.shape, bool)
    for pool, part in zip(pools, parts, strict=True):
        _draw(random, x[part], inside[part], y[part], images[pool, ..., 0], labels[pool], params)
    masks = _masks(inside, params)
    train, validation, test = (
        Split(x[part, ..., None], y[part].astype(np.int32)) for part in parts
    )
    truth = inside[parts[1]][:PROBE_SAMPLES]
    data = TaskData(train, validation, test, classes=params.classes, truth=truth)
    data = add_label_noise(data, params.label_noise, seed, NAME)
    train, validation, test = (
        Split(split.x, (one_array(split.y), masks[part]))
        for split, part in zip((data.train, validation, test), parts, strict=True)
    )
    data = replace(data, train=train, validation=validation, test=test)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        x = np.zeros((count, params.size, params.size), np.float32)
        inside = np.zeros(x.shape, bool)
        _draw(random, x, inside, y, images[pools[-1], ..., 0], labels[pools[-1]], params)
        return Split(x[..., None], (y, _masks(inside, params)))

    return with_further_tests(data, params.test_samples, generator(seed, NAME, "test"), draw)


def _masks(inside: np.ndarray, params: GuidedParameters) -> np.ndarray:
    """Where the gate should be open (N, h, w), of the digits' squares (N, S, S)."""
    return coarse(inside, (gate_size(params),) * 2).astype(np.float32)


def _draw(
    random: np.random.Generator,
    x: np.ndarray,
    inside: np.ndarray,
    y: np.ndarray,
    images: np.ndarray,
    labels: np.ndarray,
    params: GuidedParameters,
) -> None:
    """Draw clutter and the digits of one split into `x` (N, S, S), and their squares in `inside`.

    `images` (M, 8, 8) are the scans that may be used, of all ten digits, with their `labels`.
    """
    n, every = len(y), np.arange(len(y))[:, None, None]
    for _ in range(params.clutter):
        chosen, top = random.integers(0, len(images), n), DIGIT - PIECE + 1
        piece = images[chosen[:, None, None], *_square(random, n, top, PIECE)]
        x[every, *_square(random, n, params.size - PIECE + 1, PIECE)] = piece
    digits = np.zeros(n, int)
    for label in range(params.classes):
        samples = np.flatnonzero(y == label)
        digits[samples] = random.choice(np.flatnonzero(labels == label), len(samples))
    place = _square(random, n, params.size - DIGIT + 1, DIGIT)
    x[every, *place] = images[digits]
    inside[every, *place] = True


def _square(
    random: np.random.Generator, n: int, places: int, width: int
) -> tuple[np.ndarray, np.ndarray]:
    """Rows (N, width, 1) and columns (N, 1, width) of squares at random places."""
    row, column = random.integers(0, places, (2, n))
    along = np.arange(width)
    return (row[:, None] + along)[:, :, None], (column[:, None] + along)[:, None, :]


def guided_example(params: GuidedParameters, data: TaskData, number: int) -> Example:
    """The image, and the square of the digit."""
    image = one_array(data.validation.x)[number, ..., 0].clip(0, 1)
    labels = arrays_in(data.validation.y)[0]
    return Example("image", image, str(labels[number]), truth_of(data, number))
