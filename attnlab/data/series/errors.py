"""The error for series that cannot be used."""

from __future__ import annotations

from attnlab.data.tables.errors import TableError


class SeriesError(TableError):
    """Series that cannot be used; the message says what was expected, and what came."""
