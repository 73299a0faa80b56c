"""The examples that a network is inspected on, with their truth where it is known."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from attnlab.backbones import Network
from attnlab.inspection.places import Attention
from attnlab.spec import TaskSpec
from attnlab.tasks import TaskData
from attnlab.tasks.data import Arrays, arrays_in

TEST, PROBE = "test", "validation"
MOST_PREDICTED = 2**24
"""So many probabilities are held at most: fewer examples where each has many."""


class Examples(NamedTuple):
    """Inputs and targets of the examples, from which `split`, with their truth where it is known:
    of one axis of the task, (N, n), (N, Q, n) or (N, H, W), or by the name of a slot."""

    inputs: list[np.ndarray]
    targets: Any
    split: str
    truth: Any

    def truth_of(self, attention: Attention, task: TaskSpec) -> np.ndarray | None:
        """The truth of one trace; None where there is none of its positions."""
        spec = attention.spec
        if spec.weighed != task.truth_axis:
            return None
        found = self.truth.get(spec.slot) if isinstance(self.truth, dict) else self.truth
        if found is None or (task.truth and spec.slot):
            return None
        fits = spec.weighed == "place" or found.shape[-1] == spec.shape[-1]
        return found if fits else None


def examples_of(task: TaskSpec, data: TaskData, samples: int, network: Network) -> Examples:
    """The first test examples; where each has a truth of its own, which is known of the probe
    inputs alone, the first of those."""
    own_truth = data.truth is not None and not task.truth
    split = data.validation if own_truth else data.test
    most = samples if not own_truth else min(samples, _length(data.truth))
    answers = sum(int(np.prod(each.shape[1:])) for each in network.model.outputs)
    most = max(2, min(most, MOST_PREDICTED // answers, len(split)))
    truth: Any = None
    if own_truth:
        truth = tf.nest.map_structure(lambda each: np.asarray(each[:most]), data.truth)
    elif data.truth is not None:
        row = np.asarray(data.truth)[0]
        truth = np.broadcast_to(row, (most, *row.shape))
    return Examples(
        [np.asarray(each[:most]) for each in arrays_in(split.x)],
        _head(split.y, most),
        PROBE if own_truth else TEST,
        truth,
    )


def _length(truth: Any) -> int:
    return len(next(iter(truth.values())) if isinstance(truth, dict) else truth)


def _head(arrays: Arrays, count: int) -> Any:
    if isinstance(arrays, tuple):
        return tuple(np.asarray(each[:count]) for each in arrays)
    return np.asarray(arrays[:count])
