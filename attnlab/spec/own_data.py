"""A task that is chosen by the data that a person brings."""

from __future__ import annotations

from typing import Any

from attnlab.spec.parameters import SpecError
from attnlab.spec.registry import REGISTRY


def with_own_data(given: dict[Any, Any]) -> dict[Any, Any]:
    """A task whose `data` lie at a path, with the name of the task that takes them, and the
    parameters by which it chooses them.

    Raises SpecError where no task takes them, and where a parameter is given twice.
    """
    path, name = given.get("data"), given.get("name")
    if not isinstance(path, str) or (name is not None and name not in REGISTRY.tasks):
        return given
    rest = {key: value for key, value in given.items() if key not in ("data", "name")}
    if name is None:
        name, chosen = REGISTRY.task_for(path, rest)
    else:
        take = REGISTRY.task(name).own_data
        if take is None or not path.strip():
            return given
        chosen = dict(take(path))
    for key in chosen.keys() & rest.keys():
        raise SpecError(f"data chooses {key} already, and {key} is given: leave one of them out")
    return {"name": name, **chosen, **rest}
