"""Where specs look up modules and tasks: by name, or by the data that somebody brings.

The specs validate against these entries without importing the catalogue that fills them, so that
imports point one way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attnlab.spec.brought import Brought
from attnlab.spec.entries import ModuleEntry, TaskEntry, load
from attnlab.spec.own_modules import OwnModule
from attnlab.spec.own_tasks import OwnTask
from attnlab.spec.parameters import Parameters, SpecError, brief, closest, shown


class Registry:
    """The entries by name; an unknown name gives an error that lists or suggests the known.

    `modules` and `tasks` are what can be chosen; `brought` and `brought_tasks` know what of it
    somebody brought, and every version that a plan may name.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleEntry] = {}
        self.tasks: dict[str, TaskEntry] = {}
        self.brought: Brought[OwnModule] = Brought("module")
        self.brought_tasks: Brought[OwnTask] = Brought("task")

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
            if task.name in self.brought_tasks.chosen:
                continue
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
        entry: ModuleEntry = self.brought.entry(name, source)
        return entry

    def task(self, name: str, source: str = "") -> TaskEntry:
        """Return the task's entry; raises SpecError for an unknown name. `source` is as of a
        module."""
        if not source or (name in self.tasks and name not in self.brought_tasks.chosen):
            return _look_up(self.tasks, "task", name)
        entry: TaskEntry = self.brought_tasks.entry(name, source)
        return entry

    # --- what somebody brought ---

    @property
    def own(self) -> Mapping[str, OwnModule]:
        """Those of the modules that can be chosen which somebody brought, by name."""
        return self.brought.chosen

    def bring(self, own: OwnModule | OwnTask) -> None:
        """Put what somebody brought among what can be chosen, in place of an older version.

        Raises SpecError where one of attnlab's has its name.
        """
        if isinstance(own, OwnTask):
            self.tasks = self.brought_tasks.bring(own, self.tasks)
        else:
            self.modules = self.brought.bring(own, self.modules)

    def remove(self, name: str) -> None:
        """Take somebody's module from those that can be chosen; plans still know it."""
        self.modules = self.brought.remove(name, self.modules)

    def remove_task(self, name: str) -> None:
        """The same for somebody's task."""
        self.tasks = self.brought_tasks.remove(name, self.tasks)

    def has_newer(self, own: OwnModule | OwnTask) -> bool:
        """Whether another version of what somebody brought can be chosen now."""
        if isinstance(own, OwnTask):
            return self.brought_tasks.has_newer(own)
        return self.brought.has_newer(own)

    def is_known(self, own: OwnModule | OwnTask) -> bool:
        """Whether this version of it has been used here."""
        brought: Any = self.brought_tasks if isinstance(own, OwnTask) else self.brought
        return brought.version(*own.key) is not None

    def keep(self, own: OwnModule | OwnTask) -> Any:
        """Know a version of what somebody brought, and return its entry."""
        return self.brought_tasks.keep(own) if isinstance(own, OwnTask) else self.brought.keep(own)


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


def unpickled(own: OwnModule | OwnTask, values: dict[str, Any]) -> Parameters:
    """The parameters of what somebody brought, in a process that may not know it yet."""
    params: Parameters = REGISTRY.keep(own).params(**values)
    return params
