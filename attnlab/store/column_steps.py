"""The schema steps that add columns and change nothing else."""

from __future__ import annotations

from sqlalchemy import Connection


def add_what_is_measured_at_the_end(connection: Connection) -> None:
    """Add the measures of classes and the confusion matrices of a run."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN at_end TEXT")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN confusion BLOB")


def add_owner_boot(connection: Connection) -> None:
    """Add what tells a study's process from another one without the clock; unknown of old ones."""
    connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN owner_boot TEXT")


def rename_extra_metrics(connection: Connection) -> None:
    """What a task measures besides has the name that it has elsewhere."""
    connection.exec_driver_sql("ALTER TABLE epochs RENAME COLUMN own TO extra_metrics")
