"""How a short script is refused."""

from __future__ import annotations

from attnlab.export.files import ExportError


def refused(why: str) -> ExportError:
    """The error for data that take more than a few lines, of which the exact script has them."""
    return ExportError(f"no short script can be written: {why}; the exact script has them")
