"""The error for a set of images that cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

from attnlab.spec import SpecError
from attnlab.wording import printable

NAMED = 3


class ImageSetError(SpecError):
    """A set of images that cannot be used; the message says which file or folder, and why."""


def first_few(names: Sequence[str]) -> str:
    """Name the first three, and say how many more there are."""
    named = ", ".join(printable(name) for name in names[:NAMED])
    more = len(names) - NAMED
    return f"{named} and {more} more" if more > 0 else named
