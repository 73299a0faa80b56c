"""What a task hands to the engine: three splits of one seed's data."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attnlab.spec import TaskSpec, load
from attnlab.streams import generator

PROBE_SAMPLES = 512


@dataclass(frozen=True)
class Split:
    """Inputs `x` (N, ...) as float32 and class numbers `y` (N,) as int32."""

    x: np.ndarray
    y: np.ndarray

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True)
class TaskData:
    """The data of one task at one seed; every arm sees the same.

    `truth` says for each of the probe inputs what attention should find, as booleans shaped like
    the positions of the task's truth axis: (P, T) steps, (P, H, W) places of the input image, or
    (P, Q, T) with the steps that each step of the answer should look at. None where nothing is
    known. `valid`, (P, T), is False where a probe input is padded; None where nothing is.
    """

    train: Split
    validation: Split
    test: Split
    classes: int
    truth: np.ndarray | None = None
    valid: np.ndarray | None = None

    @property
    def probe(self) -> np.ndarray:
        """The fixed inputs that traces are taken on: the head of the validation split."""
        return self.validation.x[:PROBE_SAMPLES]

    @property
    def nbytes(self) -> int:
        """Bytes held by all arrays."""
        splits = (self.train, self.validation, self.test)
        return sum(split.x.nbytes + split.y.nbytes for split in splits)


def make(task: TaskSpec, seed: int) -> TaskData:
    """Draw the task's data for this seed: same seed, same arrays, whatever the arm."""
    return load(task.entry.data)(task.params, seed)


def split_by_share(
    x: np.ndarray,
    y: np.ndarray,
    classes: int,
    *,
    validation: int,
    test: int,
    order: np.ndarray | None = None,
) -> TaskData:
    """Cut arrays into training, `validation` and `test` samples, in `order` where one is given.

    Without an order, inputs that are contiguous float32 are not copied: the splits are views.
    """
    if order is not None:
        x, y = x[order], y[order]
    x = np.ascontiguousarray(x, dtype=np.float32)
    y = np.ascontiguousarray(y, dtype=np.int32)
    train = len(y) - validation - test
    cuts = (slice(0, train), slice(train, train + validation), slice(train + validation, None))
    return TaskData(*(Split(x[cut], y[cut]) for cut in cuts), classes=classes)


def shuffled(seed: int, task: str, count: int) -> np.ndarray:
    """The order in which this seed cuts a fixed data set of `count` samples into splits."""
    return generator(seed, task, "split").permutation(count)
