"""The tables in a capsule, read row by row: no more of them is held than their plan can have."""

from __future__ import annotations

import csv
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal

from attnlab.capsules.errors import CapsuleError
from attnlab.export.spreadsheets import unguarded, without_mark
from attnlab.spec import brief, shown

LONGEST_LINE = 2**16
MOST_COLUMNS = 1_000
MOST_CELLS = 10_000_000
"""Of a table: more than fit into the bytes that one may have, written as attnlab writes them."""

_TOGETHER = 4_096
_MOST_EMPTY = 100
"""Lines: attnlab writes none."""

Kind = Literal["text", "int", "float"]
_CODES = {"int": "q", "float": "d"}


def lines_of(name: str, pieces: Iterable[bytes]) -> Iterator[str]:
    """The lines of a member that comes piece by piece, with their ends.

    Raises CapsuleError for one that is too long, and for what is not text.
    """
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).splitlines(keepends=True)
        for line in whole:
            yield _line(name, line)
        if len(rest) > LONGEST_LINE:
            raise CapsuleError(f"its {name} has a line of more than {LONGEST_LINE // 2**10} KiB")
    if rest:
        yield _line(name, rest)


def columns_of(
    name: str,
    lines: Iterator[str],
    kinds: Mapping[str, Kind],
    others: Kind | None,
    left_out: Sequence[str],
    most_rows: int,
) -> dict[str, Any]:
    """The columns of a CSV: those in `kinds`, which must be there, and `others`, where they are
    asked for, but for those `left_out`. An empty cell of a float is NaN.

    Raises CapsuleError for what is no such table, and for more rows than there may be.
    """
    reader = csv.reader(lines)
    try:
        head = next(reader, None)
        if not head:
            raise CapsuleError(f"its {name} is not a table")
        head[0] = without_mark(head[0])
        chosen = _chosen(name, head, kinds, others, left_out)
        columns: dict[str, Any] = {
            column: [] if kind == "text" else array(_CODES[kind])
            for column, (_, kind) in chosen.items()
        }
        rows, known = 0, dict[str, str]()
        for some in _together(name, reader, len(head)):
            rows += len(some)
            if rows > most_rows:
                raise CapsuleError(f"its {name} has more rows than its plan has")
            if rows * len(head) > MOST_CELLS:
                raise CapsuleError(f"its {name} is larger than any study's")
            cells = list(zip(*some, strict=True))
            for column, (place, kind) in chosen.items():
                columns[column].extend(_values(name, column, cells[place], kind, known))
        return columns
    except csv.Error as error:
        raise CapsuleError(f"its {name} is not a table ({error})") from error


def _line(name: str, line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError as error:
        raise CapsuleError(f"its {name} is not text") from error


def _chosen(
    name: str,
    head: Sequence[str],
    kinds: Mapping[str, Kind],
    others: Kind | None,
    left_out: Sequence[str],
) -> dict[str, tuple[int, Kind]]:
    """The place and the kind of each column that is read, by its name."""
    if len(head) > MOST_COLUMNS:
        raise CapsuleError(f"its {name} has {len(head):,} columns, more than any study's")
    for column in kinds:
        if column not in head:
            raise CapsuleError(f"its {name} has no column {column}")
    if len({*head}) < len(head):
        raise CapsuleError(f"its {name} has a column twice")
    every = ((place, column, kinds.get(column, others)) for place, column in enumerate(head))
    return {
        column: (place, kind)
        for place, column, kind in every
        if kind is not None and (column in kinds or column not in left_out)
    }


def _together(name: str, reader: Iterable[list[str]], width: int) -> Iterator[list[list[str]]]:
    """The rows, several at a time; every one has as many cells as the table has columns."""
    some: list[list[str]] = []
    empty = 0
    for row in reader:
        if not row:
            empty += 1
            if empty > _MOST_EMPTY:
                raise CapsuleError(f"its {name} has more than {_MOST_EMPTY} empty lines")
            continue
        if len(row) != width:
            raise CapsuleError(f"its {name} has a row of {len(row):,} cells in {width:,} columns")
        some.append(row)
        if len(some) * width >= _TOGETHER:
            yield some
            some = []
    if some:
        yield some


def _values(
    name: str, column: str, cells: Sequence[str], kind: Kind, known: dict[str, str]
) -> list[Any]:
    """The values of some cells of a column; numbers bit for bit as they were written."""
    if kind == "text":
        return [known.setdefault(cell, cell) for cell in map(unguarded, cells)]
    try:
        if kind == "float":
            return [float(cell or "nan") for cell in cells]
        numbers = [int(cell) for cell in cells]
        array("q", numbers)  # which none of them may be too large for
        return numbers
    except (ValueError, OverflowError):
        wrong = next(cell for cell in cells if not _is(kind, cell))
        raise CapsuleError(
            f"its {name} has a {brief(column)} that is no number: {shown(wrong)}"
        ) from None


def _is(kind: Kind, cell: str) -> bool:
    try:
        float(cell or "nan") if kind == "float" else array("q", [int(cell)])
    except (ValueError, OverflowError):
        return False
    return True
