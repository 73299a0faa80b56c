"""Tables as CSV that is safe to open in a spreadsheet, and reads there as it was written.

A cell that a spreadsheet would take for a formula, such as the label =1+1 of an arm, gets an
apostrophe before it, which spreadsheets show as text. Where a table has letters beyond ASCII, the
text begins with a byte order mark, without which Excel reads them wrongly; pandas and R skip it.
Programs that read a table back can have it without both: `raw_cells`.
Source: OWASP, CSV injection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

MARK = "\ufeff"
"""The byte order mark."""

_RAW: ContextVar[bool] = ContextVar("_RAW", default=False)
"""Whether cells are written as they are just now."""

_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
"""How a cell begins that may be a formula, with any apostrophes already before it."""


def guarded(cell: Any) -> Any:
    """A text that cannot be a formula; everything else as it is.

    >>> guarded("=1+1"), guarded("se:ratio=4"), guarded(-1.5)
    ("'=1+1", 'se:ratio=4', -1.5)
    """
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """What `guarded` was given."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


@contextmanager
def raw_cells() -> Iterator[None]:
    """Write every table in here as it is: not to be opened in a spreadsheet."""
    token = _RAW.set(True)
    try:
        yield
    finally:
        _RAW.reset(token)


def csv_text(table: pd.DataFrame, float_format: str | None = None) -> str:
    """The table as CSV text without its index, every line ended by a line feed."""
    if _RAW.get():
        return table.to_csv(index=False, lineterminator="\n", float_format=float_format)
    safe = table.rename(columns=guarded)
    for place, kind in enumerate(table.dtypes):
        if not _is_number(kind):
            safe.isetitem(place, [guarded(cell) for cell in table.iloc[:, place]])
    text = safe.to_csv(index=False, lineterminator="\n", float_format=float_format)
    return text if text.isascii() else f"{MARK}{text}"


def without_mark(text: str) -> str:
    """The text without the mark, for programs that read it from a pipe."""
    return text.removeprefix(MARK)


def _is_number(kind: Any) -> bool:
    return getattr(kind, "kind", "O") in "biuf"
