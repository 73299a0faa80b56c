"""Writes what training gives into the store. Every function works inside a write transaction."""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from attnlab.imports import importing
from attnlab.spec import NetworkLayer
from attnlab.store import schema, studies
from attnlab.store.confusion import packed
from attnlab.store.errors import StoreError
from attnlab.store.rows import EpochRecord, TraceRecord
from attnlab.store.shown_samples import packed_answers, packed_weights
from attnlab.store.statuses import Status

if TYPE_CHECKING:
    import numpy as np

_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy", "seconds")


def run_number(connection: Connection, study_id: str, arm: str, seed: int) -> int:
    """The number of the study's run of this arm and seed; raises StoreError if there is none."""
    runs = schema.runs.c
    chosen = select(runs.id).where(
        runs.study_id == study_id, runs.arm == arm, runs.seed == int(seed)
    )
    number = connection.execute(chosen).scalar()
    if number is None:
        studies.require(connection, study_id)
        raise _no_run(study_id, arm, seed)
    return number


def start_run(connection: Connection, study_id: str, arm: str, seed: int) -> None:
    """Mark the run as running since now."""
    _set_run(
        connection, study_id, arm, seed, status=Status.RUNNING, started_at=time.time(), error=None
    )


def finish_run(
    connection: Connection,
    study_id: str,
    arm: str,
    seed: int,
    seconds: float,
    kept_epoch: int | None,
    tested: Mapping[str, float],
    at_end: Mapping[str, float],
    confusion: np.ndarray | None,
    trained_by: str | None,
) -> None:
    """Mark the run as finished after `seconds` of training, with the weights of `kept_epoch`, what
    these gave on the test samples, what was measured of classes, and what trained it."""
    _set_run(
        connection,
        study_id,
        arm,
        seed,
        status=Status.FINISHED,
        finished_at=time.time(),
        seconds=float(seconds),
        kept_epoch=None if kept_epoch is None else int(kept_epoch),
        tested=_as_json(tested),
        at_end=_as_json(at_end),
        confusion=packed(confusion),
        trained_by=trained_by,
        error=None,
    )


def fail_run(connection: Connection, study_id: str, arm: str, seed: int, error: str) -> None:
    """Mark the run as failed; `error` says why."""
    _set_run(
        connection,
        study_id,
        arm,
        seed,
        status=Status.FAILED,
        finished_at=time.time(),
        error=error,
    )


def record_epochs(connection: Connection, study_id: str, records: Sequence[EpochRecord]) -> None:
    """Insert the epochs and their traces; what was there for the same epoch is replaced."""
    if not records:
        return
    runs = schema.runs.c
    chosen = select(runs.id, runs.arm, runs.seed).where(runs.study_id == study_id)
    numbers = {(row.arm, row.seed): row.id for row in connection.execute(chosen)}
    epochs: list[dict[str, Any]] = []
    traces: list[dict[str, Any]] = []
    latest: dict[int, int] = {}
    for record in records:
        number = numbers.get((record.arm, int(record.seed)))
        if number is None:
            studies.require(connection, study_id)
            raise _no_run(study_id, record.arm, record.seed)
        key = {"run_id": number, "epoch": int(record.epoch)}
        metrics = {name: float(getattr(record, name)) for name in _METRICS}
        epochs.append(
            {
                **key,
                **metrics,
                "extra_metrics": _as_json(record.extra_metrics),
                "answers": packed_answers(record.answers),
            }
        )
        traces.extend({**key, **_trace_columns(trace)} for trace in record.traces)
        latest[number] = max(latest.get(number, 0), int(record.epoch))
    connection.execute(insert(schema.epochs).prefix_with("OR REPLACE"), epochs)
    if traces:
        connection.execute(insert(schema.traces).prefix_with("OR REPLACE"), traces)
    connection.execute(
        update(schema.runs)
        .where(runs.id == bindparam("number"))
        .values(epoch=func.max(runs.epoch, bindparam("latest"))),
        [{"number": number, "latest": epoch} for number, epoch in latest.items()],
    )
    studies.touch(connection, study_id)


def describe_arm(
    connection: Connection,
    study_id: str,
    label: str,
    network: Sequence[NetworkLayer],
    parameters: int,
    attention_parameters: int,
) -> None:
    """Keep what the arm's network looks like and how many parameters it has."""
    arms = schema.arms
    changed = connection.execute(
        update(arms)
        .where(arms.c.study_id == study_id, arms.c.label == label)
        .values(
            network=json.dumps([asdict(layer) for layer in network]),
            parameters=int(parameters),
            attention_parameters=int(attention_parameters),
        )
    )
    if changed.rowcount == 0:
        studies.require(connection, study_id)
        raise StoreError(f"study {study_id} has no arm {label!r}")
    studies.touch(connection, study_id)


def _set_run(connection: Connection, study_id: str, arm: str, seed: int, **values: Any) -> None:
    number = run_number(connection, study_id, arm, seed)
    connection.execute(update(schema.runs).where(schema.runs.c.id == number).values(**values))
    studies.touch(connection, study_id)


def _trace_columns(trace: TraceRecord) -> dict[str, Any]:
    with importing("numpy"):
        import numpy as np  # imported here, so that a list of studies does not wait for it

    weights = np.asarray(trace.weights, dtype="<f4")
    return {
        "axis": trace.axis,
        "kind": trace.kind,
        "shape": json.dumps(weights.shape),
        "weights": weights.tobytes(),
        "measures": _as_json(trace.measures),
        "samples": packed_weights(trace.samples),
    }


def _as_json(values: Mapping[str, float]) -> str | None:
    """The finite numbers as JSON, which cannot express others; None if there are none."""
    known = {name: float(value) for name, value in values.items() if math.isfinite(value)}
    return json.dumps(known) if known else None


def _no_run(study_id: str, arm: str, seed: int) -> StoreError:
    return StoreError(f"study {study_id} has no run of arm {arm!r} with seed {seed}")
