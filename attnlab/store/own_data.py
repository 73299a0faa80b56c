"""The data that people bring, as each sitting of a study found them, in the store."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select

from attnlab.data.fingerprint import Fingerprint
from attnlab.store import damage, schema, studies
from attnlab.store.tuning import TunedRates

_table, _columns = schema.data_states, schema.data_states.c


@dataclass(frozen=True)
class KeptState:
    """The state of the data of a stream from a time on (UTC, unix seconds)."""

    stream: str
    since: float
    fingerprint: Fingerprint


class OwnDataStates(TunedRates):
    """What a store keeps of the data that people brought."""

    def data_states(self, study_id: str) -> list[KeptState]:
        """The states in which a study found its own data, the oldest first."""
        with self._read() as connection:
            chosen = (
                select(_columns.stream, _columns.since, _columns.files)
                .where(_columns.study_id == study_id)
                .order_by(_columns.since, _columns.stream)
            )
            return [
                KeptState(stream, since, _fingerprint(study_id, files))
                for stream, since, files in connection.execute(chosen)
            ]

    def data_changed_at(self, study_id: str) -> list[float]:
        """When the study found its own data in another state than before (UTC, unix seconds)."""
        with self._read() as connection:
            return _changed_at(connection, study_id)

    def keep_data_states(self, study_id: str, states: Mapping[str, Fingerprint]) -> None:
        """From now on the study's data are in these states, by stream."""
        with self._database.write() as connection:
            studies.touch(connection, study_id)
            now = time.time()
            for stream, state in states.items():
                row = {"stream": stream, "since": now, "files": state.packed()}
                connection.execute(insert(_table).values(study_id=study_id, **row))


def _fingerprint(study_id: str, files: bytes) -> Fingerprint:
    return damage.reading(study_id, "the state of its data", lambda: Fingerprint.unpacked(files))


def _changed_at(connection: Connection, study_id: str) -> list[float]:
    chosen = (
        select(_columns.stream, _columns.since)
        .where(_columns.study_id == study_id)
        .order_by(_columns.since)
    )
    seen: set[str] = set()
    times = []
    for stream, since in connection.execute(chosen):
        if stream in seen:
            times.append(since)
        seen.add(stream)
    return times
