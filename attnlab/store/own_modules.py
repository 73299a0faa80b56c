"""The modules and tasks that people brought, as studies were planned with them, in the store."""

from __future__ import annotations

import json
import weakref
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

from attnlab.spec import (
    REGISTRY,
    OwnModule,
    OwnTask,
    SpecError,
    Study,
    all_brought_in,
)
from attnlab.store import schema

if TYPE_CHECKING:
    from attnlab.store.database import Database

_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def keep(connection: Connection, study: Study) -> None:
    """Write down the source of every module in a plan that somebody brought, and of its task."""
    for own in all_brought_in(study):
        name, source = own.key
        table = schema.own_tasks if isinstance(own, OwnTask) else schema.own_modules
        content = json.dumps(own.to_json(), sort_keys=True)
        row = {"name": name, "source": source, "content": content}
        connection.execute(insert(table).values(row).on_conflict_do_nothing())


def look_up_in(database: Database) -> None:
    """From now on a plan finds the modules and tasks that this database has."""
    _databases.add(database)
    if _module not in REGISTRY.brought.keepers:
        REGISTRY.brought.keepers.append(_module)
    if _task not in REGISTRY.brought_tasks.keepers:
        REGISTRY.brought_tasks.keepers.append(_task)


def _module(name: str, source: str) -> OwnModule | None:
    return _found(OwnModule, schema.own_modules, name, source)


def _task(name: str, source: str) -> OwnTask | None:
    return _found(OwnTask, schema.own_tasks, name, source)


def _found(kind: Any, table: Table, name: str, source: str) -> Any:
    for database in list(_databases):
        if not database.path.exists():  # its home was deleted meanwhile
            continue
        with database.read() as connection:
            chosen = select(table.c.content).where(table.c.name == name, table.c.source == source)
            content = connection.execute(chosen).scalar_one_or_none()
        if content is not None:
            return _read(kind, name, source, content)
    return None


def damaged(connection: Connection) -> list[tuple[str, str]]:
    """What is wrong with the sources that are kept, in words, and where."""
    found = []
    for where, kind, table in (
        ("own modules", OwnModule, schema.own_modules),
        ("own tasks", OwnTask, schema.own_tasks),
    ):
        for name, source, content in connection.execute(select(table)):
            try:
                _read(kind, name, source, content)
            except SpecError as error:
                found.append((where, str(error)))
    return found


def _read(kind: Any, name: str, source: str, content: str) -> Any:
    """What a row holds. Raises SpecError where it is not what the row says."""
    try:
        own = kind.from_json(json.loads(content))
    except (ValueError, TypeError) as error:
        raise SpecError(f"the source {source} of {name} is damaged: {error}") from None
    if own.key != (name, source):
        raise SpecError(f"the source {source} of {name} is damaged: it is another text")
    return own
