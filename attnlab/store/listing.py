"""Lists of studies: filtered, sorted and cut by the database. Works inside a transaction.

What a list costs depends on how many of its studies are returned. Counting and the orders by what
is said of runs go through an index of all that are wanted.
"""

from __future__ import annotations

import reprlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Label,
    Row,
    Select,
    bindparam,
    case,
    desc,
    func,
    or_,
    select,
)

from attnlab.spec import REGISTRY
from attnlab.store import damage, schema
from attnlab.store.rows import StudyRow
from attnlab.store.statuses import Status
from attnlab.store.studies import NEWEST_FIRST, owner_of

_study, _run, _arm, _spent = schema.studies.c, schema.runs.c, schema.arms.c, schema.spent_seeds.c


@dataclass(frozen=True)
class Wanted:
    """Which studies are listed: those that meet all that is given; every study if nothing is.

    Each word of `text` is found in the name, the task's name or title, the note, an arm's label or
    the id of a study, in capitals or not.
    """

    text: str = ""
    statuses: Sequence[Status] = ()
    tasks: Sequence[str] = ()
    spec_hash: str | None = None
    question: str | None = None
    """See `Study.question`."""
    predicts: bool = False
    """Only studies whose plan has a prediction."""
    person: str | None = None
    """Only studies that the person with this key made: see `Person`."""


class Order(StrEnum):
    """How a list of studies is sorted; among equals the newest is first."""

    NEWEST = "newest"
    OLDEST = "oldest"
    NAME = "name"
    STATUS = "status"
    TASK = "task"
    RUNS = "runs"
    """Most runs first."""
    SECONDS = "time"
    """The longest training time first."""


EVERY = Wanted()

_AT_ONCE = 10_000
"""So many studies' runs are counted in one statement: SQLite takes 32,766 values at most."""


def count(connection: Connection, wanted: Wanted = EVERY) -> int:
    """How many studies are wanted."""
    chosen = select(func.count()).select_from(schema.studies).where(*_conditions(wanted))
    return int(connection.execute(chosen).scalar_one())


def rows(
    connection: Connection,
    wanted: Wanted = EVERY,
    order: Order = Order.NEWEST,
    first: int = 0,
    most: int | None = None,
) -> list[StudyRow]:
    """The studies that are wanted, sorted, in two statements: `most` of them from place `first`."""
    chosen = (
        select(schema.studies, *_tuned())
        .where(*_conditions(wanted))
        .order_by(*_by(order), *NEWEST_FIRST)
    )
    return _with_totals(connection, chosen.offset(first).limit(most))


def of_ids(connection: Connection, ids: Sequence[str]) -> list[StudyRow]:
    """The studies with these ids that there are, in this order."""
    found = _with_totals(connection, select(schema.studies, *_tuned()).where(_study.id.in_(ids)))
    by_id = {row.id: row for row in found}
    return [by_id[study_id] for study_id in dict.fromkeys(ids) if study_id in by_id]


def tasks(connection: Connection) -> list[str]:
    """The names of the tasks that any study has, sorted; those of unreadable plans left out."""
    chosen = select(_study.task).distinct().order_by(_study.task)
    return [name for name in connection.execute(chosen).scalars() if name]


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    conditions = [_mentions(word) for word in wanted.text.split()]
    if wanted.statuses:
        conditions.append(_study.status.in_(wanted.statuses))
    if wanted.tasks:
        conditions.append(_study.task.in_(wanted.tasks))
    if wanted.spec_hash is not None:
        conditions.append(_study.spec_hash == wanted.spec_hash)
    if wanted.question is not None:
        asked = select(_spent.study_id).where(_spent.question == wanted.question)
        conditions.append(_study.id.in_(asked))
    if wanted.person is not None:
        conditions.append(_study.person == wanted.person)
    if wanted.predicts:
        conditions.append(_study.predicts)
    return conditions


def _mentions(word: str) -> ColumnElement[bool]:
    with_arm = select(_arm.study_id).where(_arm.label.icontains(word, autoescape=True))
    columns = (_study.name, _task_title(), _study.task, _study.note, _study.id)
    return or_(
        *(column.icontains(word, autoescape=True) for column in columns), _study.id.in_(with_arm)
    )


