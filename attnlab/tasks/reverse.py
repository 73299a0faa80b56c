"""Letters, to be written backwards."""

from __future__ import annotations

import string

import numpy as np

from attnlab.catalog import ReverseParameters
from attnlab.tasks.data import Split, TaskData, with_further_tests
from attnlab.tasks.examples import Example
from attnlab.tasks.streams import generator
from attnlab.tasks.writing import END_TOKEN, FIRST_TOKEN, cut_pairs, pair_example, pairs_split

NAME = "reverse"


def alphabet(params: ReverseParameters) -> str:
    """The letters there are."""
    return string.ascii_uppercase[: params.letters]


def reverse(params: ReverseParameters, seed: int) -> TaskData:
    """Random letters (N, L) and the same backwards with an end behind them (N, L + 1).

    The answer's step q should look at letter L − 1 − q; the end may look anywhere. `samples` are
    split 80:20 into training and validation, as many again as in the validation split are drawn
    for testing, and further ones where more are wanted.
    """
    total = params.samples + params.samples // 5
    source, targets = _pairs(params, generator(seed, NAME, "data"), total)
    diagonal = np.eye(params.length + 1, params.length, dtype=bool)[:, ::-1]
    truth = np.broadcast_to(diagonal, (total, *diagonal.shape))
    data = cut_pairs(source, targets, truth, params.samples, FIRST_TOKEN + params.letters)

    def draw(random: np.random.Generator, count: int) -> Split:
        return pairs_split(*_pairs(params, random, count))

    return with_further_tests(data, params.test_samples, generator(seed, NAME, "test"), draw)


def _pairs(
    params: ReverseParameters,
    random: np.random.Generator,
    count: int,
) -> tuple[np.ndarray, np.ndarray]:
    """Letters (count, L), and the same backwards with an end (count, L + 1)."""
    letters = random.integers(0, params.letters, (count, params.length))
    source = (letters + FIRST_TOKEN).astype(np.int32)
    end = np.full((count, 1), END_TOKEN, np.int32)
    return source, np.concatenate([source[:, ::-1], end], axis=1)


def reverse_example(params: ReverseParameters, data: TaskData, number: int) -> Example:
    """The letters, and the same backwards."""
    return pair_example(data, number, alphabet(params), alphabet(params))
