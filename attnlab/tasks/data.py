"""What a task gives to the engine: three splits of one seed's data."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from attnlab.spec import TaskSpec, load
from attnlab.tasks.streams import generator

PROBE_SAMPLES = 512
MEASURED_SAMPLES = 256
"""Of the probe samples, the first on which attention is measured after every epoch."""

TEST_SAMPLES = "test_samples"
"""The parameter of every task that draws its samples: how many it is tested on."""

Arrays = np.ndarray | tuple[np.ndarray, ...]
"""One array, or several with the same samples."""

Masks = np.ndarray | dict[str, np.ndarray] | None


@dataclass(frozen=True)
class Split:
    """Inputs `x` (N, ...) as float32, or int32 tokens, and the targets `y`.

    Targets are class numbers (N,) as int32, numbers (N,) as float32, or what the task's objective
    takes. Both may be several arrays, in the order of the network's inputs and as the objective
    takes them.
    """

    x: Arrays
    y: Arrays

    def __len__(self) -> int:
        return len(arrays_in(self.y)[0])

    @property
    def nbytes(self) -> int:
        """Bytes held by all arrays."""
        return sum(array.nbytes for array in (*arrays_in(self.x), *arrays_in(self.y)))


@dataclass(frozen=True)
class TaskData:
    """The data of one task at one seed; every arm sees the same.

    `truth` says for each of the probe inputs what attention should find, as booleans shaped like
    the positions of the task's truth axis: (P, T) steps, (P, H, W) places of the input image, or
    (P, Q, T) with the steps that each step of the answer should look at. None where nothing is
    known. `valid`, (P, T), is False where a probe input is padded; None where nothing is. A task
    with several levels has a mask for each, by the name of the slot. Where targets are standardised
    numbers, `classes` is 1, `unit` says how much of its own unit a target of 1 is, and `mean` what
    a target of 0 is. `words` are those of each validation sample as they stand in a text of one's
    own, known to networks or not. `texts`, an `attnlab.tasks.texts.TaskTexts`, are what tokens
    stand for at this seed, where answers are texts of somebody's own; its type is not named here,
    so that what has no texts does not import it.
    """

    train: Split
    validation: Split
    test: Split
    classes: int
    truth: Masks = None
    valid: Masks = None
    unit: float = 1.0
    mean: float = 0.0
    words: Sequence[tuple[str, ...]] = ()
    texts: Any = None

    @property
    def probe(self) -> Arrays:
        """The fixed inputs that traces are taken on: the head of the validation split."""
        x = self.validation.x
        if isinstance(x, tuple):
            return tuple(array[:PROBE_SAMPLES] for array in x)
        return x[:PROBE_SAMPLES]

    @property
    def nbytes(self) -> int:
        """Bytes held by all arrays."""
        return sum(split.nbytes for split in (self.train, self.validation, self.test))

    @property
    def nbytes_as_grouped(self) -> int:
        """Bytes by which seeds are grouped: as if no more were tested than is validated."""
        tested = min(self.test.nbytes, self.validation.nbytes)
        return self.train.nbytes + self.validation.nbytes + tested


def arrays_in(arrays: Arrays) -> tuple[np.ndarray, ...]:
    """One array or several, as several."""
    return arrays if isinstance(arrays, tuple) else (arrays,)


def one_array(arrays: Arrays) -> np.ndarray:
    """The array where there is one; raises ValueError where there are several."""
    if isinstance(arrays, tuple):
        raise ValueError(f"expected one array, got {len(arrays)}")
    return arrays


def same_truth(data: TaskData, positions: Sequence[int], n: int) -> TaskData:
    """The data with these of `n` positions as the truth of every probe input."""
    planted = np.isin(np.arange(n), positions)
    probes = min(PROBE_SAMPLES, len(data.validation))
    return replace(data, truth=np.broadcast_to(planted, (probes, n)))


def with_further_tests(
    data: TaskData, wanted: int, random: np.random.Generator, draw: Callable[..., Split]
) -> TaskData:
    """The data with at least `wanted` test samples, for tasks that draw theirs.

    What is missing comes from `draw(random, count)`. `random` is a stream of its own, so that
    training and validation, and the first test samples, are the same however many are wanted.
    """
    missing = wanted - len(data.test)
    if missing <= 0:
        return data
    more = draw(random, missing)
    return replace(data, test=Split(joined(data.test.x, more.x), joined(data.test.y, more.y)))


def joined(first: Arrays, more: Arrays) -> Arrays:
    """The samples of both, of the first's types."""
    if isinstance(first, tuple):
        pairs = zip(first, arrays_in(more), strict=True)
        return tuple(np.concatenate(pair, dtype=pair[0].dtype) for pair in pairs)
    return np.concatenate([first, one_array(more)], dtype=first.dtype)


def with_fewest_tests(task: TaskSpec) -> TaskSpec:
    """The same task with no more test samples than it has for validation; all else stays."""
    if TEST_SAMPLES not in type(task.params).model_fields:
        return task
    return task.model_copy(update={"params": task.params.model_copy(update={TEST_SAMPLES: 0})})


def number_words(data: TaskData, answer: float) -> str:
    """A target in its own unit, and in standard deviations from the mean of those trained on."""
    own = data.mean + data.unit * answer
    figures = 2 - math.floor(math.log10(data.unit))  # a hundredth of a standard deviation
    text = f"{own:,.{max(figures, 0)}f}" if figures < 9 and abs(own) < 1e12 else f"{own:.4g}"
    return f"{text} ({answer:+.2f} SD)"


def make(task: TaskSpec, seed: int) -> TaskData:
    """Draw the task's data for this seed: the same arrays for every arm."""
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
    ends = (train, train + validation)
    return TaskData(
        Split(x[: ends[0]], y[: ends[0]]),
        Split(x[ends[0] : ends[1]], y[ends[0] : ends[1]]),
        Split(x[ends[1] :], y[ends[1] :]),
        classes=classes,
    )


def shuffled(seed: int, task: str, count: int) -> np.ndarray:
    """The order in which this seed cuts a fixed data set of `count` samples into splits."""
    return generator(seed, task, "split").permutation(count)
