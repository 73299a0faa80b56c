"""The error for pairs of texts that cannot be used."""

from __future__ import annotations

from attnlab.data.tables.errors import TableError


class PairsError(TableError):
    """Pairs of texts that cannot be used; the message says what was expected, and what came."""
