"""The modules, networks and tasks that people brought, as studies were planned with them."""

from __future__ import annotations

import json
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Table, select
from sqlalchemy.dialects.sqlite import insert

from attnlab.spec import REGISTRY, OwnTask, SpecError, Study, all_brought_in
from attnlab.spec.own import Own
from attnlab.spec.own_modules import own_from_json
from attnlab.store import schema

if TYPE_CHECKING:
    from attnlab.store.database import Database

_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def keep(connection: Connection, study: Study) -> None:
    """Write down the source of all that somebody brought to a plan."""
    for own in all_brought_in(study):
        name, source = own.key
        table = schema.own_tasks if isinstance(own, OwnTask) else schema.own_modules
        content = json.dumps(own.to_json(), sort_keys=True)
        row = {"name": name, "source": source, "content": content}
        connection.execute(insert(table).values(row).on_conflict_do_nothing())


def look_up_in(database: Database) -> None:
    """From now on a plan finds the modules and tasks that this database has."""
    _databases.add(database)
    for brought, keeper in (
        (REGISTRY.brought, _module),
        (REGISTRY.brought_backbones, _module),
        (REGISTRY.brought_tasks, _task),
    ):
        if keeper not in brought.keepers:
            brought.keepers.append(keeper)


def _module(name: str, source: str) -> Any:
    """A module, or a network by its key."""
    return _found(own_from_json, schema.own_modules, name, source)


def _task(name: str, source: str) -> Any:
    return _found(OwnTask.from_json, schema.own_tasks, name, source)


def _found(read: Callable[[Any], Own], table: Table, name: str, source: str) -> Any:
    for database in list(_databases):
        if not database.path.exists():  # its home was deleted meanwhile
            continue
        with database.read() as connection:
            chosen = select(table.c.content).where(table.c.name == name, table.c.source == source)
            content = connection.execute(chosen).scalar_one_or_none()
        if content is not None:
            return _read(read, name, source, content)
    return None


def damaged(connection: Connection) -> list[tuple[str, str]]:
    """What is wrong with the sources that are kept, in words, and where."""
    found = []
    for where, read, table in (
        ("own modules", own_from_json, schema.own_modules),
        ("own tasks", OwnTask.from_json, schema.own_tasks),
    ):
        for name, source, content in connection.execute(select(table)):
            try:
                _read(read, name, source, content)
            except SpecError as error:
                found.append((where, str(error)))
    return found


def _read(read: Callable[[Any], Own], name: str, source: str, content: str) -> Any:
    """What a row holds. Raises SpecError where it is not what the row says."""
    try:
        own = read(json.loads(content))
    except (ValueError, TypeError) as error:
        raise SpecError(f"the source {source} of {name} is damaged: {error}") from None
    if own.key != (name, source):
        raise SpecError(f"the source {source} of {name} is damaged: it is another text")
    return own
