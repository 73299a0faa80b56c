"""The table of the runs that choose learning rates, and the step to the version that has it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, ForeignKey, Integer, MetaData, Table, Text


def define(metadata: MetaData) -> Table:
    """The table: a row per arm, rate and seed that has ended; `score` is missing where it failed,
    `error` says why."""
    return Table(
        "tuning_runs",
        metadata,
        Column("study_id", ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
        Column("arm", Text, primary_key=True),
        Column("rate", Float, primary_key=True),
        Column("seed", Integer, primary_key=True),
        Column("score", Float),
        Column("error", Text, nullable=False),
        Column("seconds", Float, nullable=False),
    )


def add(connection: Connection) -> None:
    """Make the table in a database from before there were any."""
    connection.exec_driver_sql(
        "CREATE TABLE tuning_runs (study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE "
        "CASCADE, arm TEXT NOT NULL, rate FLOAT NOT NULL, seed INTEGER NOT NULL, score FLOAT, "
        "error TEXT NOT NULL, seconds FLOAT NOT NULL, PRIMARY KEY (study_id, arm, rate, seed))"
    )
