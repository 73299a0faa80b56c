"""What a person should know about files of a set: how many they are, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attnlab.data.images.errors import NAMED
from attnlab.wording import printable


@dataclass(frozen=True)
class Note:
    """Files that something is said about, such as that they are left out: why, how many, and the
    names of the first three."""

    reason: str
    count: int
    names: tuple[str, ...]

    @property
    def named(self) -> str:
        """The first names, and how many more there are."""
        more = self.count - len(self.names)
        return f"{', '.join(self.names)}{f' and {more} more' if more else ''}"

    def __str__(self) -> str:
        return f"{self.reason}: {self.count} ({self.named})"


def notes_of(found: Iterable[tuple[str, str]]) -> tuple[Note, ...]:
    """Collect (name, reason) into a note for each reason, in the order of their names."""
    by_reason: dict[str, set[str]] = {}
    for name, reason in found:
        by_reason.setdefault(reason, set()).add(name)
    return tuple(
        Note(reason, len(names), tuple(printable(name) for name in sorted(names)[:NAMED]))
        for reason, names in sorted(by_reason.items())
    )
