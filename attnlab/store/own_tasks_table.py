"""The table of the tasks that people brought, and the step to the version that has it."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, Table, Text


def define(metadata: MetaData) -> Table:
    """The table: a row for each version of a task that a study was planned with, by its name and
    the hash of its source; `content` as `OwnTask.to_json` gives it."""
    return Table(
        "own_tasks",
        metadata,
        Column("name", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("content", Text, nullable=False),
    )


def add(connection: Connection) -> None:
    """Make the table in a database from before there was one."""
    connection.exec_driver_sql(
        "CREATE TABLE own_tasks (name TEXT NOT NULL, source TEXT NOT NULL, "
        "content TEXT NOT NULL, PRIMARY KEY (name, source))"
    )
