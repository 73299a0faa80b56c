"""The tables, and the steps from a database of an older version to one of this version.

Times are UTC in unix seconds. `studies.revision` grows with every change that people can see.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    insert,
    select,
    text,
    update,
)

from attnlab.spec import Study, as_meant_then
from attnlab.store import (
    column_steps,
    origin_columns,
    own_data_table,
    own_modules_table,
    person_columns,
    spent,
    tuned_table,
)
from attnlab.store.damage import UNREADABLE
from attnlab.store.errors import StoreError
from attnlab.store.listing_step import add_listing
from attnlab.store.statuses import Status

metadata = MetaData()


def _status() -> tuple[Column[Any], CheckConstraint]:
    known = ", ".join(f"'{status}'" for status in Status)
    return Column("status", Text, nullable=False), CheckConstraint(f"status IN ({known})")


studies = Table(
    "studies",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("spec", Text, nullable=False),
    Column("spec_hash", Text, nullable=False),
    *_status(),
    Column("example", Boolean, nullable=False),
    Column("created_at", Float, nullable=False),
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("owner_host", Text),
    Column("owner_pid", Integer),
    Column("owner_started", Float),
    Column("owner_boot", Text),  # see attnlab.store.owner
    Column("heartbeat_at", Float, nullable=False),
    Column("activity", Text, nullable=False),
    Column("stop_requested", Boolean, nullable=False),
    Column("paused", Boolean, nullable=False, server_default=text("0")),
    Column("revision", Integer, nullable=False),
    Column("task", Text, nullable=False, server_default=text("''")),  # its name, as in the plan
    Column("predicts", Boolean, nullable=False, server_default=text("0")),
    *person_columns.define(),
)

arms = Table(
    "arms",
    metadata,
    Column("study_id", ForeignKey("studies.id", ondelete="CASCADE"), primary_key=True),
    Column("label", Text, primary_key=True),
    Column("position", Integer, nullable=False),
    Column("network", Text),
    Column("parameters", Integer),
    Column("attention_parameters", Integer),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("study_id", ForeignKey("studies.id", ondelete="CASCADE"), nullable=False),
    Column("arm", Text, nullable=False),
    Column("seed", Integer, nullable=False),
    *_status(),
    Column("epoch", Integer, nullable=False),
    Column("kept_epoch", Integer),  # whose weights the run ended with, where not the latest
    Column("started_at", Float),
    Column("finished_at", Float),
    Column("seconds", Float),
    Column("error", Text),
    Column("tested", Text),  # loss, accuracy and more on the test samples, as JSON
    Column("at_end", Text),  # of classes, what was measured at its end, as JSON
    Column("confusion", LargeBinary),  # of validation and test: see attnlab.store.confusion
    *origin_columns.define(),
    UniqueConstraint("study_id", "arm", "seed"),
    sqlite_autoincrement=True,  # a deleted run's number, and so its artifact folder, is not reused
)

epochs = Table(
    "epochs",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("loss", Float),
    Column("accuracy", Float),
    Column("val_loss", Float),
    Column("val_accuracy", Float),
    Column("seconds", Float),
    Column("extra_metrics", Text),  # by the task, as JSON; missing where it has no metric more
    Column("answers", Text),  # to the samples that are shown: see attnlab.store.shown_samples
)

traces = Table(
    "traces",
    metadata,
    Column("run_id", ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True),
    Column("epoch", Integer, primary_key=True),
    Column("axis", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("shape", Text, nullable=False),
    Column("weights", LargeBinary, nullable=False),
    Column("measures", Text),  # of the attention, as JSON; missing from before there were any
    Column("samples", LargeBinary),  # weights of the samples that are shown, as float16
)

spent_seeds = Table(  # outlives the studies: what was seen stays seen
    "spent_seeds",
    metadata,
    Column("study_id", Text, primary_key=True),
    Column("seed", Integer, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("study_name", Text, nullable=False),
    Column("question", Text, nullable=False),
    Column("created_at", Float, nullable=False),
)

tuning_runs = tuned_table.define(metadata)
data_states = own_data_table.define(metadata)
own_modules, own_tasks = (own_modules_table.define(metadata, each) for each in ("modules", "tasks"))

Index("spent_seeds_by_stream", spent_seeds.c.stream, spent_seeds.c.seed)
Index("spent_seeds_by_question", spent_seeds.c.question, spent_seeds.c.created_at)
Index("studies_by_status", studies.c.status)
Index("studies_by_age", studies.c.created_at)
Index("studies_by_task", studies.c.task, studies.c.created_at)
Index("studies_by_hash", studies.c.spec_hash, studies.c.created_at)
Index("studies_that_predict", studies.c.created_at, sqlite_where=text("predicts"))
Index("runs_by_study", runs.c.study_id, runs.c.status, runs.c.epoch, runs.c.seconds)

Upgrade = Callable[[Connection], None]


def _add_kept_epoch(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN kept_epoch INTEGER")
    _hash_anew(connection)


def _hash_anew(connection: Connection) -> None:
    """Plans have more settings than when they were stored; equal plans shall have equal hashes."""
    for study_id, spec in connection.execute(select(studies.c.id, studies.c.spec)).all():
        with suppress(*UNREADABLE):  # its module no longer exists, or it is no JSON
            changed = {"spec_hash": Study(**json.loads(spec)).hash}
            connection.execute(update(studies).where(studies.c.id == study_id).values(changed))


def _add_measures(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE epochs ADD COLUMN own TEXT")
    connection.exec_driver_sql("ALTER TABLE traces ADD COLUMN measures TEXT")
    _hash_anew(connection)


def _add_pause_and_tests(connection: Connection) -> None:
    connection.exec_driver_sql("ALTER TABLE studies ADD COLUMN paused BOOLEAN DEFAULT 0 NOT NULL")
    connection.exec_driver_sql("ALTER TABLE runs ADD COLUMN tested TEXT")
    _hash_anew(connection)


def _add_spent_seeds(connection: Connection) -> None:
    """What the studies that are there have seen; those whose plan cannot be read are left out."""
    spent.make_first_table(connection)
    columns = studies.c
    every = select(columns.id, columns.name, columns.spec, columns.created_at)
    for study_id, name, spec, created_at in connection.execute(every).all():
        with suppress(*UNREADABLE):
            plan = Study(**json.loads(spec))
            connection.execute(
                insert(spent_seeds), spent.spent_rows(study_id, name, plan, created_at, plan.seeds)
            )


def _add_test_samples(connection: Connection) -> None:
    """Tasks that draw their samples have a parameter more: stored plans stay what they were."""
    for study_id, spec in connection.execute(select(studies.c.id, studies.c.spec)).all():
        with suppress(*UNREADABLE):
            plan = as_meant_then(json.loads(spec))
            changed = {"spec": json.dumps(plan, sort_keys=True, separators=(",", ":"))}
            connection.execute(update(studies).where(studies.c.id == study_id).values(changed))
    _hash_anew(connection)
    _ask_anew(connection)


def _ask_anew(connection: Connection) -> None:
    """The questions of stored studies are named as plans are; those of deleted ones stay."""
    for study_id, spec in connection.execute(select(studies.c.id, studies.c.spec)).all():
        with suppress(*UNREADABLE):
            changed = {"question": Study(**json.loads(spec)).question}
            chosen = spent_seeds.c.study_id == study_id
            connection.execute(update(spent_seeds).where(chosen).values(changed))


UPGRADES: tuple[Upgrade, ...] = (
    _add_kept_epoch,
    _add_measures,
    _add_pause_and_tests,
    _hash_anew,  # of every setting before; now of those that differ from the defaults
    column_steps.rename_extra_metrics,
    _add_spent_seeds,
    _add_test_samples,
    spent.add_streams,
    tuned_table.add,
    add_listing,
    own_data_table.add,
    column_steps.add_what_is_measured_at_the_end,
    column_steps.add_owner_boot,
    person_columns.add,
    own_modules_table.add,
    column_steps.add_shown_samples,
    own_modules_table.add_tasks,
    origin_columns.add,
)
"""What leads from version 1 to 2, from 2 to 3, …: a step for each change of tables or hashes.

