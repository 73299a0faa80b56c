"""The arrays of seeds as tensors, made once and shared by all arms that need the same."""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeVar

import numpy as np
import tensorflow as tf

from attnlab.compat.tensorflow import read_only_tensor
from attnlab.data.images.pixel_file import PixelFile
from attnlab.imports import is_import_fault
from attnlab.spec import TaskSpec
from attnlab.tasks import PROBE_SAMPLES, TaskData, make
from attnlab.tasks.data import Arrays, Masks, arrays_in
from attnlab.tasks.image_rows import ImageRows, as_array
from attnlab.tasks.preparing import Preparing, preparing
from attnlab.tasks.texts import TaskTexts
from attnlab.training.events import first_line
from attnlab.training.feeding import ARRAYS, IMAGES, ArrayFeed
from attnlab.training.machine_limits import KEPT_ANSWERS, KEPT_GROUPS
from attnlab.training.shared_arrays import ALIGNMENT, SharedArrays

log = logging.getLogger(__name__)

T = TypeVar("T")
Draw = Callable[[TaskSpec, int], TaskData]


class UnlikeError(ValueError):
    """Raised for seeds whose arrays differ in shape: they cannot train in one program."""


@dataclass(frozen=True)
class Tensors:
    """A split as tensors: x (N, ...) and y (N, ...), or stacked (S, N, ...).

    Where images are read from disk, x holds all of them, and the numbers of those in the split.
    """

    x: tf.Tensor | tuple[tf.Tensor, ...]
    y: tf.Tensor | tuple[tf.Tensor, ...]


@dataclass(frozen=True, eq=False)
class GroupData:
    """The data of the seeds that train together, seat by seat in `labels`, `truths`, `valid`,
    `units` and `texts`.

    `truths`, `valid`, `units` and `texts` are those of `TaskData`, `labels` those of the
    test samples whose answers are kept; `problems` says of each seed without data why. `feed` says
    what the inputs are, and `file` is where images are read from.
    """

    train: Tensors
    validation: Tensors
    test: Tensors
    samples: int
    classes: int
    probe: int
    labels: tuple[np.ndarray, ...]
    truths: tuple[Masks, ...]
    valid: tuple[Masks, ...]
    units: tuple[float, ...]
    texts: tuple[TaskTexts | None, ...]
    problems: dict[int, str]
    feed: ArrayFeed = ARRAYS
    file: PixelFile | None = None

    def reading_ahead(
        self, steps: Iterator[tuple[float, np.ndarray]], orders: Sequence[np.ndarray]
    ) -> Iterator[tuple[float, np.ndarray]]:
        """The same steps of an epoch, while the system reads the images of the next ones."""
        if self.file is None:
            yield from steps
            return
        numbers = self.train.x[1].numpy().reshape(len(orders), -1)
        ordered = np.take_along_axis(numbers, np.stack(orders), axis=1)
        done = 0
        for share, sums in steps:
            now = round(share * self.samples)
            self.file.expect(ordered[:, now : 2 * now - done])
            self.used(now - done)
            done = now
            yield share, sums

    def used(self, samples: int) -> None:
        """Note that so many samples of every seat were read."""
        if self.file is not None:
            self.file.used(samples * len(self.labels))


@dataclass(frozen=True, eq=False)
class _GroupArrays:
    """The same as arrays, which several processes can share; a split is a pair (x, y)."""

    splits: tuple[tuple[Arrays, Arrays], ...]
    samples: int
    classes: int
    probe: int
    labels: tuple[np.ndarray, ...]
    truths: tuple[Masks, ...]
    valid: tuple[Masks, ...]
    units: tuple[float, ...]
    texts: tuple[TaskTexts | None, ...]
    problems: dict[int, str]


class Sizes(NamedTuple):
    """What grouping reads of a seed's data: training samples, and bytes."""

    samples: int
    nbytes: int


