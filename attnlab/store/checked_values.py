"""Reads every stored value of a study as attnlab would, to find what is damaged.

Every function works inside a read transaction, and returns what is wrong in words, or raises
DamagedError.
"""

from __future__ import annotations

import reprlib
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, select

from attnlab.data.fingerprint import Fingerprint
from attnlab.spec import Study
from attnlab.store import damage, schema, shown_samples, studies
from attnlab.store.errors import StoreError
from attnlab.store.rows import StudyRow
from attnlab.store.statuses import Status

_of_study = schema.runs.c.study_id


def plan(connection: Connection, row: StudyRow) -> list[str]:
    """Whether arms, runs, hash and task are those of the plan; nothing of a plan that this version
    does not know."""
    try:
        study = row.study
    except damage.DamagedError:
        raise
    except StoreError:
        return []
    arms, runs = schema.arms.c, schema.runs.c
    labels = set(connection.execute(select(arms.label).where(arms.study_id == row.id)).scalars())
    planned = {arm.label for arm in study.arms}
    kept = {*connection.execute(select(runs.arm, runs.seed).where(runs.study_id == row.id)).all()}
    expected = {(label, seed) for label in planned for seed in study.seeds}
    wrong = []
    if labels != planned:
        wrong.append("its arms are not those of its plan")
    if {tuple(each) for each in kept} != expected:
        wrong.append("its runs are not those of its plan")
    return wrong + _noted(connection, row, study)


def _noted(connection: Connection, row: StudyRow, study: Study) -> list[str]:
    """What is noted of the plan beside it, where that is something else."""
    table = schema.spent_seeds.c
    asked = select(table.question).where(table.study_id == row.id).distinct()
    questions = set(connection.execute(asked).scalars())
    chosen = select(schema.studies.c.task).where(schema.studies.c.id == row.id)
    noted = {
        "hash": row.spec_hash == study.hash,
        "task": connection.execute(chosen).scalar() == study.task.name,
        "question": questions <= {study.question},
    }
    return [f"its {name} is not that of its plan" for name, fits in noted.items() if not fits]


def traces(connection: Connection, study_id: str) -> list[str]:
    """Read the attention of every run and epoch, one after the other."""
    table = schema.traces.c
    chosen = (
        select(table.shape, table.weights, table.measures, table.samples)
        .join(schema.runs, schema.runs.c.id == table.run_id)
        .where(_of_study == study_id)
    )
    rows = connection.execution_options(yield_per=100).execute(chosen)
    for shape, weights, measures, samples in rows:
        sizes = damage.shape(study_id, shape, "the shape of weights")
        damage.check_weights(study_id, weights, sizes)
        damage.numbers(study_id, measures, "a measure of attention")
        if samples is not None:
            shown_samples.read_weights(study_id, samples, sizes)
    answers = (
        select(schema.epochs.c.answers)
        .join(schema.runs, schema.runs.c.id == schema.epochs.c.run_id)
        .where(_of_study == study_id)
    )
    for text in connection.execute(answers).scalars():
        shown_samples.read_answers(study_id, text)
    return []


def arms(connection: Connection, study_id: str) -> list[str]:
    """Read the networks."""
    studies.arm_rows(connection, study_id)
    return []


def tuning(connection: Connection, study_id: str) -> list[str]:
    """Read the runs that choose learning rates; those of no arm of the study are wrong."""
    runs, labels = schema.tuning_runs.c, schema.arms.c
    known = select(labels.label).where(labels.study_id == study_id)
    chosen = select(runs.arm).where(runs.study_id == study_id, runs.arm.not_in(known)).distinct()
    stray = connection.execute(chosen).scalars()
    return [f"learning rates of {reprlib.repr(arm)}, which is no arm of it" for arm in stray]


def data_states(connection: Connection, study_id: str) -> list[str]:
    """Read the states of its own data."""
    states = schema.data_states.c
    chosen = select(states.files).where(states.study_id == study_id)
    for files in connection.execute(chosen).scalars():
        read = partial(Fingerprint.unpacked, files)
        damage.reading(study_id, "the state of its data", read)
    return []


def cells(connection: Connection, study_id: str) -> list[str]:
    """Hold every cell of its rows against the type of its column; texts are valid UTF-8."""
    runs = select(schema.runs.c.id).where(_of_study == study_id)
    chosen: dict[Table, ColumnElement[bool]] = {
        schema.studies: schema.studies.c.id == study_id,
        schema.arms: schema.arms.c.study_id == study_id,
        schema.runs: _of_study == study_id,
        schema.epochs: schema.epochs.c.run_id.in_(runs),
        schema.traces: schema.traces.c.run_id.in_(runs),
        schema.tuning_runs: schema.tuning_runs.c.study_id == study_id,
        schema.data_states: schema.data_states.c.study_id == study_id,
        schema.spent_seeds: schema.spent_seeds.c.study_id == study_id,
    }
    wrong = []
    for table, where in chosen.items():
        for row in connection.execute(_without_blobs(table).where(where)):
            found = damage.cells(row, table) | _unreadable_texts(row._mapping)
            wrong += [f"in {table.name}, {said}" for said in found.values()]
    return list(dict.fromkeys(wrong))


def _without_blobs(table: Table) -> Any:
    return select(*(each for each in table.columns if each.type.python_type is not bytes))


def _unreadable_texts(values: Any) -> dict[str, str]:
    return {
        name: f"its {name} is {reprlib.repr(value)}"
        for name, value in values.items()
        if isinstance(value, str) and "\ufffd" in value
    }


def ledger(connection: Connection) -> list[str]:
    """Cells of the seeds that were seen, of studies that are deleted, too."""
    wrong = []
    for row in connection.execute(select(schema.spent_seeds)):
        found = damage.cells(row, schema.spent_seeds) | _unreadable_texts(row._mapping)
        wrong += list(found.values())
    return list(dict.fromkeys(wrong))


def run_numbers(connection: Connection) -> dict[str, dict[int, Status | str]]:
    """The numbers of the runs of each study, with their status."""
    runs = schema.runs.c
    numbers: dict[str, dict[int, Status | str]] = {}
    for study_id, number, status in connection.execute(select(runs.study_id, runs.id, runs.status)):
        numbers.setdefault(str(study_id), {})[number] = status
    return numbers
