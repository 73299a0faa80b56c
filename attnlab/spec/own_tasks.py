"""A task that somebody brings: what its decorator declares, as an entry of the catalogue."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from attnlab.spec.entries import TaskEntry, load
from attnlab.spec.own import Own, OwnParameters
from attnlab.spec.own_modules import brought_in


class OwnTask(Own):
    """A task of somebody's file: the source, and what its decorator declares, as JSON."""

    what: ClassVar[str] = "task"

    @cached_property
    def entry(self) -> TaskEntry:
        """The entry of the catalogue. Raises SpecError where the declaration is not one."""
        entry: TaskEntry = load("attnlab.catalog.task_entries.own_task:entry_of")(self)
        return entry

    def check(self) -> None:
        """Raise SpecError where the declaration is not one."""
        _ = self.entry


def own_task(params: Any) -> OwnTask | None:
    """The task that somebody brought, of which these are the parameters; None for attnlab's."""
    own = params.own if isinstance(params, OwnParameters) else None
    return own if isinstance(own, OwnTask) else None


def tasks_brought_in(study: Any) -> tuple[OwnTask, ...]:
    """The task of a study if somebody brought it; its other tasks are attnlab's."""
    own = own_task(study.task.params)
    return () if own is None else (own,)


def all_brought_in(study: Any) -> tuple[Own, ...]:
    """All that somebody brought to a study: modules, networks, and its task."""
    return (*brought_in(study), *tasks_brought_in(study))
