"""The schema steps that add or rename columns and change nothing else."""

from __future__ import annotations

from sqlalchemy import Connection


def rename_extra_metrics(connection: Connection) -> None:
    """Name the column of what a task measures besides after what it holds."""
    connection.exec_driver_sql("ALTER TABLE epochs RENAME COLUMN own TO extra_metrics")


def add_what_is_measured_at_the_end(connection: Connection) -> None:
    """Add the measures of classes and the confusion matrices of a run."""
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN at_end TEXT")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN confusion BLOB")


def add_owner_boot(connection: Connection) -> None:
    """Add what tells a study's process from another one without the clock; unknown of old ones."""
    connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN owner_boot TEXT")


def add_shown_samples(connection: Connection) -> None:
    """Add what an epoch answers to a few samples and how it weighs them; runs of before have
    neither."""
    connection.exec_driver_sql("ALTER TABLE epochs ADD COLUMN answers TEXT")
    connection.exec_driver_sql("ALTER TABLE traces ADD COLUMN samples BLOB")
