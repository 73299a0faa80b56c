"""Text for a terminal: values as people type them, and aligned columns."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

from attnlab.wording import printable

MOST_LISTED = 50
"""So many studies a table has unless more are asked for."""

WIDTH = 96


def plain(value: Any) -> str:
    """A parameter's value as it is typed on the command line."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def columns(
    rows: Sequence[Sequence[str]], *, right: Sequence[int] = (), wrap_last: bool = False
) -> list[str]:
    """Lines with aligned columns; those in `right` are flush right, the last may be wrapped."""
    if not rows:
        return []
    rows = [[printable(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = []
    for row in rows:
        cells = [
            cell.rjust(width) if place in right else cell.ljust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        if not wrap_last:
            lines.append("  ".join(cells).rstrip())
            continue
        start = "  ".join(cells[:-1]) + "  "
        room = max(WIDTH - len(start), 30)
        for number, piece in enumerate(textwrap.wrap(row[-1], room) or [""]):
            lines.append(((start if number == 0 else " " * len(start)) + piece).rstrip())
    return lines
