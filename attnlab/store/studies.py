"""Making, listing, naming and deleting studies. Every function works inside a transaction."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import (
    Connection,
    Row,
    UnaryExpression,
    desc,
    insert,
    literal_column,
    select,
    update,
)
from sqlalchemy import delete as delete_from

from attnlab.spec import NetworkLayer, Study, shown
from attnlab.store import damage, ledger, own_modules, schema
from attnlab.store.errors import StoreError
from attnlab.store.owner import Owner
from attnlab.store.rows import ArmRow
from attnlab.store.statuses import Status
from attnlab.wording import in_one_line, printable

if TYPE_CHECKING:
    from attnlab.store.person import Person

_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # no i, l, o: they look like digits
_ID_LENGTH = 8
LONGEST_NAME = 200
"""Characters of what a study is called."""

NEWEST_FIRST: tuple[UnaryExpression[Any], ...] = (
    desc(schema.studies.c.created_at),
    desc(literal_column("studies.rowid")),
)


def name_of(given: str) -> str:
    """What a study is called: one line of text that can be seen."""
    return in_one_line(given, LONGEST_NAME)


def create(
    connection: Connection,
    study: Study,
    name: str,
    example: bool,
    study_id: str | None,
    owner: Owner | None,
    fresh_seeds: bool,
    person: Person | None,
) -> str:
    """Insert a queued study with its arms and runs, unless `study_id` is there already.

    With `fresh_seeds`, a plan that counts its seeds gets as many that were not used yet.
    """
    name = name_of(name)
    if study_id is None:
        study_id = _new_id(connection)
    elif _exists(connection, study_id):
        return study_id
    if fresh_seeds and study.counts_its_seeds:
        study = study.at_seeds(ledger.first_unused(connection, study))
    now = time.time()
    ledger.spend(connection, study_id, name, study, now, study.all_seeds)
    own_modules.keep(connection, study)
    connection.execute(
        insert(schema.studies).values(
            id=study_id,
            name=name,
            note="",
            spec=study.canonical_json(),
            spec_hash=study.hash,
            status=Status.QUEUED,
            example=example,
            created_at=now,
            heartbeat_at=now,
            activity="",
            stop_requested=False,
            revision=0,
            task=study.task.name,
            predicts=study.prediction is not None,
            **owner_columns(owner),
            person=None if person is None else person.key,
            person_shown=None if person is None else person.shown,
        )
    )
    labels = [arm.label for arm in study.arms]
    connection.execute(
        insert(schema.arms),
        [{"study_id": study_id, "label": label, "position": i} for i, label in enumerate(labels)],
    )
    insert_runs(connection, study_id, study, study.seeds)
    return study_id


def insert_runs(connection: Connection, study_id: str, study: Study, seeds: Sequence[int]) -> None:
    """Insert a queued run of every arm at each of these seeds."""
    queued = {"study_id": study_id, "status": Status.QUEUED, "epoch": 0}
    connection.execute(
        insert(schema.runs),
        [{**queued, "arm": arm.label, "seed": seed} for arm in study.arms for seed in seeds],
    )


def find(connection: Connection, id_or_prefix: str) -> str:
    """Return the full id; raises StoreError, with candidates, for an unknown or shared prefix."""
    studies = schema.studies.c
    text = printable(id_or_prefix.strip())
    if text and _exists(connection, text):
        return text
    named = select(studies.id, studies.name).order_by(*NEWEST_FIRST).limit(6)
    fitting = (
        connection.execute(named.where(studies.id.startswith(text, autoescape=True))).all()
        if text
        else []
    )
    if len(fitting) == 1:
        return fitting[0].id
    if fitting:
        raise StoreError(
            f"{shown(text)} fits several studies: {_listing(fitting)}; give more letters"
        )
    newest = connection.execute(named).all()
    known = f"the newest are {_listing(newest)}" if newest else "there are no studies yet"
    raise StoreError(f"there is no study {shown(text)}: {known}")


def arm_rows(connection: Connection, study_id: str) -> list[ArmRow]:
    """The study's arms in the order of its plan."""
    arms = schema.arms.c
    require(connection, study_id)
    chosen = select(schema.arms).where(arms.study_id == study_id).order_by(arms.position)
    rows = connection.execute(chosen).all()
    for row in rows:
        damage.check_cells(study_id, row, schema.arms)
    return [
        ArmRow(
            study=row.study_id,
            label=row.label,
            position=row.position,
            network=None if row.network is None else _network(study_id, row.label, row.network),
            parameters=row.parameters,
            attention_parameters=row.attention_parameters,
        )
        for row in rows
    ]


