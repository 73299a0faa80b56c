"""What there is to measure of a network, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import numpy as np

from attnlab.analysis.attention import weighed_axis
from attnlab.inspection import deletion, importance, lesions, otherwise, spreading
from attnlab.inspection.collecting import Collected
from attnlab.inspection.examples import Examples
from attnlab.inspection.found import Settings
from attnlab.inspection.places import Attention, Positions, positions_of
from attnlab.inspection.subject import Subject
from attnlab.spec import TaskSpec
from attnlab.tasks.data import arrays_in


class MeasuringStep(NamedTuple):
    """Something to measure, what to call it, and the measures that others may ask it for."""

    doing: str
    measure: Callable[[], None]
    gives: tuple[str, ...] = ()


def steps_of(
    subject: Subject,
    task: TaskSpec,
    examples: Examples,
    settings: Settings,
    collected: Collected,
) -> Iterator[MeasuringStep]:
    """What there is to measure, one after the other, with what to call it."""
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        truth, mask = examples.truth_of(attention, task), subject.mask(attention)
        yield MeasuringStep(
            f"how {attention.axis} is spread",
            partial(spreading.measure, subject, attention, scores, truth, mask, collected),
        )
    yield from _rollouts(subject, task, examples, collected)
    if subject.layers:
        yield MeasuringStep(
            "lesions",
            partial(lesions.measure, subject, task, collected),
            (lesions.BYPASSED, lesions.UNIFORM, lesions.PERMUTED),
        )
    for attention, scores, positions in _chosen(subject, task):
        rows = positions.rows(scores)
        truth = examples.truth_of(attention, task)
        yield from _of_positions(subject, task, positions, rows, settings, collected)
        planted = _planted_rows(truth, positions)
        if planted is not None:
            yield MeasuringStep(
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
) -> Iterator[MeasuringStep]:
    axis = positions.attention.axis
    labels = arrays_in(subject.targets)[0] if task.has_classes else None
    yield MeasuringStep(
        f"{axis} by class",
        partial(spreading.keep, subject, positions, rows, labels, collected),
    )
    given = (subject, positions, rows)
    for curve in (deletion.DELETION, deletion.INSERTION):
        yield MeasuringStep(
            f"{curve} of {axis}",
            partial(deletion.measure, *given, curve, collected),
            (f"{curve} area",),
        )
    yield MeasuringStep(
        f"gradients of {axis}",
        partial(importance.measure, *given, collected),
        (importance.GRADIENT, importance.INTEGRATED),
    )
    yield MeasuringStep(
        f"leaving out {axis}",
        partial(importance.measure_left_out, *given, collected),
        (importance.LEAVE_ONE_OUT,),
    )
    if _are_inputs(subject, positions):
        yield MeasuringStep(
            f"permuting {axis}",
            partial(importance.measure_permutation, *given, collected),
            (importance.PERMUTATION,),
        )
    if positions.weighed == "place":
        yield MeasuringStep(
            f"Grad-CAM of {axis}",
            partial(importance.measure_class_activation, *given, collected),
            (importance.CLASS_ACTIVATION,),
        )
    yield MeasuringStep(
        f"other attention on {axis}",
        partial(otherwise.measure, *given, settings.epsilon, collected),
        (otherwise.ADVERSARY,),
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
) -> Iterator[MeasuringStep]:
    """The rollout of self-attention, the layers over the same steps stacked in their order."""
    stacks: dict[int, list[tuple[Attention, np.ndarray]]] = {}
    for attention, scores in zip(subject.attention, subject.scores, strict=True):
        if attention.spec.leading == ("head", "query"):
            stacks.setdefault(scores.shape[-1], []).append((attention, scores))
    for stack in stacks.values():
        last = stack[-1][0]
        yield MeasuringStep(
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
