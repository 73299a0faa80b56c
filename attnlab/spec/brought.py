"""What people brought of one kind: what can be chosen now, and every version that a plan names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from attnlab.spec.own_backbones import OwnBackbone
from attnlab.spec.own_modules import OwnModule
from attnlab.spec.own_tasks import OwnTask
from attnlab.spec.parameters import SpecError, shown

Kind = TypeVar("Kind", OwnModule, OwnTask, OwnBackbone)
Entry = TypeVar("Entry")


class Brought(Generic[Kind]):
    """Every version by name and hash of its source; one that is not there is asked of the
    `keepers`, such as a store. `chosen` are those of which there is an entry in the catalogue."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.chosen: Mapping[str, Kind] = {}
        self.keepers: list[Callable[[str, str], Kind | None]] = []
        self._versions: dict[tuple[str, str], Kind] = {}

    def bring(self, own: Kind, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """The entries with that of `own` among them, in place of an older version of it.

        Raises SpecError where one of attnlab's has its name.
        """
        self.check_free(own.name, entries)
        entry: Any = self.keep(own)
        # New mappings: other threads may be going through those that are there.
        self.chosen = {**self.chosen, own.name: self._versions[own.key]}
        return {**entries, own.name: entry}

    def check_free(self, name: str, entries: Mapping[str, Entry]) -> None:
        """Raise SpecError where one of attnlab's has this name."""
        if name in entries and name not in self.chosen:
            raise SpecError(f"attnlab has a {self.what} {name!r}: give yours another name")

    def remove(self, name: str, entries: Mapping[str, Entry]) -> dict[str, Entry]:
        """The entries without that of this name, if somebody brought it; plans still know it."""
        if name not in self.chosen:
            return dict(entries)
        self.chosen = {each: own for each, own in self.chosen.items() if each != name}
        return {each: entry for each, entry in entries.items() if each != name}

    def has_newer(self, own: Kind) -> bool:
        """Whether another version of it can be chosen now."""
        current = self.chosen.get(own.name)
        return current is not None and current.key != own.key

    def keep(self, own: Kind) -> Any:
        """Know a version, and return its entry."""
        return self._versions.setdefault(own.key, own).entry

    def version(self, name: str, source: str) -> Kind | None:
        """The version with this hash of its source; None if unknown."""
        known = self._versions.get((name, source))
        if known is not None:
            return known
        for keeper in list(self.keepers):
            found = keeper(name, source)
            if found is not None and found.key == (name, source):
                self.keep(found)
                return self._versions[found.key]
        return None

    def entry(self, name: str, source: str) -> Any:
        """The entry of the version with this hash of its source. Raises SpecError where that is
        unknown."""
        own = self.version(name, source)
        if own is None:
            option = {"module": "--arm", "task": "--task", "network": "--backbone"}[self.what]
            told = shown(name.rpartition(":")[2])
            raise SpecError(
                f"the {self.what} {told} is somebody's own, of source {shown(source)}, which is "
                f"not known here: give its file, as in {option} ./mine.py:Name, or replay its "
                "capsule with --trust"
            )
        return own.entry