class DataPool:
    """Makes the data of each group of seeds once, for every arm on the same task.

    A group lives as long as an arm trains on it; only the `KEPT_GROUPS` latest outlive their users.
    May be used from several threads. With `shared`, other processes that share the same folder find
    what one of them made.
    """

    def __init__(self, draw: Draw = make, shared: SharedArrays | None = None) -> None:
        self._draw = draw
        self._shared = shared
        self._lock = threading.Lock()
        self._groups: weakref.WeakValueDictionary[tuple[str, tuple[int, ...]], GroupData] = (
            weakref.WeakValueDictionary()
        )
        self._latest: deque[GroupData] = deque(maxlen=KEPT_GROUPS)
        self._sizes: dict[TaskSpec, Sizes] = {}
        self._firsts: dict[tuple[TaskSpec, int], TaskData] = {}

    def sizes(self, task: TaskSpec, seeds: Sequence[int]) -> Sizes | None:
        """The sizes of a seed's data, by the first whose data can be made; None if none can."""
        with self._lock:
            if task not in self._sizes:
                found = self._kept("sizes", task, seeds, lambda: self._first_sizes(task, seeds))
                if found is None:
                    return None
                self._sizes[task] = found
            return self._sizes[task]

    def group(self, task: TaskSpec, seeds: Sequence[int]) -> GroupData:
        """The data of these seeds, with a leading seat axis if there are several.

        A seed whose data cannot be made is named in `problems`, and another one takes its seat.
        Raises the first seed's error if no seed has data, and UnlikeError where arrays to be
        stacked differ in shape.
        """
        key = (task.model_dump_json(), tuple(seeds))
        with self._lock:
            group = self._groups.get(key)
            if group is None:
                arrays = self._kept("group", task, seeds, lambda: self._make(task, seeds))
                group = _as_tensors(arrays)
                self._groups[key] = group
            if group not in self._latest:
                self._latest.append(group)
            return group

    def prepare(self, task: TaskSpec, seeds: Sequence[int]) -> Iterator[Preparing]:
        """Make ready what the data of these seeds are made of, unless they are there already; says
        how far it is. Raises what reading it raises."""
        if not self._has("group", task, seeds):
            yield from preparing(task)

    def _has(self, kind: str, task: TaskSpec, seeds: Sequence[int]) -> bool:
        if (task.model_dump_json(), tuple(seeds)) in self._groups:
            return True
        return self._shared is not None and self._shared.has(kind, _key(task, seeds))

    def _kept(self, kind: str, task: TaskSpec, seeds: Sequence[int], make: Callable[[], T]) -> T:
        if self._shared is None:
            return make()
        return self._shared.get(kind, _key(task, seeds), make)

    def _first_sizes(self, task: TaskSpec, seeds: Sequence[int]) -> Sizes | None:
        for seed in seeds:
            try:
                first = self._draw(task, seed)
            except Exception as error:  # a data set may raise anything; the seed's run reports it
                if is_import_fault(error):
                    raise
                log.debug("no data for %s at seed %s: its run will say why", task.name, seed)
                continue
            while len(self._firsts) >= KEPT_GROUPS:
                self._firsts.pop(next(iter(self._firsts)))
            self._firsts[task, seed] = first  # until its group is made
            return Sizes(len(first.train), first.nbytes_as_grouped)
        return None

    def _make(self, task: TaskSpec, seeds: Sequence[int]) -> _GroupArrays:
        drawn: dict[int, TaskData] = {}
        problems: dict[int, Exception] = {}
        for seed in dict.fromkeys(seeds):
            try:
                first = self._firsts.pop((task, seed), None)
                drawn[seed] = first or self._draw(task, seed)
            except Exception as error:  # a data set may raise anything; the seed's run reports it
                if is_import_fault(error):
                    raise
                log.exception("task %s has no data at seed %s", task.name, seed)
                problems[seed] = error
        if not drawn:
            raise problems[seeds[0]]
        spare = next(iter(drawn.values()))
        seats = [drawn.get(seed, spare) for seed in seeds]
        splits = [
            [data.train for data in seats],
            [data.validation for data in seats],
            [data.test for data in seats],
        ]
        return _GroupArrays(
            splits=tuple(
                (_stacked([s.x for s in each]), _stacked([s.y for s in each])) for each in splits
            ),
            samples=len(spare.train),
            classes=spare.classes,
            probe=min(PROBE_SAMPLES, len(spare.validation)),
            labels=tuple(arrays_in(data.test.y)[0][:KEPT_ANSWERS] for data in seats),
            truths=tuple(data.truth for data in seats),
            valid=tuple(data.valid for data in seats),
            units=tuple(data.unit for data in seats),
            texts=tuple(data.texts for data in seats),
            problems={seed: first_line(error) for seed, error in problems.items()},
        )


def _key(task: TaskSpec, seeds: Sequence[int]) -> str:
    return f"{task.model_dump_json()} {tuple(seeds)}"


def _stacked(seats: list[Arrays]) -> Arrays:
    """The arrays of the seats with a leading axis for them; without it where there is one seat."""
    if len(seats) == 1:
        return seats[0]
    shapes = {str([array.shape for array in arrays_in(seat)]) for seat in seats}
    if len(shapes) > 1:
        raise UnlikeError(f"arrays of shapes {', '.join(sorted(shapes))} cannot be stacked")
    rows = [seat for seat in seats if isinstance(seat, ImageRows)]
    if len(rows) == len(seats):
        return as_array(rows[0].at(np.stack([each.numbers for each in rows])))
    stacked = tuple(np.stack(each) for each in zip(*map(arrays_in, seats), strict=True))
    return stacked if isinstance(seats[0], tuple) else stacked[0]


def _tensor(array: np.ndarray) -> tf.Tensor:
    """The array for TensorFlow: itself where its place in memory allows it, which is so for shared
    arrays, else a copy."""
    if array.size and array.flags.c_contiguous and array.ctypes.data % ALIGNMENT == 0:
        if not array.flags.writeable:
            return read_only_tensor(array)
        return tf.experimental.dlpack.from_dlpack(array.__dlpack__())
    return tf.constant(array)


def _as_tensors(arrays: _GroupArrays) -> GroupData:
    first = arrays.splits[0][0]
    images = first if isinstance(first, ImageRows) else None
    whole = None if images is None else _tensor(images.pixels)

    def inputs(x: Arrays) -> Any:
        if isinstance(x, ImageRows):
            return whole, _tensor(x.numbers)
        return tf.nest.map_structure(_tensor, x)

    train, validation, test = (
        Tensors(inputs(x), tf.nest.map_structure(_tensor, y)) for x, y in arrays.splits
    )
    return GroupData(
        train=train,
        validation=validation,
        test=test,
        samples=arrays.samples,
        classes=arrays.classes,
        probe=arrays.probe,
        labels=arrays.labels,
        truths=arrays.truths,
        valid=arrays.valid,
        units=arrays.units,
        texts=arrays.texts,
        problems=arrays.problems,
        feed=ARRAYS if images is None else IMAGES,
        file=None if images is None else images.file,
    )
