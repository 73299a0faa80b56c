"""The runs that choose learning rates, in the store. Functions work inside a transaction."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, insert, select

from attnlab.spec import Study
from attnlab.spec.tuning_runs import TuningRun
from attnlab.store import damage, listing, schema, studies
from attnlab.store.errors import StoreError
from attnlab.store.recorded_frames import RecordedFrames

_table, _columns = schema.tuning_runs, schema.tuning_runs.c


class TunedRates(RecordedFrames):
    """What a store keeps of the learning rates that were tried and chosen."""

    def tuning_runs(self, study_id: str) -> list[TuningRun]:
        """The runs of a study's tuning that have ended, by the arm's position, rate and seed."""
        with self._read() as connection:
            return _ended(connection, study_id)

    def record_tuning_run(self, study_id: str, run: TuningRun) -> None:
        """Keep a run of the tuning that has ended, in place of an earlier one of the same."""
        with self._database.write() as connection:
            _record(connection, study_id, run)

    def choose_rates(self, study_id: str, chosen: Mapping[str, float]) -> Study:
        """Write down the learning rate that was chosen for each arm; return the plan, which has
        them. Raises StoreError where none are to be chosen."""
        with self._database.write() as connection:
            return _choose(connection, study_id, chosen)


def _ended(connection: Connection, study_id: str) -> list[TuningRun]:
    studies.require(connection, study_id)
    arms = schema.arms.c
    chosen = (
        select(*(_columns[name] for name in ("arm", "rate", "seed", "score", "error", "seconds")))
        .join(schema.arms, (arms.study_id == _columns.study_id) & (arms.label == _columns.arm))
        .where(_columns.study_id == study_id)
        .order_by(arms.position, _columns.rate, _columns.seed)
    )
    rows = connection.execute(chosen).all()
    for row in rows:
        damage.check_cells(study_id, row, _table)
    return [TuningRun(*row) for row in rows]


def _record(connection: Connection, study_id: str, run: TuningRun) -> None:
    key = {"study_id": study_id, "arm": run.arm, "rate": run.rate, "seed": run.seed}
    connection.execute(
        delete(_table).where(*(_columns[name] == value for name, value in key.items()))
    )
    ended = {"score": run.score, "error": run.error, "seconds": run.seconds}
    connection.execute(insert(_table).values(**key, **ended))
    studies.touch(connection, study_id)


def _choose(connection: Connection, study_id: str, chosen: Mapping[str, float]) -> Study:
    [row] = listing.of_ids(connection, [studies.require(connection, study_id).id])
    if not row.study.awaits_tuning:
        raise StoreError(
            f"study {studies.id_and_name(row.id, row.name)} chooses no learning rates, or has "
            "chosen them"
        )
    study = row.study.tuned(chosen)
    studies.touch(connection, study_id, spec=study.canonical_json(), spec_hash=study.hash)
    return study