def _by(order: Order) -> tuple[ColumnElement[Any], ...]:
    match order:
        case Order.NEWEST:
            return ()
        case Order.OLDEST:
            return (_study.created_at,)
        case Order.NAME:
            return (func.lower(func.coalesce(func.nullif(_study.name, ""), _task_title())),)
        case Order.STATUS:
            return (
                case({status: place for place, status in enumerate(Status)}, value=_study.status),
            )
        case Order.TASK:
            return (_task_title(),)
        case Order.RUNS:
            return (desc(_of_runs(func.count())),)
        case Order.SECONDS:
            return (desc(_of_runs(func.coalesce(func.sum(_run.seconds), 0.0))),)


def _of_runs(figure: ColumnElement[Any]) -> ColumnElement[Any]:
    return select(figure).where(_run.study_id == _study.id).scalar_subquery()


def _task_title() -> ColumnElement[str]:
    """The title of a study's task in the catalogue; its name where it is no longer there."""
    titles = {entry.name: entry.title for entry in REGISTRY.tasks.values()}
    return case(titles, value=_study.task, else_=_study.task) if titles else _study.task


def _with_totals(connection: Connection, chosen: Select[Any]) -> list[StudyRow]:
    found = connection.execute(chosen).all()
    totals = (
        select(
            _run.study_id,
            _run.status,
            func.count().label("runs"),
            func.sum(_run.epoch).label("epochs"),
            func.coalesce(func.sum(_run.seconds), 0.0).label("seconds"),
        )
        .where(_run.study_id.in_(bindparam("ids", expanding=True)))
        .group_by(_run.study_id, _run.status)
    )
    by_study: dict[str, list[Row[Any]]] = {}
    for at in range(0, len(found), _AT_ONCE):
        ids = [row.id for row in found[at : at + _AT_ONCE]]
        for total in connection.execute(totals, {"ids": ids}):
            by_study.setdefault(total.study_id, []).append(total)
    return [_study_row(row, by_study.get(row.id, [])) for row in found]


def _study_row(row: Row[Any], totals: list[Row[Any]]) -> StudyRow:
    """The row as it is listed; a damaged cell is replaced by an empty one and noted."""
    wrong = damage.cells(row, schema.studies)
    values = {
        name: _EMPTY[column.type.python_type] if name in wrong else row._mapping[name]
        for name, column in schema.studies.columns.items()
    }
    if values["status"] not in _STATUSES:
        wrong.setdefault("status", f"its status is {reprlib.repr(row.status)}")
    counts, epochs = dict.fromkeys(Status, 0), dict.fromkeys(Status, 0)
    for total in totals:
        known = total.status in _STATUSES
        if not known:
            wrong["runs"] = f"the status of a run is {reprlib.repr(total.status)}"
        status = Status(total.status) if known else Status.INTERRUPTED
        counts[status] += total.runs
        epochs[status] += int(total.epochs)
    if not totals:
        wrong["runs"] = "it has no runs"
    return StudyRow(
        id=row.id if isinstance(row.id, str) else repr(row.id),
        name=values["name"],
        note=values["note"],
        status=Status(values["status"]) if values["status"] in _STATUSES else Status.INTERRUPTED,
        example=values["example"],
        created_at=values["created_at"],
        started_at=values["started_at"],
        finished_at=values["finished_at"],
        heartbeat_at=values["heartbeat_at"],
        owner=owner_of(row),
        activity=values["activity"],
        stop_requested=values["stop_requested"],
        paused=values["paused"],
        spec_hash=values["spec_hash"],
        spec=values["spec"],
        counts=counts,
        epochs=epochs,
        seconds=sum(total.seconds for total in totals) + row.tuned_seconds,
        tuned=row.tuned,
        person=values["person"],
        made_by=values["person_shown"] or "",
        faults=tuple(wrong.values()),
    )


_STATUSES = frozenset(Status)

_EMPTY: Mapping[type, Any] = {str: "", float: 0.0, int: 0, bool: False}
"""What stands for a damaged cell in a list."""


def _tuned() -> list[Label[Any]]:
    """How many runs have ended that choose learning rates, and their seconds, as columns."""
    runs = schema.tuning_runs.c
    totals = {"tuned": func.count(), "tuned_seconds": func.coalesce(func.sum(runs.seconds), 0.0)}
    return [
        select(total).where(runs.study_id == _study.id).scalar_subquery().label(name)
        for name, total in totals.items()
    ]
