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
from attnlab.training.machine_limits import KEPT_GROUPS

log = logging.getLogger(__name__)

Draw = Callable[[TaskSpec, int], TaskData]


class UnlikeError(ValueError):
    """Seeds whose arrays differ in shape, so that they cannot train in one program."""


@dataclass(frozen=True)
class Tensors:
    """A split where the arithmetic happens: x (N, ...) and y (N, ...), or stacked (S, N, ...)."""

    x: tf.Tensor | tuple[tf.Tensor, ...]
    y: tf.Tensor | tuple[tf.Tensor, ...]


@dataclass(frozen=True, eq=False)
class GroupData:
    """The data of the seeds that train together, seat by seat in `labels`, `truths` and `valid`.

    `truths` and `valid` are those of `TaskData`; `problems` names the seeds it lacks, and why.
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
        self._groups: weakref.WeakValueDictionary = weakref.WeakValueDictionary()
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

        A seed whose data cannot be made is named in `problems`, and another one sits in its place.
        Raises its error if there is none, and UnlikeError where arrays to be stacked differ in
        shape.
        """
        key = (task.model_dump_json(), tuple(seeds))
        with self._lock:
            found = self._groups.get(key)
            if found is None:
                found = self._make(task, seeds)
                self._groups[key] = found
            if found not in self._latest:
                self._latest.append(found)
            return found

    def _make(self, task: TaskSpec, seeds: Sequence[int]) -> GroupData:
        drawn: dict[int, TaskData] = {}
        problems: dict[int, Exception] = {}
        for seed in dict.fromkeys(seeds):
            try:
                drawn[seed] = self._firsts.pop((task, seed), None) or self._draw(task, seed)
            except Exception as error:  # whatever a data set can do; the seed's run says it
                if is_import_fault(error):
                    raise
                log.exception("task %s has no data at seed %s", task.name, seed)
                problems[seed] = error
        if not drawn:
            raise problems[seeds[0]]
        spare = next(iter(drawn.values()))
        seats = [drawn.get(seed, spare) for seed in seeds]
        splits = {
            name: _tensors([getattr(data, name) for data in seats])
            for name in ("train", "validation", "test")
        }
        return GroupData(
            **splits,
            samples=len(spare.train),
            classes=spare.classes,
            probe=min(PROBE_SAMPLES, len(spare.validation)),
            labels=tuple(arrays_in(data.test.y)[0] for data in seats),
            truths=tuple(data.truth for data in seats),
            valid=tuple(data.valid for data in seats),
            problems=problems,
        )


def _tensors(splits: list[Split]) -> Tensors:
    return Tensors(
        _together([split.x for split in splits]), _together([split.y for split in splits])
    )


def _together(seats: list[Arrays]) -> tf.Tensor | tuple[tf.Tensor, ...]:
    if len(seats) == 1:
        return tf.nest.map_structure(tf.constant, seats[0])
    shapes = {str([array.shape for array in arrays_in(seat)]) for seat in seats}
    if len(shapes) > 1:
        raise UnlikeError(f"arrays of shapes {', '.join(sorted(shapes))} cannot be stacked")
    return tf.nest.map_structure(lambda *arrays: tf.constant(np.stack(arrays)), *seats)
