"""The recorded runs, epochs and traces as DataFrames. Imported late, as pandas takes its time.

Every function works inside a read transaction. Rows are sorted by the study's place in `ids`, the
arm's position, then seed and epoch.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
from sqlalchemy import ColumnElement, Connection, Select, case, func, select

from attnlab.spec import TESTED, VALIDATED
from attnlab.store import damage, schema, studies
from attnlab.store.confusion import unpacked
from attnlab.store.typed_frames import typed

EpochChoice = int | Literal["last"] | None
"""A number: that epoch or the latest before it; "last": the kept one; None: every epoch."""

_METRICS = ("loss", "accuracy", "val_loss", "val_accuracy")
_RUN_DTYPES = {
    "study": str,
    "arm": str,
    "seed": "int64",
    "status": str,
    "epoch": "int64",
    "kept_epoch": "int64",
    "seconds": "float64",
    "error": str,
    **dict.fromkeys(_METRICS, "float64"),
}
_CURVE_DTYPES = {
    **dict.fromkeys(("study", "arm", "task", "module", "params"), str),
    **dict.fromkeys(("seed", "epoch"), "int64"),
    **dict.fromkeys((*_METRICS, "seconds"), "float64"),
}

_CALLED = {
    "extra": "a further metric of an epoch",
    "tested": "a metric on the test samples",
    "at_end": "a metric of classes",
}
"""What columns of JSON are called, where one is damaged."""

_MEASURE_DTYPES = {
    "study": str,
    "arm": str,
    "seed": "int64",
    "epoch": "int64",
    "axis": str,
    "kind": str,
    "name": str,
    "value": "float64",
}
_run, _arm, _epoch, _trace = schema.runs.c, schema.arms.c, schema.epochs.c, schema.traces.c
_RUNS_WITH_ARMS = schema.runs.join(
    schema.arms, (_arm.study_id == _run.study_id) & (_arm.label == _run.arm)
)


def runs(connection: Connection, ids: Sequence[str]) -> pd.DataFrame:
    """One row a run, with the metrics of the epoch whose weights it has: mostly the latest.

    Columns for the task's extra metrics follow, `VALIDATED` before their names, columns for the
    metrics on the test samples, `TESTED` before their names, and those that were measured of
    classes at the end.
    """
    _plans(connection, ids)
    kept = func.coalesce(_run.kept_epoch, _run.epoch)
    final = (_epoch.run_id == _run.id) & (_epoch.epoch == kept)
    chosen = (
        select(
            _run.study_id,
            _run.arm,
            _run.seed,
            _run.status,
            _run.epoch,
            kept,
            _run.seconds,
            func.coalesce(_run.error, ""),
            *(_epoch[name] for name in _METRICS),
            _epoch.extra_metrics,
            _run.tested,
            _run.at_end,
        )
        .select_from(_RUNS_WITH_ARMS.outerjoin(schema.epochs, final))
        .where(_run.study_id.in_(ids))
        .order_by(*_order(ids))
    )
    texts = dict.fromkeys(("extra", "tested", "at_end"), object)
    frame = _frame(connection, chosen, {**_RUN_DTYPES, **texts})
    prefixes = {"extra": VALIDATED, "tested": TESTED, "at_end": ""}
    return frame.join([_from_json(frame, name, prefix) for name, prefix in prefixes.items()])


def confusions(connection: Connection, study_id: str) -> dict[tuple[str, int], np.ndarray]:
    """The counts (2, K, K) on validation and test of each run that has them, by arm and seed."""
    _plans(connection, [study_id])
    chosen = (
        select(_run.arm, _run.seed, _run.confusion)
        .select_from(_RUNS_WITH_ARMS)
        .where(_run.study_id == study_id, _run.confusion.is_not(None))
        .order_by(_arm.position, _run.seed)
    )
    return {
        (arm, seed): damage.reading(
            study_id, f"the confusion matrix of {arm}, seed {seed},", partial(unpacked, content)
        )
        for arm, seed, content in connection.execute(chosen)
    }


def curves(connection: Connection, ids: Sequence[str]) -> pd.DataFrame:
    """One row a run and epoch, with the columns of the tidy curves CSV.

    Columns for a task's extra metrics follow, `VALIDATED` before their names.
    """
    plans = _plans(connection, ids)
    chosen = (
        select(
            _run.study_id,
            _run.arm,
            _run.seed,
            _epoch.epoch,
            *(_epoch[name] for name in _METRICS),
            _epoch.seconds,
            _epoch.extra_metrics,
        )
        .select_from(_RUNS_WITH_ARMS.join(schema.epochs, _epoch.run_id == _run.id))
        .where(_run.study_id.in_(ids))
        .order_by(*_order(ids), _epoch.epoch)
    )
    names = ("study", "arm", "seed", "epoch", *_METRICS, "seconds")
    dtypes = {name: _CURVE_DTYPES[name] for name in names}
    frame = _frame(connection, chosen, {**dtypes, "extra": object})
    extra = _from_json(frame, "extra", VALIDATED)
    about = _about_arms(plans)
    keys = list(zip(frame["study"], frame["arm"], strict=True))
    for place, name in enumerate(_ArmColumns._fields):
        frame[name] = pd.Series([about[key][place] for key in keys], dtype=str)
    return frame[list(_CURVE_DTYPES)].join(extra)


def _from_json(frame: pd.DataFrame, name: str, prefix: str) -> pd.DataFrame:
    """The numbers of a column of JSON texts, which leaves the frame, as columns."""
    ids, texts = frame["study"], frame.pop(name)
    found = [
        damage.numbers(study_id, text, _CALLED[name])
        for study_id, text in zip(ids, texts, strict=True)
    ]
    values = pd.DataFrame(found, dtype="float64")
    return values.set_axis(texts.index).add_prefix(prefix)


def measures(connection: Connection, study_id: str, epoch: EpochChoice) -> pd.DataFrame:
    """One row a measure of attention: study, arm, seed, epoch, axis, kind, name, value."""
    _plans(connection, [study_id])
    columns = (_run.arm, _run.seed, _trace.epoch, _trace.axis, _trace.kind, _trace.measures)
    rows = connection.execute(_of_epoch(_traces_of(study_id, *columns), epoch)).all()
    measured = [
        (study_id, arm, seed, at, axis, kind, name, value)
        for arm, seed, at, axis, kind, text in rows
        for name, value in damage.numbers(study_id, text, "a measure of attention").items()
    ]
    return typed(measured, _MEASURE_DTYPES)


def traces(connection: Connection, study_id: str, epoch: EpochChoice) -> pd.DataFrame:
    """One row a weight: study, arm, seed, epoch, axis, kind, index, weight, shape."""
    _plans(connection, [study_id])
    chosen = _traces_of(
        study_id,
        _run.arm,
        _run.seed,
        _trace.epoch,
        _trace.axis,
        _trace.kind,
        _trace.shape,
        _trace.weights,
    )
    return _long(study_id, connection.execute(_of_epoch(chosen, epoch)).all())


def _traces_of(study_id: str, *columns: ColumnElement[Any]) -> Select[Any]:
    return (
        select(*columns)
        .select_from(_RUNS_WITH_ARMS.join(schema.traces, _trace.run_id == _run.id))
        .where(_run.study_id == study_id)
        .order_by(_arm.position, _run.seed, _trace.epoch, _trace.axis)
    )


def _of_epoch(chosen: Select[Any], epoch: EpochChoice) -> Select[Any]:
    """Only the traces of this epoch of every run, or of the latest before it."""
    if epoch is None:
        return chosen
    latest = select(func.max(_trace.epoch)).where(_trace.run_id == _run.id)
    at_most = func.coalesce(_run.kept_epoch, _run.epoch) if epoch == "last" else epoch
    latest = latest.where(_trace.epoch <= at_most)
    return chosen.where(_trace.epoch == latest.correlate(schema.runs).scalar_subquery())


def _long(study_id: str, rows: Sequence[Any]) -> pd.DataFrame:
    arms, seeds, epochs, axes, kinds, shapes, blobs = zip(*rows, strict=True) if rows else [()] * 7
    sizes = {text: damage.shape(study_id, text, "the shape of weights") for text in set(shapes)}
    for text, blob in zip(shapes, blobs, strict=True):
        damage.check_weights(study_id, blob, sizes[text])
    weights = np.frombuffer(b"".join(blobs), dtype="<f4").astype(np.float32)
    lengths = np.array([len(blob) // 4 for blob in blobs], dtype=np.int64)
    row = np.repeat(np.arange(len(rows)), lengths)  # which trace a weight comes from
    firsts = np.cumsum(lengths) - lengths

    def texts(values: Sequence[str]) -> Any:
        return pd.Series(list(values), dtype=str).array.take(row)

    def numbers(values: Sequence[int]) -> np.ndarray:
        return np.array(values, dtype=np.int64)[row]

    return pd.DataFrame(
        {
            "study": texts([study_id] * len(rows)),
            "arm": texts(arms),
            "seed": numbers(seeds),
            "epoch": numbers(epochs),
            "axis": texts(axes),
            "kind": texts(kinds),
            "index": np.arange(len(weights), dtype=np.int64) - firsts[row],
            "weight": weights,
            "shape": texts(shapes),
        }
    )


def _plans(connection: Connection, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The plans as plain JSON values; raises StoreError for an unknown id."""
    columns = schema.studies.c
    chosen = select(columns.id, columns.spec).where(columns.id.in_(ids))
    plans = {
        row.id: damage.reading(row.id, "its plan", partial(damage.plan, row.spec))
        for row in connection.execute(chosen)
    }
    for study_id in ids:
        if study_id not in plans:
            raise studies.unknown(study_id)
    return plans


