"""Where specs look up modules and tasks: by name, or by the data that somebody brings.

The specs validate against these entries without importing the catalogue that fills them, so that
imports point one way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, TypeVar

from attnlab.spec.entries import ModuleEntry, TaskEntry, load
from attnlab.spec.own_backbones import BUILT_IN, BackboneName, OwnBackbone
from attnlab.spec.own_modules import Own, OwnModule
from attnlab.spec.parameters import (
    Parameters,
    SpecError,
    brief,
    closest,
    known_names,
    shown,
    unknown,
)


class Registry:
    """The entries by name; an unknown name gives an error that lists or suggests the known.

    `modules` are those that can be chosen, `own` those among them that somebody brought, and
    `backbones` the networks that somebody brought. Every version of these that a plan may name is
    kept beside them, by name and hash of its source; one that is not there is asked of the
    `keepers`, such as a store.
    """

    def __init__(self) -> None:
        self.modules: dict[str, ModuleEntry] = {}
        self.tasks: dict[str, TaskEntry] = {}
        self.own: dict[str, OwnModule] = {}
        self.backbones: dict[str, OwnBackbone] = {}
        self.keepers: list[Callable[[str, str], Own | None]] = []
        self._versions: dict[tuple[str, str], Own] = {}

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
        if not isinstance(own, OwnModule):
            raise SpecError(
                f"the module {shown(name)} is somebody's own, of source {shown(source)}, which is "
                "not known here: give its file, as in --arm ./mine.py:Name, or replay its capsule "
                "with --trust"
            )
        return own.entry

    # --- what somebody brought ---

    def bring(self, own: Own) -> None:
        """Put somebody's module or network among those that can be chosen, in place of an older
        version.

        Raises SpecError where one of attnlab's has its name.
        """
        if isinstance(own, OwnBackbone):
            if own.name in {BUILT_IN, *self._own_networks()}:
                raise SpecError(f"attnlab has a network {own.name!r}: give yours another name")
            self.keep(own)
            self.backbones = {**self.backbones, own.name: own}
            return
        if own.name in self.modules and own.name not in self.own:
            raise SpecError(f"attnlab has a module {own.name!r}: give yours another name")
        kept = self.keep(own)
        assert isinstance(kept, OwnModule)  # its key says so
        # New mappings: other threads may be going through those that are there.
        self.own = {**self.own, own.name: kept}
        self.modules = {**self.modules, own.name: kept.entry}

    def take_out(self, own: Own) -> None:
        """Take what somebody brought from what can be chosen; plans still know it."""
        if isinstance(own, OwnBackbone):
            others = {each: of for each, of in self.backbones.items() if each != own.name}
            self.backbones = others
        else:
            self.remove(own.name)

    def remove(self, name: str) -> None:
        """The same of a module, by its name."""
        if name in self.own:
            self.own = {each: of for each, of in self.own.items() if each != name}
            self.modules = {each: entry for each, entry in self.modules.items() if each != name}

    def has_newer(self, own: Own) -> bool:
        """Whether another version of it can be chosen now."""
        known: Mapping[str, Own] = self.backbones if isinstance(own, OwnBackbone) else self.own
        current = known.get(own.name)
        return current is not None and current.key != own.key

    def keep(self, own: Own) -> Own:
        """Know a version of what somebody brought, and return what is known under its key. Raises
        SpecError where its declaration is not one."""
        kept = self._versions.setdefault(own.key, own)
        kept.check()
        return kept

    def version(self, name: str, source: str) -> Own | None:
        """The version with this hash of its source, by the name in its key; None if unknown."""
        known = self._versions.get((name, source))
        if known is not None:
            return known
        for keeper in list(self.keepers):
            found = keeper(name, source)
            if found is not None and found.key == (name, source):
                return self.keep(found)
        return None

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
        own = self.version(f"backbone:{name}", source) if hashed else self.backbones.get(name)
        if isinstance(own, OwnBackbone):
            return own.spelled
        if hashed:
            raise SpecError(
                f"the network {shown(name)} is somebody's own, of source {shown(source)}, which is "
                "not known here: give its file, as in --backbone ./mine.py:name, or replay its "
                "capsule with --trust"
            )
        raise SpecError(unknown("network", given, [*known, *self.backbones]))

    def _own_networks(self) -> set[str]:
        """The names of attnlab's networks, of all tasks."""
        fields = (entry.params.model_fields.get("backbone") for entry in self.tasks.values())
        return {str(name) for field in fields if field is not None for name in known_names(field)}

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
    kept = REGISTRY.keep(own)
    assert isinstance(kept, OwnModule)  # its key says so
    return kept.entry.params(**values)


def named_backbone(own: OwnBackbone) -> BackboneName:
    """The name of a network that somebody brought, in a process that may not know it yet."""
    kept = REGISTRY.keep(own)
    assert isinstance(kept, OwnBackbone)  # its key says so
    return kept.spelled
