"""Whether a study fits into this machine's memory, checked before anything of it is trained.

Importing this imports no TensorFlow.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from attnlab.data.memory import RESIDENT, available
from attnlab.spec import SpecError, Study, TaskSpec, check_read_sizes
from attnlab.tasks.data import with_fewest_tests
from attnlab.training.machine_limits import (
    EVALUATION_BATCH,
    KEPT_GROUPS,
    MOST_AT_ONCE,
    MOST_BYTES,
    MOST_OUTPUT_BYTES,
)

if TYPE_CHECKING:
    from attnlab.backbones import Network

USABLE = 0.9
"""The share of the free memory that a study may plan with."""

COPIES_OF_WEIGHTS = 7
"""Two networks, gradients, two moments, the weights to keep and those that are written."""

COPIES_OF_ACTIVATIONS = 3
"""Each layer's output, its gradient and what the operation itself needs."""

_GIB = 2**30


class TooLargeError(SpecError):
    """Raised for a study whose arrays would not fit into the free memory."""


def needed(study: Study) -> int:
    """An upper bound of the bytes that the arrays of a study's data take at once.

    Each task of the study has one group of seeds in use. Besides, the latest groups stay for a
    while, and one that is being made exists twice: as drawn, and as tensors. Of data that stream
    from disk only what a process reads before it gives that back counts, once: the system can take
    it from others at any time.
    """
    tasks = {study.task_of(arm) for arm in study.arms}
    groups = [_group_bytes(task, len(study.seeds)) for task in tasks]
    read = min(RESIDENT, streamed_bytes(study))
    return sum(groups) + (KEPT_GROUPS + 1) * max(groups) + read


def streamed_bytes(study: Study) -> int:
    """The bytes on disk that the data of a study's tasks stream from; 0 where all are held in
    memory. Raises what reading its data raises."""
    tasks = {study.task_of(arm) for arm in study.arms}
    held = (task.entry.streamed(task.params) for task in tasks)
    return sum(each.disk for each in held if each is not None)


def check(study: Study) -> None:
    """Raise TooLargeError, with the figures, for a study that does not fit.

    Raises what reading its data raises, and SpecError for modules that do not go with them.
    """
    for arm in study.arms:
        check_read_sizes(study.task_of(arm), arm.module)
    need, free = needed(study), available()
    if need > USABLE * free:
        largest = max((study.task_of(arm) for arm in study.arms), key=_held)
        raise TooLargeError(
            f"this study needs up to {need / _GIB:.1f} GiB of memory for its data, and "
            f"{free / _GIB:.1f} GiB are free: one seed of {largest.entry.title} takes "
            f"{_held(largest) / _GIB:.2f} GiB. Use fewer or smaller samples"
        )


def evaluation_batch(network: Network) -> int:
    """How many inputs are evaluated at once: fewer where a layer's outputs would take much memory.

    It depends on the network alone: the last bits of a loss depend on it.
    """
    largest = max(4 * math.prod(layer.shape) for layer in network.describe())
    batch = EVALUATION_BATCH
    while batch > 1 and batch * largest > MOST_OUTPUT_BYTES:
        batch //= 2
    return batch


def check_network(network: Network, batch_size: int, seats: int) -> None:
    """Raise TooLargeError if a program of this network does not fit, by its layers' outputs."""
    weights = 4 * network.parameters * COPIES_OF_WEIGHTS
    outputs = 4 * sum(math.prod(layer.shape) for layer in network.describe())
    batch = max(batch_size, evaluation_batch(network))
    need, free = seats * (weights + batch * outputs * COPIES_OF_ACTIVATIONS), available()
    if need > USABLE * free:
        raise TooLargeError(
            f"the network needs about {need / _GIB:.1f} GiB of memory for batches of {batch}, and "
            f"{free / _GIB:.1f} GiB are free: use a smaller batch size, network or input"
        )


def _group_bytes(task: TaskSpec, seeds: int) -> int:
    together = min(seeds, MOST_AT_ONCE, MOST_BYTES // _bytes(with_fewest_tests(task)))
    return _held(task) * max(1, together)


def _held(task: TaskSpec) -> int:
    """What one seed's data take in memory."""
    streamed = task.entry.streamed(task.params)
    return _bytes(task) if streamed is None else streamed.memory


def _bytes(task: TaskSpec) -> int:
    return task.entry.nbytes(task.params)
