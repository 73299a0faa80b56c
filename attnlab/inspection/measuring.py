"""All measures of one trained network, one after the other: what a worker does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import tensorflow as tf

from attnlab.analysis.attention import weighed_axis
from attnlab.backbones import Network
from attnlab.inspection import deletion, importance, lesions, otherwise, spreading
from attnlab.inspection.collecting import Collected
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.found import VERSION, Inspection, Settings, Share
from attnlab.inspection.loading import trained_network
from attnlab.inspection.places import Attention, Positions, positions_of
from attnlab.inspection.subject import Subject
from attnlab.spec import TaskSpec, load
from attnlab.store import Store
from attnlab.tasks import TaskData, make
from attnlab.tasks.data import Arrays, arrays_in
from attnlab.training import keras_settings

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


def inspected(
    home: str, study_id: str, arm: str, seed: int, settings: Settings
) -> Iterator[Share | Inspection]:
    """Inspect a finished run: yields how far it is, and at last what was found.

    Raises InspectionError for a network without attention, and what `trained_network` does.
    """
    began = time.monotonic()
    store = Store(home)
    yield Share(0.0, "reading the network")
    task = store.study(study_id).study.task_of(arm)
    network = trained_network(store, study_id, arm, seed)
    if not network.traces:
        raise InspectionError(f"arm {arm} has no attention to inspect")
    yield Share(0.02, "reading the examples")
    data = make(task, seed)
    examples = examples_of(task, data, settings.samples, network)
    about: dict[str, str | int | float] = {
        "study": study_id,
        "arm": arm,
        "seed": seed,
        "task": task.name,
        "version": VERSION,
    }
    collected = Collected()
    objective = load(task.entry.objective)(data.classes, task.params)
    with keras_settings.needed():
        yield Share(0.05, "answering")
        subject = Subject(network, objective, examples.inputs, examples.targets)
        steps = list(_steps(subject, task, examples, settings, collected))
        for number, (doing, step) in enumerate(steps):
            yield Share(0.1 + 0.9 * number / len(steps), doing)
            step()
    _keep_answers(subject, task, collected)
    about |= {"examples": len(subject), "split": examples.split, **asdict(settings)}
    about["seconds"] = round(time.monotonic() - began, 3)
    yield Inspection(about, collected.table, collected.curves, collected.arrays)


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


Step = tuple[str, Callable[[], None]]


def _steps(
    subject: Subject,
    task: TaskSpec,
    examples: Examples,
    settings: Settings,
    collected: Collected,
) -> Iterator[Step]:
    """What there is to measure, one after the other, with what to call it."""
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        truth, mask = examples.truth_of(attention, task), subject.mask(attention)
        yield (
            f"how {attention.axis} is spread",
            partial(spreading.measure, subject, attention, scores, truth, mask, collected),
        )
    yield from _rollouts(subject, task, examples, collected)
    if subject.layers:
        yield "lesions", partial(lesions.measure, subject, task, collected)
    for attention, scores, positions in _chosen(subject, task):
        rows = positions.rows(scores)
        truth = examples.truth_of(attention, task)
        yield from _of_positions(subject, task, positions, rows, settings, collected)
        planted = _planted_rows(truth, positions)
        if planted is not None:
            yield (
                "leaving out the planted",
                partial(deletion.measure_planted, subject, positions, planted, collected),
            )


def _of_positions(
    subject: Subject,
    task: TaskSpec,
    positions: Positions,
    rows: np.ndarray,
    settings: Settings,
    collected: Collected,
) -> Iterator[Step]:
    axis = positions.attention.axis
    labels = arrays_in(subject.targets)[0] if task.has_classes else None
    yield f"{axis} by class", partial(spreading.keep, subject, positions, rows, labels, collected)
    given = (subject, positions, rows)
    for curve in (deletion.DELETION, deletion.INSERTION):
        yield f"{curve} of {axis}", partial(deletion.measure, *given, curve, collected)
    yield f"gradients of {axis}", partial(importance.measure, *given, collected)
    yield f"leaving out {axis}", partial(importance.measure_left_out, *given, collected)
    if _are_inputs(subject, positions):
        yield f"permuting {axis}", partial(importance.measure_permutation, *given, collected)
    if positions.weighed == "place":
        yield f"Grad-CAM of {axis}", partial(importance.measure_class_activation, *given, collected)
    yield (
        f"other attention on {axis}",
        partial(otherwise.measure, *given, settings.epsilon, collected),
    )


def _chosen(subject: Subject, task: TaskSpec) -> Iterator[tuple[Attention, np.ndarray, Positions]]:
    """One trace for each thing that is weighed: the one at the task's own slot, or the last."""
    last: dict[str, tuple[Attention, np.ndarray, Positions]] = {}
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        positions = positions_of(subject.network, attention)
        if positions is not None:
            last[weighed_axis(attention.axis)] = (attention, scores, positions)
    yield from last.values()


def _rollouts(
    subject: Subject, task: TaskSpec, examples: Examples, collected: Collected
) -> Iterator[Step]:
    """The rollout of self-attention, the layers over the same steps stacked in their order."""
    stacks: dict[int, list[tuple[Attention, np.ndarray]]] = {}
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        if attention.spec.leading == ("head", "query"):
            stacks.setdefault(scores.shape[-1], []).append((attention, scores))
    for stack in stacks.values():
        last = stack[-1][0]
        yield (
            f"rollout of {last.axis}",
            partial(
                spreading.measure_rollout,
                last.axis,
                [scores for _, scores in stack],
                examples.truth_of(last, task),
                subject.mask(last),
                collected,
            ),
        )


def _planted_rows(truth: np.ndarray | None, positions: Positions) -> np.ndarray | None:
    """The truth as rows (N, n) of these positions; None where it has other ones."""
    if truth is None:
        return None
    if positions.weighed == "place":
        truth = spreading.coarse(truth, (positions.shape[-2], positions.shape[-1]))
    elif truth.ndim == 3 and len(positions.shape) == 1:
        truth = np.any(truth, axis=1)  # what any query should find
    rows = truth.reshape(len(truth), -1)
    return rows if rows.shape[1] == positions.count and rows.any() else None


def _are_inputs(subject: Subject, positions: Positions) -> bool:
    """Whether the positions are the features that the network gets, in a table."""
    shape = subject.inputs[0].shape[1:]
    return positions.weighed == "feature" and len(subject.inputs) == 1 and shape == positions.shape


def _keep_answers(subject: Subject, task: TaskSpec, collected: Collected) -> None:
    if task.has_classes:
        collected.arrays["labels"] = np.asarray(arrays_in(subject.targets)[0], np.int32)
        collected.arrays["answers"] = subject.chosen[:, 0]
