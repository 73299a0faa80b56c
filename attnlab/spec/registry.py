"""Where specs look up modules and tasks: by name, or by the data that somebody brings.

The specs validate against these entries without importing the catalogue that fills them, so that
imports point one way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, TypeVar

from attnlab.spec.brought import Brought
from attnlab.spec.entries import ModuleEntry, TaskEntry, load
from attnlab.spec.named_choices import known_names
from attnlab.spec.own import Own
from attnlab.spec.own_backbones import BUILT_IN, BackboneName, OwnBackbone, keyed
from attnlab.spec.own_modules import OwnModule
from attnlab.spec.own_tasks import OwnTask
from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    brief,
    closest,
    shown,
    unknown,
)


class Registry:
    """The entries by name; an unknown name gives an error that lists or suggests the known.

    `modules` and `tasks` are what can be chosen, and `backbones` the networks that somebody
    brought; `brought`, `brought_tasks` and `brought_backbones` know what of it somebody brought,
    and every version that a plan may name.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleEntry] = {}
        self.tasks: dict[str, TaskEntry] = {}
        self.brought: Brought[OwnModule] = Brought("module")
        self.brought_tasks: Brought[OwnTask] = Brought("task")
        self.brought_backbones: Brought[OwnBackbone] = Brought("network")

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

    @property
    def backbones(self) -> Mapping[str, OwnBackbone]:
        """The networks that somebody brought and that can be chosen, by name."""
        return self.brought_backbones.chosen

    def bring(self, own: Own) -> None:
        """Put what somebody brought among what can be chosen, in place of an older version.

        Raises SpecError where one of attnlab's has its name.
        """
        if isinstance(own, OwnBackbone):
            if own.name in {BUILT_IN, *self._own_networks()}:
                raise SpecError(f"attnlab has a network {own.name!r}: give yours another name")
            self.brought_backbones.bring(own, {})
        elif isinstance(own, OwnTask):
            self.tasks = self.brought_tasks.bring(own, self.tasks)
        elif isinstance(own, OwnModule):
            self.modules = self.brought.bring(own, self.modules)

    def take_out(self, own: Own) -> None:
        """Take what somebody brought from what can be chosen; plans still know it."""
        if isinstance(own, OwnBackbone):
            self.brought_backbones.remove(own.name, {})
        elif isinstance(own, OwnTask):
            self.tasks = self.brought_tasks.remove(own.name, self.tasks)
        else:
            self.modules = self.brought.remove(own.name, self.modules)

    def has_newer(self, own: Own) -> bool:
        """Whether another version of what somebody brought can be chosen now."""
        return self._of_its_kind(own).has_newer(own)

    def is_known(self, own: Own) -> bool:
        """Whether this version of it has been used here."""
        return self._of_its_kind(own).version(*own.key) is not None

    def keep(self, own: Own) -> Any:
        """Know a version of what somebody brought, and return its entry."""
        return self._of_its_kind(own).keep(own)

    def _of_its_kind(self, own: Own) -> Brought[Any]:
        if isinstance(own, OwnBackbone):
            return self.brought_backbones
        return self.brought_tasks if isinstance(own, OwnTask) else self.brought

    def backbone(self, given: str, known: Collection[str]) -> BackboneName:
        """The network that a plan names: one of those `known`, or somebody's, by its name alone or
        with the hash of its source.

        Raises SpecError for a name that is none.
        """
        if isinstance(given, BackboneName) and given.own is not None:
            return given
        if given in known:
            return BackboneName(given)
        name, hashed, source = given.partition("#")
        if hashed:
            spelled: BackboneName = self.brought_backbones.entry(keyed(name), source)
            return spelled
        own = self.backbones.get(name)
        if own is None:
            raise SpecError(unknown("network", given, [*known, *self.backbones]))
        return own.spelled

    def _own_networks(self) -> set[str]:
        """The names of attnlab's networks, of all tasks."""
        fields = (entry.params.model_fields.get("backbone") for entry in self.tasks.values())
        return {str(name) for field in fields if field is not None for name in known_names(field)}


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


def unpickled(own: Own, values: dict[str, Any]) -> Parameters:
    """The parameters of what somebody brought, in a process that may not know it yet."""
    params: Parameters = REGISTRY.keep(own).params(**values)
    return params


def named_backbone(own: OwnBackbone) -> BackboneName:
    """The name of a network that somebody brought, in a process that may not know it yet."""
    name: BackboneName = REGISTRY.keep(own)
    return name
