"""Tables in Excel workbooks (.xlsx)."""

from __future__ import annotations

import datetime
import io
import warnings
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import openpyxl
import pyarrow as pa

from attnlab.data.tables.columns import Column, Dates, Numbers
from attnlab.data.tables.delimited import too_many_columns, too_many_rows
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from attnlab.data.tables.opening import too_large
from attnlab.data.tables.values import encoded
from attnlab.data.zip_entries import DAMAGES, check_size

ZIP, OLD = b"PK", b"\xd0\xcf\x11\xe0"
"""How workbooks begin: those of today, and those before 2007 or with a password."""

ERRORS = ("#N/A", "#DIV/0!", "#REF!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
"""What a formula gives that fails: a missing value."""


class Sheet(NamedTuple):
    """A sheet's names and columns, what it is called, and the other sheets."""

    names: list[str]
    columns: list[Column]
    title: str
    others: tuple[str, ...]


def sheet_of(path: Path, content: bytes, title: str) -> Sheet:
    """Read a sheet of a workbook, the first one where `title` is empty.

    Raises TableError for what is no workbook, or damaged, and for a sheet that is not there.
    """
    _check_archive(path, content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of openpyxl, on styles and extensions
            book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
            titles = [sheet.title for sheet in book.worksheets]
            if not titles:
                raise TableError(f"{path} has no sheet with cells")
            if title and title not in titles:
                known = ", ".join(titles[:10])
                raise TableError(f"{path} has no sheet {title!r}: its sheets are {known}")
            sheet = book[title or titles[0]]
            rows = _sheet_rows(path, sheet)
    except TableError:
        raise
    except Exception as error:  # openpyxl lets through what XML, zip and its own readers raise
        told = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise TableError(f"{path} cannot be read as an Excel workbook: {told}") from None
    names, columns = _sheet_columns(rows)
    return Sheet(names, columns, sheet.title, tuple(each for each in titles if each != sheet.title))


def _check_archive(path: Path, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            if not any(entry.filename.startswith("xl/") for entry in entries):
                raise TableError(
                    f"expected a table, got a zip archive without an Excel workbook: {path}"
                )
            if sum(entry.file_size for entry in entries) > MOST_BYTES:
                raise TableError(too_large(path))
            for entry in entries:  # openpyxl believes what is declared
                check_size(archive, entry, MOST_BYTES)
    except TableError:
        raise
    except (ValueError, OSError, *DAMAGES) as error:
        raise TableError(f"{path} cannot be read as an Excel workbook: {error}") from None


def _sheet_rows(path: Path, sheet: Any) -> list[tuple[Any, ...]]:
    """The rows of a sheet, from the first that is not empty."""
    rows: list[tuple[Any, ...]] = []
    sheet.reset_dimensions()  # what a file says of its size may be wrong
    cells = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True)):
        while row and row[-1] is None:
            row = row[:-1]
        if len(row) > MOST_COLUMNS:
            raise TableError(too_many_columns(path))
        if number > 2 * MOST_ROWS or len(rows) > MOST_ROWS:
            raise TableError(too_many_rows(path))
        cells += len(row)
        if row:
            rows.append(row)
    return rows


def _sheet_columns(rows: list[tuple[Any, ...]]) -> tuple[list[str], list[Column]]:
    width = max(map(len, rows), default=0)
    first, *below = rows or [()]
    names = ["" if name is None else str(name).strip() for name in _filled_up(first, width)]
    by_column = list(zip(*(_filled_up(row, width) for row in below), strict=True))
    columns = by_column or [()] * width
    return names, [_sheet_column(cells) for cells in columns]


def _filled_up(row: tuple[Any, ...], width: int) -> tuple[Any, ...]:
    return row + (None,) * (width - len(row))


def _sheet_column(cells: tuple[Any, ...]) -> Column:
    """A column by the types of its cells; mixed ones are text."""
    known = [None if cell in ERRORS or cell == "" else cell for cell in cells]
    kinds = {type(cell) for cell in known if cell is not None}
    if kinds <= {int, float}:
        return Numbers(np.array([np.nan if cell is None else _float(cell) for cell in known]))
    if kinds <= {datetime.datetime, datetime.date}:
        return Dates(
            np.array(
                [np.datetime64("NaT") if cell is None else cell for cell in known],
                dtype="datetime64[us]",
            )
        )
    texts = pa.array([None if cell is None else str(cell) for cell in known], pa.string())
    return encoded(pa.chunked_array([texts]))


def _float(cell: float) -> float:
    try:
        return float(cell)
    except OverflowError:  # a whole number of more than 300 digits
        return float("inf")