Foreign keys hold meanwhile: a step that drops a table also deletes the rows that refer to it.
"""


def newest() -> int:
    """The schema version that this code reads and writes."""
    return 1 + len(UPGRADES)


def version(connection: Connection, path: Path) -> int:
    """Return the database's schema version, 0 for an empty file.

    Raises StoreError for a database that is newer than this code or is not attnlab's.
    """
    current = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
    if current > newest():
        raise StoreError(
            f"{path} was written by a newer attnlab (schema {current}, this one knows {newest()}): "
            f"update attnlab or choose another folder with ATTNLAB_HOME"
        )
    tables = connection.exec_driver_sql("SELECT count(*) FROM sqlite_master").scalar_one()
    if current == 0 and tables:
        raise StoreError(
            f"expected attnlab's database in {path}, but it is another program's: move it away or "
            f"choose another folder with ATTNLAB_HOME"
        )
    return current


def upgrade(write: Callable[[], AbstractContextManager[Connection]], path: Path) -> None:
    """Bring the database to the newest version, one transaction a step.

    `write` opens a transaction that excludes other writers; the version is read inside it, so
    that two processes that start together make each step once. A step that fails leaves the
    database at the version before it.
    """
    done = False
    while not done:
        with write() as connection:
            current = version(connection, path)
            if current == 0:
                metadata.create_all(connection)
                current = newest()
            elif current < newest():
                UPGRADES[current - 1](connection)
                current += 1
            done = current == newest()
            connection.exec_driver_sql(f"PRAGMA user_version = {current}")
