"""Where a trained network looks, on test examples together and on some one by one: in a worker."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import tensorflow as tf

from attnlab.analysis.distributions import by_class, mean_weights
from attnlab.analysis.rollout import rollout
from attnlab.inspection.attended import ATTENDED_VERSION, MOST_SHOWN, RunAttention
from attnlab.inspection.changes import class_activations
from attnlab.inspection.errors import InspectionError
from attnlab.inspection.examples import MOST_PREDICTED, Examples
from attnlab.inspection.found import Share
from attnlab.inspection.loading import trained_network
from attnlab.inspection.measuring import subject_of
from attnlab.inspection.places import Attention
from attnlab.inspection.subject import Subject
from attnlab.spec import TaskSpec
from attnlab.store import Store
from attnlab.tasks import TaskData, make
from attnlab.tasks.data import arrays_in
from attnlab.training import keras_settings

MOST_KEPT_BYTES = 2**21
"""The scores of each shown example are kept as far as they take no more, of one trace."""


def attended(
    home: str, study_id: str, arm: str, seed: int, samples: int
) -> Iterator[Share | RunAttention]:
    """Look where a finished run looks, on `samples` test examples at most: yields how far it is,
    and at last what was found.

    Raises InspectionError for a network without attention, and what `trained_network` does.
    """
    store = Store(home)
    yield Share(0.0, "reading the network")
    task = store.study(study_id).study.task_of(arm)
    network = trained_network(store, study_id, arm, seed)
    if not network.traces:
        raise InspectionError(f"arm {arm} has no attention to look at")
    yield Share(0.3, "reading the examples")
    data = make(task, seed)
    answers = sum(int(np.prod(each.shape[1:])) for each in network.model.outputs)
    most = max(2, MOST_PREDICTED // answers)
    shown = min(MOST_SHOWN, most, len(data.validation))
    tested = min(samples, most, len(data.test))
    with keras_settings.needed():
        yield Share(0.4, "answering")
        subject = subject_of(network, task, data, _joined(data, shown, tested))
        arrays: dict[str, np.ndarray] = _answers(subject, shown)
        for attention, scores in zip(subject.attention, subject.scores, strict=True):
            _keep(arrays, subject, attention, scores, shown, task)
        for axis, rows in _rollouts(subject, shown):
            arrays[f"{axis}/rollout"] = rows
        yield Share(0.8, "class activation maps")
        first = subject.first(shown)
        weighing = {
            attention.axis: attention.layer
            for attention in subject.attention
            if attention.spec.weighed == "place" and attention.layer is not None
        }
        if weighing:
            every = class_activations(first, list(weighing.values()))
            for axis, maps in zip(weighing, every, strict=True):
                arrays[f"{axis}/Grad-CAM"] = maps.astype(np.float16)
    about: dict[str, str | int | float] = {
        "study": study_id,
        "arm": arm,
        "seed": seed,
        "version": ATTENDED_VERSION,
        "examples": tested,
        "shown": shown,
        "unit": float(data.unit),
    }
    kinds = {each.axis: each.spec.kind for each in subject.attention}
    yield RunAttention(about, kinds, arrays)


def _joined(data: TaskData, shown: int, tested: int) -> Examples:
    """The first validation examples, then the first test ones: so a network is traced once."""

    def both(first: np.ndarray, second: np.ndarray) -> np.ndarray:
        return np.concatenate([np.asarray(first[:shown]), np.asarray(second[:tested])])

    inputs = list(map(both, arrays_in(data.validation.x), arrays_in(data.test.x)))
    targets = tf.nest.map_structure(both, data.validation.y, data.test.y)
    return Examples(inputs, targets, "validation and test", None)


def _answers(subject: Subject, shown: int) -> dict[str, np.ndarray]:
    """What is asked and answered in the shown examples."""
    labels = np.asarray(arrays_in(subject.targets)[0][:shown])
    labels = labels.reshape(shown, -1)
    if subject.answering.is_number:
        return {
            "labels": labels.astype(np.float32),
            "answers": subject.whole[:shown, :, 0].astype(np.float32),
        }
    picked = np.take_along_axis(subject.whole, subject.chosen[..., None], axis=-1)[..., 0]
    return {
        "labels": labels.astype(np.int32),
        "answers": subject.chosen[:shown],
        "confidence": (picked * subject.shares).sum(axis=-1)[:shown].astype(np.float32),
    }


def _keep(
    arrays: dict[str, np.ndarray],
    subject: Subject,
    attention: Attention,
    scores: np.ndarray,
    shown: int,
    task: TaskSpec,
) -> None:
    """Keep the means of one trace over the test examples, and the scores of the shown ones."""
    axis, lead = attention.axis, len(attention.spec.leading)
    own, kept = scores[:shown], max(1, MOST_KEPT_BYTES // max(1, 2 * scores[0].size))
    arrays[f"{axis}/each"] = own[:kept].astype(np.float16)
    arrays[f"{axis}/mean"] = scores[shown:].mean(axis=0, dtype=np.float64).astype(np.float32)
    valid = subject.valid(attention)
    if valid is not None:
        arrays.setdefault("valid", valid[:shown])
    labels = np.asarray(arrays_in(subject.targets)[0])[shown:]
    if not task.has_classes or labels.ndim > 1:
        return
    rows = _rows(scores, lead)[shown:]
    means = by_class(rows, labels, _fitting(valid, rows, shown))
    arrays["classes"] = np.array(list(means), np.int32)
    arrays[f"{axis}/by class"] = np.stack(list(means.values())).astype(np.float32)


def _rows(scores: np.ndarray, lead: int) -> np.ndarray:
    """Scores (N, *leading, ...) as a row (N, n) for each example, the mean over what leads."""
    rows = scores.reshape(*scores.shape[: 1 + lead], -1)
    mean: np.ndarray = rows.mean(axis=tuple(range(1, 1 + lead)))
    return mean


def _fitting(valid: np.ndarray | None, rows: np.ndarray, shown: int) -> np.ndarray | None:
    """The mask of the test examples where it has the positions of the rows."""
    if valid is None or valid.shape[-1] != rows.shape[-1]:
        return None
    return valid[shown:]


def _rollouts(subject: Subject, shown: int) -> Iterator[tuple[str, Any]]:
    """The mean rollout (T,) of every stack of self-attention over the test examples, at the axis of
    its last layer."""
    stacks: dict[int, list[tuple[Attention, np.ndarray]]] = {}
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        if attention.spec.leading == ("head", "query"):
            stacks.setdefault(scores.shape[-1], []).append((attention, scores[shown:]))
    for stack in stacks.values():
        layers = [scores for _, scores in stack]
        mask = subject.valid(stack[-1][0])
        there = np.ones((len(layers[0]), layers[0].shape[-1]), bool)
        valid = there if mask is None else mask[shown:]
        flow = rollout(layers, valid)
        rows = flow.sum(axis=1) / np.maximum(valid.sum(axis=-1, keepdims=True), 1)
        yield stack[-1][0].axis, mean_weights(rows, valid).astype(np.float32)
