"""The schema step after which lists of studies are cut, sorted and filtered by the database."""

from __future__ import annotations

import json
from contextlib import suppress

from sqlalchemy import Connection, text

from attnlab.store.damage import NOT_WRITTEN_SO

_STATEMENTS = (
    "ALTER TABLE studies ADD COLUMN task TEXT DEFAULT '' NOT NULL",
    "ALTER TABLE studies ADD COLUMN predicts BOOLEAN DEFAULT 0 NOT NULL",
    "CREATE INDEX spent_seeds_by_question ON spent_seeds (question, created_at)",
    "CREATE INDEX studies_by_age ON studies (created_at)",
    "CREATE INDEX studies_by_task ON studies (task, created_at)",
    "CREATE INDEX studies_by_hash ON studies (spec_hash, created_at)",
    "CREATE INDEX studies_that_predict ON studies (created_at) WHERE predicts",
    "CREATE INDEX runs_by_study ON runs (study_id, status, epoch, seconds)",
)


def add_listing(connection: Connection) -> None:
    """Note beside each plan its task and whether it has a prediction, and index what lists ask for.

    A plan that is no JSON, or is without a task, stays under no task.
    """
    for statement in _STATEMENTS:
        connection.exec_driver_sql(statement)
    change = text("UPDATE studies SET task = :task, predicts = :predicts WHERE id = :id")
    for study_id, spec in connection.exec_driver_sql("SELECT id, spec FROM studies").all():
        with suppress(*NOT_WRITTEN_SO):
            plan = json.loads(spec)
            noted = {"task": plan["task"]["name"], "predicts": plan.get("prediction") is not None}
            connection.execute(change, {"id": study_id, **noted})
