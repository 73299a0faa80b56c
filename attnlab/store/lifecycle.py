"""A study's way from queued to its end: its owner, pause and stop requests, its final status.

Every function works inside a write transaction, so that what it reads is still true when it writes.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import suppress

from sqlalchemy import Connection, case, delete, func, literal, select, update

from attnlab.store import schema, studies
from attnlab.store.damage import NOT_WRITTEN_SO
from attnlab.store.errors import StoreError
from attnlab.store.owner import FRESH_SECONDS, Owner
from attnlab.store.statuses import ACTIVE, COMPLETE, Status

Alive = Callable[[Owner, float], bool]
"""Whether an owner still exists, given its latest heartbeat in unix seconds."""

_UNFINISHED = (Status.STOPPED, Status.INTERRUPTED)


def acquire(connection: Connection, study_id: str, owner: Owner, alive: Alive) -> bool:
    """Make `owner` the study's owner; False if a live process has it, or it has finished."""
    row = studies.require(connection, study_id)
    current = studies.owner_of(row)
    has_owner = current is not None and alive(current, row.heartbeat_at)
    if (row.status == Status.RUNNING and has_owner) or row.status == Status.FINISHED:
        return False
    _queue_unfinished(connection, study_id)
    now = time.time()
    studies.touch(
        connection,
        study_id,
        status=Status.RUNNING,
        started_at=now if row.started_at is None else row.started_at,
        finished_at=None,
        heartbeat_at=now,
        activity="",
        stop_requested=False,
        paused=False,
        **studies.owner_columns(owner),
    )
    return True


def enqueue(connection: Connection, study_id: str, owner: Owner | None) -> None:
    """Queue a study that has not finished and is not running."""
    row = studies.require(connection, study_id)
    if row.status == Status.RUNNING:
        raise StoreError(f"study {study_id} is running already")
    if row.status == Status.FINISHED and not _has_untrained(connection, study_id):
        raise StoreError(f"study {study_id} has finished: there is nothing left to train")
    _queue_unfinished(connection, study_id)
    studies.touch(
        connection,
        study_id,
        status=Status.QUEUED,
        finished_at=None,
        heartbeat_at=time.time(),
        activity="",
        **studies.owner_columns(owner),
    )


def heartbeat(connection: Connection, study_id: str, activity: str) -> bool:
    """Record that the owner is alive and what it does; True if it should stop."""
    columns = schema.studies.c
    changed = case((columns.activity != literal(activity), 1), else_=0)
    row = connection.execute(
        update(schema.studies)
        .where(columns.id == study_id)
        .values(
            heartbeat_at=time.time(),
            activity=activity,
            revision=columns.revision + changed,
        )
        .returning(columns.status, columns.stop_requested)
    ).one_or_none()
    if row is None:
        raise studies.unknown(study_id)
    return bool(row.stop_requested) or row.status not in ACTIVE


def request_stop(connection: Connection, study_id: str) -> None:
    """Ask a running study to stop; stop a queued one at once; leave an ended one as it is."""
    status = studies.require(connection, study_id).status
    if status == Status.RUNNING:
        studies.touch(connection, study_id, stop_requested=True)
    elif status == Status.QUEUED:
        _end_study(connection, study_id, Status.STOPPED)


def set_paused(connection: Connection, study_id: str, paused: bool) -> None:
    """Ask a running study to pause at the end of its current epochs, or to go on."""
    row = studies.require(connection, study_id)
    if row.status != Status.RUNNING:
        raise StoreError(f"study {study_id} is {row.status}: only a running study can be paused")
    studies.touch(connection, study_id, paused=paused)


def is_paused(connection: Connection, study_id: str) -> bool:
    """Whether somebody asked the study to pause."""
    chosen = select(schema.studies.c.paused).where(schema.studies.c.id == study_id)
    return bool(connection.execute(chosen).scalar())


def _has_untrained(connection: Connection, study_id: str) -> bool:
    runs = schema.runs.c
    left = select(runs.id).where(runs.study_id == study_id, runs.status == Status.QUEUED)
    return connection.execute(left).first() is not None


def release(connection: Connection, study_id: str, unfinished: Status | None) -> None:
    """End a study: what was left untrained becomes `unfinished`."""
    row = studies.require(connection, study_id)
    if unfinished is None:
        unfinished = Status.STOPPED if row.stop_requested else Status.INTERRUPTED
    if unfinished not in _UNFINISHED:
        raise StoreError(f"what is unfinished is stopped or interrupted, not {unfinished}")
    _end_study(connection, study_id, unfinished)


def recover(connection: Connection, alive: Alive) -> list[str]:
    """End every active study whose owner is gone; return their ids."""
    columns = schema.studies.c
    active = select(schema.studies).where(columns.status.in_(ACTIVE)).order_by(columns.created_at)
    ended = []
    for row in connection.execute(active).all():
        owner = studies.owner_of(row)
        beat = row.heartbeat_at if isinstance(row.heartbeat_at, float) else 0.0  # or damaged
        is_alive = time.time() - beat < FRESH_SECONDS if owner is None else alive(owner, beat)
        if not is_alive:
            _end_study(connection, row.id, Status.INTERRUPTED)
            ended.append(row.id)
    return ended


def _queue_unfinished(connection: Connection, study_id: str) -> None:
    """Queue every run that has not finished again, without its epochs and traces."""
    runs = schema.runs.c
    unfinished = (runs.study_id == study_id) & (runs.status != Status.FINISHED)
    numbers = select(runs.id).where(unfinished)
    for table in (schema.epochs, schema.traces):
        connection.execute(delete(table).where(table.c.run_id.in_(numbers)))
    connection.execute(
        update(schema.runs)
        .where(unfinished)
        .values(
            status=Status.QUEUED,
            epoch=0,
            kept_epoch=None,
            started_at=None,
            finished_at=None,
            seconds=None,
            error=None,
        )
    )


def _awaits_second_stage(connection: Connection, study_id: str) -> bool:
    """Whether it asks for a precision, and nobody has found yet how many seeds that takes."""
    with suppress(*NOT_WRITTEN_SO):  # a plan that cannot be read awaits nothing
        plan = json.loads(studies.require(connection, study_id).spec)
        return bool(plan.get("judging", {}).get("precision")) and not plan.get("settled")
    return False


def _end_study(connection: Connection, study_id: str, unfinished: Status) -> None:
    """Give the study the final status that follows from its runs, and no owner."""
    runs = schema.runs.c
    of_study = runs.study_id == study_id
    connection.execute(
        update(schema.runs).where(of_study & runs.status.in_(ACTIVE)).values(status=unfinished)
    )
    counts = select(runs.status, func.count()).where(of_study).group_by(runs.status)
    statuses = {status for status, _ in connection.execute(counts)}
    if statuses <= set(COMPLETE) and _awaits_second_stage(connection, study_id):
        final = unfinished
    elif statuses <= {Status.FINISHED}:
        final = Status.FINISHED
    elif statuses <= set(COMPLETE):
        final = Status.FAILED
    else:
        final = unfinished
    studies.touch(
        connection,
        study_id,
        status=final,
        finished_at=time.time(),
        activity="",
        stop_requested=False,
        paused=False,
        **studies.owner_columns(None),
    )
