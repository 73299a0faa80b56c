"""The columns that say who made a study, where people sign in, and the step that adds them."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Text


def define() -> tuple[Column[str | None], ...]:
    """What identifies the person, and what pages call them: see `attnlab.store.person`."""
    return Column("person", Text, index=True), Column("person_shown", Text)


def add(connection: Connection) -> None:
    """Add both; nobody is known to have made the studies of before."""
    connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN person TEXT")
    connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN person_shown TEXT")
    connection.exec_driver_sql("CREATE INDEX ix_studies_person ON studies (person)")
