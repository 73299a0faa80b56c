"""Where specs look up modules and tasks: by name, or by the data that somebody brings.

The specs validate against these entries without importing the catalogue that fills them, so that
imports point one way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from attnlab.spec.entries import ModuleEntry, TaskEntry, load
from attnlab.spec.own_modules import OwnModule
from attnlab.spec.parameters import Parameters, SpecError, brief, closest, shown


class Registry:
    """The entries by name; an unknown name gives an error that lists or suggests the known.

    `modules` are those that can be chosen, `own` those among them that somebody brought. Every
    version of these that a plan may name is kept beside them, by name and hash of its source; one
    that is not there is asked of the `keepers`, such as a store.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleEntry] = {}
        self.tasks: dict[str, TaskEntry] = {}
        self.own: dict[str, OwnModule] = {}
        self.keepers: list[Callable[[str, str], OwnModule | None]] = []
        self._versions: dict[tuple[str, str], OwnModule] = {}

    def add(self, entry: ModuleEntry | TaskEntry) -> None:
        """Declare an entry; a name can be taken once."""
        if isinstance(entry, ModuleEntry):
            _declare(self.modules, entry)
        else:
            _declare(self.tasks, entry)

    def load_all(self) -> None:
        """Import every layer, data set, backbone and objective that attnlab declares."""
        ours = [entry for entry in self.modules.values() if entry.name not in self.own]
        paths = [each for entry in ours for each in (entry.layer, entry.control)]
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

    def module(self, name: str, source: str = "") -> ModuleEntry:
        """Return the module's entry; raises SpecError for an unknown name.

        `source` names a version of a module that somebody brought, by the hash of its source.
        """
        if not source or (name in self.modules and name not in self.own):
            return _look_up(self.modules, "module", name)
        own = self.version(name, source)
        if own is None:
            raise SpecError(
                f"the module {shown(name)} is somebody's own, of source {shown(source)}, which is "
                "not known here: give its file, as in --arm ./mine.py:Name, or replay its capsule "
                "with --trust"
            )
        return own.entry

    # --- modules that somebody brought ---

    def bring(self, own: OwnModule) -> None:
        """Put somebody's module among those that can be chosen, in place of an older version.

        Raises SpecError where one of attnlab's has its name.
        """
        if own.name in self.modules and own.name not in self.own:
            raise SpecError(f"attnlab has a module {own.name!r}: give yours another name")
        entry = self.keep(own)
        # New mappings: other threads may be going through those that are there.
        self.own = {**self.own, own.name: self._versions[own.key]}
        self.modules = {**self.modules, own.name: entry}

    def remove(self, name: str) -> None:
        """Take somebody's module from those that can be chosen; plans still know it."""
        if name in self.own:
            self.own = {each: own for each, own in self.own.items() if each != name}
            self.modules = {each: entry for each, entry in self.modules.items() if each != name}

    def has_newer(self, own: OwnModule) -> bool:
        """Whether another version of this module can be chosen now."""
        current = self.own.get(own.name)
        return current is not None and current.key != own.key

    def keep(self, own: OwnModule) -> ModuleEntry:
        """Know a version of somebody's module, and return its entry."""
        return self._versions.setdefault(own.key, own).entry

    def version(self, name: str, source: str) -> OwnModule | None:
        """The version of somebody's module with this hash of its source; None if unknown."""
        known = self._versions.get((name, source))
        if known is not None:
            return known
        for keeper in list(self.keepers):
            found = keeper(name, source)
            if found is not None and found.key == (name, source):
                self.keep(found)
                return self._versions[found.key]
        return None

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


def unpickled(own: OwnModule, values: dict[str, Any]) -> Parameters:
    """The parameters of a module that somebody brought, in a process that may not know it yet."""
    return REGISTRY.keep(own).params(**values)
