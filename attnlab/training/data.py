"""The arrays of seeds as tensors, made once and shared by all arms that need the same."""

from __future__ import annotations

import logging
import threading
import weakref
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from attnlab.imports import is_import_fault
from attnlab.spec import TaskSpec
from attnlab.tasks import PROBE_SAMPLES, Split, TaskData, make
from attnlab.tasks.data import Arrays, Masks, arrays_in
from attnlab.training.machine_limits import KEPT_ANSWERS, KEPT_GROUPS

log = logging.getLogger(__name__)

Draw = Callable[[TaskSpec, int], TaskData]


class UnlikeError(ValueError):
    """Raised for seeds whose arrays differ in shape: they cannot train in one program."""


@dataclass(frozen=True)
class Tensors:
    """A split as tensors: x (N, ...) and y (N, ...), or stacked (S, N, ...)."""

    x: tf.Tensor | tuple[tf.Tensor, ...]
    y: tf.Tensor | tuple[tf.Tensor, ...]


@dataclass(frozen=True, eq=False)
class GroupData:
    """The data of the seeds that train together, seat by seat in `labels`, `truths` and `valid`.

    `truths` and `valid` are those of `TaskData`, `labels` those of the test samples whose answers
    are kept; `problems` has the error of each seed without data.
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
    problems: dict[int, Exception]


class DataPool:
    """Makes the data of each group of seeds once, for every arm on the same task.

    A group lives as long as an arm trains on it; only the `KEPT_GROUPS` latest outlive their users.
    May be used from several threads.
    """

    def __init__(self, draw: Draw = make) -> None:
        self._draw = draw
        self._lock = threading.Lock()
        self._groups: weakref.WeakValueDictionary[tuple[str, tuple[int, ...]], GroupData] = (
            weakref.WeakValueDictionary()
        )
        self._latest: deque[GroupData] = deque(maxlen=KEPT_GROUPS)
        self._firsts: dict[tuple[TaskSpec, int], TaskData] = {}

    def first(self, task: TaskSpec, seed: int) -> TaskData:
        """The arrays of one seed, to learn their sizes; kept until its group is made."""
        with self._lock:
            if (task, seed) not in self._firsts:
                while len(self._firsts) >= KEPT_GROUPS:
                    self._firsts.pop(next(iter(self._firsts)))
                self._firsts[task, seed] = self._draw(task, seed)
            return self._firsts[task, seed]

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
                group = self._make(task, seeds)
                self._groups[key] = group
            if group not in self._latest:
                self._latest.append(group)
            return group

    def _make(self, task: TaskSpec, seeds: Sequence[int]) -> GroupData:
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
        return GroupData(
            train=_tensors([data.train for data in seats]),
            validation=_tensors([data.validation for data in seats]),
            test=_tensors([data.test for data in seats]),
            samples=len(spare.train),
            classes=spare.classes,
            probe=min(PROBE_SAMPLES, len(spare.validation)),
            labels=tuple(arrays_in(data.test.y)[0][:KEPT_ANSWERS] for data in seats),
            truths=tuple(data.truth for data in seats),
            valid=tuple(data.valid for data in seats),
            problems=problems,
        )


def _tensors(splits: list[Split]) -> Tensors:
    return Tensors(_stacked([split.x for split in splits]), _stacked([split.y for split in splits]))


def _stacked(seats: list[Arrays]) -> tf.Tensor | tuple[tf.Tensor, ...]:
    """The arrays of the seats with a leading axis for them; without it where there is one seat."""
    if len(seats) == 1:
        return tf.nest.map_structure(tf.constant, seats[0])
    shapes = {str([array.shape for array in arrays_in(seat)]) for seat in seats}
    if len(shapes) > 1:
        raise UnlikeError(f"arrays of shapes {', '.join(sorted(shapes))} cannot be stacked")
    return tf.nest.map_structure(lambda *arrays: tf.constant(np.stack(arrays)), *seats)
