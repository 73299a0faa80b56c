"""What an epoch answers to a few samples, and how its attention weighs them, as it is stored."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from sqlalchemy import Connection, and_, func, select

from attnlab.imports import importing
from attnlab.store import damage, schema, studies

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class SampleAnswer:
    """What a network answers to one sample: a number, tokens, or a class with its probability."""

    value: float | None = None
    tokens: tuple[int, ...] = ()
    label: int | None = None
    share: float = math.nan


@dataclass(frozen=True)
class ShownSamples:
    """The samples that one run shows at one epoch.

    `answers` has one for each sample. `weights` are (N, ...) by axis, of the first N of them, and
    `kinds` says what the weights of an axis are.
    """

    epoch: int
    answers: Sequence[SampleAnswer]
    weights: Mapping[str, np.ndarray] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)


def packed_answers(answers: Sequence[SampleAnswer]) -> str | None:
    """The answers as JSON: [class, share], [[token, …]] or a number; None if there are none."""
    return json.dumps([_plain(answer) for answer in answers]) if answers else None


def _plain(answer: SampleAnswer) -> Any:
    if answer.label is not None:
        return [int(answer.label), round(float(answer.share), 4)]
    if answer.value is not None:
        return float(answer.value)
    return [[int(token) for token in answer.tokens]]


def read_answers(study_id: str, text: str | None) -> tuple[SampleAnswer, ...]:
    """The answers of such a text. Raises DamagedError for one that was not written so."""
    if text is None:
        return ()
    return damage.reading(study_id, "an answer to a sample", lambda: _answers(json.loads(text)))


def _answers(given: Any) -> tuple[SampleAnswer, ...]:
    if not isinstance(given, list):
        raise ValueError("expected a list")
    return tuple(map(_answer, given))


def _answer(given: Any) -> SampleAnswer:
    match given:
        case [int(label), int() | float() as share]:
            return SampleAnswer(label=label, share=float(share))
        case [[*tokens]] if all(isinstance(token, int) for token in tokens):
            return SampleAnswer(tokens=tuple(tokens))
        case int() | float():
            return SampleAnswer(value=float(given))
    raise ValueError("expected a class, tokens or a number")


def packed_weights(weights: np.ndarray | None) -> bytes | None:
    """The weights (N, ...) as float16; None if there are none."""
    if weights is None or not len(weights):
        return None
    return weights.astype("<f2").tobytes()


def read_weights(study_id: str, blob: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The weights (N, ...) of samples, of `shape` each. Raises DamagedError for other bytes."""
    return damage.reading(study_id, "the weights of samples", lambda: _weights(blob, shape))


def _weights(blob: bytes, shape: tuple[int, ...]) -> np.ndarray:
    with importing("numpy"):
        import numpy as np  # imported here, so that a list of studies does not wait for it

    if not isinstance(blob, bytes):
        raise ValueError("expected bytes")
    return np.frombuffer(blob, "<f2").astype(np.float32).reshape(-1, *shape)


def read(
    connection: Connection, study_id: str, epoch: int | Literal["last"]
) -> dict[tuple[str, int], ShownSamples]:
    """By arm and seed, in each run "last" the kept epoch, or this one or the latest before it.

    Without the runs that have no such epoch, or kept nothing of samples.
    """
    studies.require(connection, study_id)
    runs, epochs, traces = schema.runs.c, schema.epochs.c, schema.traces.c
    at_most = func.coalesce(runs.kept_epoch, runs.epoch) if epoch == "last" else epoch
    latest = select(func.max(epochs.epoch)).where(epochs.run_id == runs.id, epochs.epoch <= at_most)
    joined = schema.runs.join(schema.epochs, epochs.run_id == runs.id).outerjoin(
        schema.traces, and_(traces.run_id == epochs.run_id, traces.epoch == epochs.epoch)
    )
    chosen = (
        select(
            runs.arm,
            runs.seed,
            epochs.epoch,
            epochs.answers,
            traces.axis,
            traces.kind,
            traces.shape,
            traces.samples,
        )
        .select_from(joined)
        .where(runs.study_id == study_id, epochs.answers.is_not(None))
        .where(epochs.epoch == latest.correlate(schema.runs).scalar_subquery())
        .order_by(runs.seed, traces.axis)
    )
    found: dict[tuple[str, int], ShownSamples] = {}
    for arm, seed, at, answers, axis, kind, shape, blob in connection.execute(chosen):
        run = found.get((arm, seed))
        if run is None:
            run = ShownSamples(at, read_answers(study_id, answers), {}, {})
            found[arm, seed] = run
        if blob is not None:
            sizes = damage.shape(study_id, shape, "the shape of weights")
            weights = read_weights(study_id, blob, sizes)
            found[arm, seed] = replace(
                run, weights={**run.weights, axis: weights}, kinds={**run.kinds, axis: kind}
            )
    return found
