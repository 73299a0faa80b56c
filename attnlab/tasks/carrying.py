"""Data sets that are sent to other machines with a study, which do not have them by their path."""

from __future__ import annotations

from typing import Protocol

from attnlab.spec import TaskSpec, load


class Carried(Protocol):
    """A data set as plain values, which can be pickled. Those with the same `key` are the same."""

    @property
    def key(self) -> str:
        """Names the data set and how it was read."""

    def install(self) -> None:
        """Let the tasks of this process find the data set here instead of by its path."""

    def remove(self) -> None:
        """Let them look for it by its path again."""


def carried(task: TaskSpec) -> Carried | None:
    """The data set of a task, read on this machine; None where every machine has it, or draws it.

    Raises what reading it raises.
    """
    if not task.entry.carried:
        return None
    found: Carried | None = load(task.entry.carried)(task.params)
    return found