class _ArmColumns(NamedTuple):
    """The columns of curves that say what an arm trains; `params` are JSON."""

    task: str
    module: str
    params: str


def _about_arms(plans: dict[str, dict[str, Any]]) -> dict[tuple[str, str], _ArmColumns]:
    """The task, the module and its parameters as JSON, by study and arm.

    The task is that of the arm, where it has one of its own. What an arm changes stays under "set":
    a task's parameter may have the name of a module's. So does a learning rate that was chosen for
    it.
    Reads plain values, so that a study stays readable when the catalogue has lost its module.
    """
    about = {}
    for study_id, plan in plans.items():
        for arm in plan["arms"]:
            params = {key: arm[key] for key in arm if key not in ("label", "module")}
            if arm["label"] in (chosen := (plan.get("tuning") or {}).get("chosen", {})):
                params["set"] = params.get("set", {}) | {"learning_rate": chosen[arm["label"]]}
            about[study_id, arm["label"]] = _ArmColumns(
                arm.get("set", {}).get("task", plan["task"]["name"]),
                arm["module"],
                json.dumps(params, sort_keys=True),
            )
    return about


def _order(ids: Sequence[str]) -> tuple[ColumnElement[Any], ...]:
    places = {study_id: place for place, study_id in enumerate(ids)}
    by_study = (case(places, value=_run.study_id),) if places else ()
    return *by_study, _arm.position, _run.seed


def _frame(connection: Connection, chosen: Select[Any], dtypes: Mapping[str, Any]) -> pd.DataFrame:
    return typed([tuple(row) for row in connection.execute(chosen)], dtypes)
