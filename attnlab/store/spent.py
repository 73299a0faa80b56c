"""The rows that say which seeds a study has spent, on the data of each of its tasks, and the step
to the version that has one for each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Connection

from attnlab.spec import Study


def spent_rows(
    study_id: str, name: str, study: Study, created_at: float, seeds: Iterable[int]
) -> list[dict[str, Any]]:
    """The rows of `schema.spent_seeds` for these seeds of a study: one for each stream of data."""
    about = {
        "study_id": study_id,
        "study_name": name,
        "question": study.question,
        "created_at": created_at,
    }
    streams = study.data_streams
    return [{**about, "stream": stream, "seed": seed} for seed in seeds for stream in streams]


def make_first_table(connection: Connection) -> None:
    """The table as it was first, with one stream of data a study."""
    connection.exec_driver_sql(
        "CREATE TABLE spent_seeds (study_id TEXT NOT NULL, seed INTEGER NOT NULL, "
        "stream TEXT NOT NULL, study_name TEXT NOT NULL, question TEXT NOT NULL, "
        "created_at FLOAT NOT NULL, PRIMARY KEY (study_id, seed))"
    )
    connection.exec_driver_sql("CREATE INDEX spent_seeds_by_stream ON spent_seeds (stream, seed)")


def add_streams(connection: Connection) -> None:
    """A study of several tasks spends a seed on the data of each: the stream joins the key."""
    connection.exec_driver_sql("DROP INDEX spent_seeds_by_stream")
    connection.exec_driver_sql("ALTER TABLE spent_seeds RENAME TO spent_before")
    connection.exec_driver_sql(
        "CREATE TABLE spent_seeds (study_id TEXT NOT NULL, seed INTEGER NOT NULL, "
        "stream TEXT NOT NULL, study_name TEXT NOT NULL, question TEXT NOT NULL, "
        "created_at FLOAT NOT NULL, PRIMARY KEY (study_id, seed, stream))"
    )
    connection.exec_driver_sql("INSERT INTO spent_seeds SELECT * FROM spent_before")
    connection.exec_driver_sql("DROP TABLE spent_before")
    connection.exec_driver_sql("CREATE INDEX spent_seeds_by_stream ON spent_seeds (stream, seed)")
