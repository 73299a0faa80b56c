"""The columns that say what trained a run and where a copied one comes from, and their step."""

from __future__ import annotations

from sqlalchemy import Column, Connection, Text


def define() -> tuple[Column[str | None], ...]:
    """By what program and machine it was trained, where that gives the same bits again, and the id
    of the study that it was copied from: see `attnlab.store.taken_over`."""
    return Column("trained_by", Text), Column("copied_from", Text)


def add(connection: Connection) -> None:
    """Add both; it is not known what trained the runs of before, and none was copied."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN trained_by TEXT")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN copied_from TEXT")
