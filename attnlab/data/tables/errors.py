"""The error for a table that cannot be used."""

from __future__ import annotations

from attnlab.spec import SpecError


class TableError(SpecError):
    """A table that cannot be used; the message says what was expected, and what came."""
