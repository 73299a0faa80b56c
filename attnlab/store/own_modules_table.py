"""The tables of the modules and tasks that people brought, and the steps to the versions that have
them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, MetaData, Table, Text


def define(metadata: MetaData, what: str) -> Table:
    """The table of "modules" or "tasks": a row for each version of one that a study was planned
    with, by its name and the hash of its source; `content` as `Own.to_json` gives it."""
    return Table(
        f"own_{what}",
        metadata,
        Column("name", Text, primary_key=True),
        Column("source", Text, primary_key=True),
        Column("content", Text, nullable=False),
    )


def add(connection: Connection) -> None:
    """Make the table of modules in a database from before there was one."""
    connection.exec_driver_sql(
        "CREATE TABLE own_modules (name TEXT NOT NULL, source TEXT NOT NULL, "
        "content TEXT NOT NULL, PRIMARY KEY (name, source))"
    )


def add_tasks(connection: Connection) -> None:
    """The same of tasks."""
    connection.exec_driver_sql(
        "CREATE TABLE own_tasks (name TEXT NOT NULL, source TEXT NOT NULL, "
        "content TEXT NOT NULL, PRIMARY KEY (name, source))"
    )
