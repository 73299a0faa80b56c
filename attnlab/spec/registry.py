"""Where specs look up modules and tasks: by name, or by the data that somebody brings.

The specs validate against these entries without importing the catalogue that fills them, so that
imports point one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attnlab.spec.entries import ModuleEntry, TaskEntry, load
from attnlab.spec.parameters import SpecError, brief, closest, shown


class Registry:
    """The entries by name; an unknown name gives an error that lists or suggests the known."""

    def __init__(self) -> None:
        self.modules: dict[str, ModuleEntry] = {}
        self.tasks: dict[str, TaskEntry] = {}

    def add(self, entry: ModuleEntry | TaskEntry) -> None:
        """Declare an entry; a name can be taken once."""
        if isinstance(entry, ModuleEntry):
            _declare(self.modules, entry)
        else:
            _declare(self.tasks, entry)

    def load_all(self) -> None:
        """Import every layer, data set, backbone and objective that is declared."""
        paths = [each for entry in self.modules.values() for each in (entry.layer, entry.control)]
        for task in self.tasks.values():
            paths += [task.data, task.backbone, task.objective, task.example, task.carried]
            paths += [task.fingerprint, task.advice, task.inspect, task.prepares]
        for path in filter(None, paths):
            load(path)

    def tasks_for(self, path: str) -> list[TaskEntry]:
        """The tasks that could read the data at a path; raises SpecError where there is none."""
        able = [each for each in self.tasks.values() if each.own_data and each.takes(path)]
        if not able:
            raise SpecError(
                f"cannot tell what lies at {brief(path)!r}: expected a table (.csv, .tsv, "
                ".parquet, .xlsx), arrays (.npz), catalogues (.po), or a folder or zip of images "
                "or texts"
            )
        return able

    def task_for(
        self, path: str, given: Mapping[str, Any] | None = None
    ) -> tuple[str, dict[str, Any]]:
        """The task for the data at a path, and the parameters that choose them.

        What else is `given` helps to tell. Raises SpecError where no task takes them.
        """
        able = self.tasks_for(path)
        entry = next((each for each in able if each.recognises(path, given or {})), able[-1])
        assert entry.own_data is not None
        says = entry.suggested(path).items()
        beside = {name: value for name, value in says if name not in (given or {})}
        return entry.name, beside | dict(entry.own_data(path))

    def module(self, name: str) -> ModuleEntry:
        """Return the module's entry; raises SpecError for an unknown name."""
        return _look_up(self.modules, "module", name)

    def task(self, name: str) -> TaskEntry:
        """Return the task's entry; raises SpecError for an unknown name."""
        return _look_up(self.tasks, "task", name)


Entry = TypeVar("Entry", ModuleEntry, TaskEntry)


def _declare(table: dict[str, Entry], entry: Entry) -> None:
    if entry.name in table:
        raise SpecError(f"{entry.name!r} is declared already")
    table[entry.name] = entry


def _look_up(table: dict[str, Entry], what: str, name: str) -> Entry:
    if name not in table:
        raise SpecError(
            f"unknown {what} {shown(name)}{closest(name, table) or ': '}"
            + ("" if closest(name, table) else f"the known ones are {', '.join(table)}")
        )
    return table[name]


REGISTRY = Registry()
"""The one registry of the process, filled by `attnlab.catalog`."""
