"""Runs that a study takes over from others which trained the same before, in the store."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, func, insert, literal, select, update

from attnlab.store import artifacts, schema, studies
from attnlab.store.errors import StoreError
from attnlab.store.listed_studies import ListedStudies
from attnlab.store.recording import run_number
from attnlab.store.statuses import Status

FILES = ("weights.keras", "predictions.npz", "traces.npz")
"""The files of a run that training writes; others were measured of it later."""

_run, _arm = schema.runs.c, schema.arms.c
_OWN = ("id", "study_id", "arm", "seed", "copied_from")
"""The columns of a run that are not copied."""


class NamedRun(NamedTuple):
    """Which run is meant."""

    study: str
    arm: str
    seed: int


class TakenOverRuns(ListedStudies):
    """What a store knows of runs that were trained alike before."""

    _artifacts: Path

    def trained_by(self, study_id: str, what: str) -> set[tuple[str, int]]:
        """The label and seed of each finished run of the study that `what` trained."""
        with self._read() as connection:
            chosen = select(_run.arm, _run.seed).where(
                _run.study_id == study_id,
                _run.status == Status.FINISHED,
                _run.trained_by == what,
            )
            return {(arm, seed) for arm, seed in connection.execute(chosen)}

    def take_over(self, study_id: str, runs: Mapping[tuple[str, int], NamedRun]) -> int:
        """Copy finished runs into a study that waits; return how many.

        `runs` says by label and seed of the study which run to copy. Those whose files are missing
        are left to be trained. Raises StoreError where the study or a run is unknown, where a run
        has begun, or a file cannot be written.
        """
        with self._read() as connection:
            numbers = {
                here: (run_number(connection, study_id, *here), run_number(connection, *source))
                for here, source in runs.items()
            }
        folders = {here: self._artifacts / str(old) for here, (_, old) in numbers.items()}
        present = {here: _files(folder) for here, folder in folders.items()}
        copied = [here for here, files in present.items() if files]
        for here in copied:
            writers = {
                name: partial(shutil.copyfile, folders[here] / name) for name in present[here]
            }
            artifacts.save(self._artifacts / str(numbers[here][0]), writers)
        with self._database.write() as connection:
            for here in copied:
                _copy_run(connection, runs[here], *numbers[here])
            for label in dict.fromkeys(arm for arm, _ in copied):
                source = next(runs[here] for here in copied if here[0] == label)
                _copy_network(connection, study_id, label, source)
            studies.touch(connection, study_id)
        return len(copied)

    def copied_runs(self, study_id: str) -> dict[str, int]:
        """How many runs of the study were copied, by the id of the study they come from."""
        with self._read() as connection:
            chosen = (
                select(_run.copied_from, func.count())
                .where(_run.study_id == study_id, _run.copied_from.is_not(None))
                .group_by(_run.copied_from)
                .order_by(_run.copied_from)
            )
            return {str(source): number for source, number in connection.execute(chosen)}

    def copied_seconds(self, study_id: str) -> float:
        """Seconds of training of its copied runs, which took the study itself no time."""
        with self._read() as connection:
            chosen = select(func.sum(_run.seconds)).where(
                _run.study_id == study_id, _run.copied_from.is_not(None)
            )
            return float(connection.execute(chosen).scalar() or 0.0)


def _files(folder: Path) -> Sequence[str]:
    """The files of training in the folder of a run; none where its weights are missing."""
    names = [name for name in FILES if (folder / name).is_file()]
    return names if FILES[0] in names else []


def _copy_run(connection: Connection, source: NamedRun, here: int, there: int) -> None:
    """Give the run here the row, the epochs and the traces of the run there."""
    row = connection.execute(select(schema.runs).where(_run.id == there)).one()
    if row.status != Status.FINISHED:
        raise StoreError(f"the run of {source.arm}, seed {source.seed}, is {row.status} by now")
    values: dict[str, Any] = {
        name: value for name, value in row._mapping.items() if name not in _OWN
    }
    changed = connection.execute(
        update(schema.runs)
        .where(_run.id == here, _run.status == Status.QUEUED)
        .values(**values, copied_from=row.copied_from or source.study)
    )
    if not changed.rowcount:
        raise StoreError(f"the run of {source.arm}, seed {source.seed}, has begun already")
    for table in (schema.epochs, schema.traces):
        _copy_rows(connection, table, here, there)


def _copy_rows(connection: Connection, table: Table, here: int, there: int) -> None:
    others = [column for column in table.columns if column.name != "run_id"]
    rows = select(literal(here), *others).where(table.c.run_id == there)
    names = ["run_id", *(column.name for column in others)]
    connection.execute(insert(table).from_select(names, rows))


def _copy_network(connection: Connection, study_id: str, label: str, source: NamedRun) -> None:
    """Give an arm the network and the counts of parameters of the arm that its runs come from."""
    names = ("network", "parameters", "attention_parameters")
    chosen = select(*(_arm[name] for name in names)).where(
        _arm.study_id == source.study, _arm.label == source.arm
    )
    row = connection.execute(chosen).one()
    connection.execute(
        update(schema.arms)
        .where(_arm.study_id == study_id, _arm.label == label)
        .values(**row._mapping)
    )