def _network(study_id: str, label: str, text: str) -> tuple[NetworkLayer, ...]:
    what = f"the network of {label}"
    return damage.reading(
        study_id, what, lambda: tuple(NetworkLayer.of(each) for each in json.loads(text))
    )


def touch(connection: Connection, study_id: str, **values: Any) -> None:
    """Change columns of the study and mark it as changed; raises StoreError if it is unknown."""
    studies = schema.studies
    changed = connection.execute(
        update(studies)
        .where(studies.c.id == study_id)
        .values(revision=studies.c.revision + 1, **values)
    )
    if changed.rowcount == 0:
        raise unknown(study_id)


def require(connection: Connection, study_id: str) -> Row[Any]:
    """Return the row of the study in `studies`; raises StoreError if there is none."""
    chosen = select(schema.studies).where(schema.studies.c.id == study_id)
    row = connection.execute(chosen).one_or_none()
    if row is None:
        raise unknown(study_id)
    return row


def delete(connection: Connection, study_id: str) -> list[int]:
    """Delete a study that is not running, with its arms, runs, epochs and traces; return the
    numbers of its runs."""
    row = require(connection, study_id)
    if row.status == Status.RUNNING:
        raise StoreError(
            f"study {id_and_name(row.id, row.name)} is running: stop it before deleting it"
        )
    runs = select(schema.runs.c.id).where(schema.runs.c.study_id == study_id)
    numbers = list(connection.execute(runs).scalars())
    ledger.forget_unseen(connection, study_id)
    connection.execute(delete_from(schema.studies).where(schema.studies.c.id == study_id))
    return numbers


def version(connection: Connection, study_id: str | None) -> str:
    """A text that changes with every visible change of the study, or of any study."""
    studies = schema.studies.c
    marks = select(studies.id, studies.created_at, studies.revision).order_by(studies.id)
    if study_id is not None:
        marks = marks.where(studies.id == study_id)
    rows = connection.execute(marks).all()
    if study_id is not None and not rows:
        raise unknown(study_id)
    return " ".join(f"{row.id}@{row.created_at!r}+{row.revision}" for row in rows)


def unknown(study_id: str) -> StoreError:
    """The error for an id that no study has."""
    return StoreError(f"there is no study {study_id!r} (any more): it may have been deleted")


def owner_columns(owner: Owner | None) -> dict[str, Any]:
    """The owner as column values; nulls for None."""
    if owner is None:
        return dict.fromkeys(("owner_host", "owner_pid", "owner_started", "owner_boot"))
    return {
        "owner_host": owner.host,
        "owner_pid": owner.pid,
        "owner_started": owner.started,
        "owner_boot": owner.boot,
    }


def owner_of(row: Row[Any]) -> Owner | None:
    """The owner in a row of `studies`; None where a cell of it is damaged, too."""
    names = ("owner_host", "owner_pid", "owner_started", "owner_boot")
    if row.owner_host is None or not damage.cells(row, schema.studies).keys().isdisjoint(names):
        return None
    if row.owner_pid is None or row.owner_started is None:
        return None
    return Owner(row.owner_host, row.owner_pid, row.owner_started, row.owner_boot)


def _exists(connection: Connection, study_id: str) -> bool:
    chosen = select(schema.studies.c.id).where(schema.studies.c.id == study_id)
    return connection.execute(chosen).first() is not None


def _new_id(connection: Connection) -> str:
    """Eight letters and digits, a letter first: no spreadsheet takes it for a number."""
    while True:
        rest = (secrets.choice(_LETTERS + "23456789") for _ in range(_ID_LENGTH - 1))
        study_id = secrets.choice(_LETTERS) + "".join(rest)
        if not _exists(connection, study_id):
            return study_id


def _listing(rows: Sequence[Row[Any, Any]]) -> str:
    shown = ", ".join(id_and_name(row.id, row.name) for row in rows[:5])
    return f"{shown}, …" if len(rows) > 5 else shown


def id_and_name(study_id: str, name: str) -> str:
    """How messages call a study."""
    return f"{study_id} ({name})" if name else study_id
