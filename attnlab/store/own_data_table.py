"""The table of the states of own data, and the step to the version that has it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Float, ForeignKey, LargeBinary, MetaData, Table, Text


def define(metadata: MetaData) -> Table:
    """The table: a row for each state in which a study found the data of a stream, from a time on;
    `files` as `Fingerprint.packed` gives them."""
    return Table(
        "data_states",
        metadata,
        Column("study_id", ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
        Column("stream", Text, primary_key=True),
        Column("since", Float, primary_key=True),
        Column("files", LargeBinary, nullable=False),
    )


def add(connection: Connection) -> None:
    """Make the table in a database from before there was one."""
    connection.exec_driver_sql(
        "CREATE TABLE data_states (study_id TEXT NOT NULL REFERENCES studies (id) ON DELETE "
        "CASCADE, stream TEXT NOT NULL, since FLOAT NOT NULL, files BLOB NOT NULL, "
        "PRIMARY KEY (study_id, stream, since))"
    )
