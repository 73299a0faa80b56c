"""The modules and networks that people brought, as studies were planned with them, in the store."""

from __future__ import annotations

import json
import weakref
from typing import TYPE_CHECKING

from sqlalchemy import Connection, select
from sqlalchemy.dialects.sqlite import insert

from attnlab.spec import REGISTRY, SpecError, Study, brought_in
from attnlab.spec.own_modules import Own, own_from_json
from attnlab.store import schema

if TYPE_CHECKING:
    from attnlab.store.database import Database

_table = schema.own_modules
_databases: weakref.WeakSet[Database] = weakref.WeakSet()


def keep(connection: Connection, study: Study) -> None:
    """Write down the source of every module and network in a plan that somebody brought."""
    for own in brought_in(study):
        name, source = own.key
        content = json.dumps(own.to_json(), sort_keys=True)
        row = {"name": name, "source": source, "content": content}
        connection.execute(insert(_table).values(row).on_conflict_do_nothing())


def look_up_in(database: Database) -> None:
    """From now on a plan finds the modules that this database has."""
    _databases.add(database)
    if _found not in REGISTRY.keepers:
        REGISTRY.keepers.append(_found)


def _found(name: str, source: str) -> Own | None:
    for database in list(_databases):
        if not database.path.exists():  # its home was deleted meanwhile
            continue
        with database.read() as connection:
            chosen = select(_table.c.content).where(
                _table.c.name == name, _table.c.source == source
            )
            content = connection.execute(chosen).scalar_one_or_none()
        if content is not None:
            return _read(name, source, content)
    return None


def damaged(connection: Connection) -> list[str]:
    """What is wrong with the sources that are kept, in words."""
    found = []
    for name, source, content in connection.execute(select(_table)):
        try:
            _read(name, source, content)
        except SpecError as error:
            found.append(str(error))
    return found


def _read(name: str, source: str, content: str) -> Own:
    """The module in a row. Raises SpecError where it is not the one that the row says."""
    try:
        own = own_from_json(json.loads(content))
    except (ValueError, TypeError) as error:
        raise SpecError(f"the source {source} of {name} is damaged: {error}") from None
    if own.key != (name, source):
        raise SpecError(f"the source {source} of {name} is damaged: it is another text")
    return own
