"""Tasks on sequences (N, T, D)."""

from __future__ import annotations

from string import ascii_uppercase

import numpy as np

from attnlab.catalog import PlantedStepsParameters
from attnlab.catalog import planted_steps as places_of
from attnlab.tasks.data import (
    Split,
    TaskData,
    one_array,
    same_truth,
    split_by_share,
    with_further_tests,
)
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, draw_imbalanced
from attnlab.tasks.streams import generator

NAME = "planted-steps"


def planted_steps(params: PlantedStepsParameters, seed: int) -> TaskData:
    """Sequences (N, T, K + 1) of random symbols, two of which are marked and decide the class.

    Every step holds one of K symbols, as many as there are classes, one-hot; the last feature marks
    the two planted steps. The class is the sum of their two symbols, modulo K: either symbol alone
    says nothing about it. `samples` are split 80:20 into training and validation, as many again as
    in the validation split are drawn for testing, and further ones where more are wanted.
    Source: the adding problem of Hochreiter & Schmidhuber 1997, with symbols, and marks that stand
    at the same steps in every sample.
    """
    held_out = params.samples // 5
    total = params.samples + held_out
    random = generator(seed, NAME, "data")
    y = random.integers(0, params.classes, total)
    draw_imbalanced(y[: params.samples - held_out], params.classes, params.imbalance, seed, NAME)
    x = _sequences(params, random, y)
    data = split_by_share(x, y, params.classes, validation=held_out, test=held_out)
    data = same_truth(data, places_of(params), params.steps)
    data = add_label_noise(data, params.label_noise, seed, NAME)

    def draw(random: np.random.Generator, count: int) -> Split:
        y = random.integers(0, params.classes, count)
        return Split(_sequences(params, random, y), y)

    return with_further_tests(data, params.test_samples, generator(seed, NAME, "test"), draw)


def _sequences(
    params: PlantedStepsParameters,
    random: np.random.Generator,
    y: np.ndarray,
) -> np.ndarray:
    """Sequences (N, T, K + 1) whose two marked symbols add up to these classes (N,)."""
    symbols = random.integers(0, params.classes, (len(y), params.steps))
    first, second = places_of(params)
    symbols[:, second] = (y - symbols[:, first]) % params.classes
    x = np.zeros((len(y), params.steps, params.classes + 1), "float32")
    np.put_along_axis(x, symbols[..., None], 1, axis=-1)
    x[:, [first, second], -1] = 1
    return x


def planted_steps_example(params: PlantedStepsParameters, data: TaskData, number: int) -> Example:
    """The symbols as letters: A is 0, B is 1, and so on."""
    symbols = one_array(data.validation.x)[number, :, :-1].argmax(axis=-1)
    letters = tuple(ascii_uppercase[symbol] for symbol in symbols)
    label = f"class {one_array(data.validation.y)[number]}"
    return Example("words", letters, label, truth_of(data, number))
