"""Tables as text, with a delimiter: what separates the columns, and their cells."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
from pyarrow import csv as arrow_csv

from attnlab.data.tables.columns import Texts
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import MOST_COLUMNS, MOST_ROWS
from attnlab.data.tables.values import encoded

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
"""What may separate columns, and what it is called; of several that would do, the first."""

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d+)?")
_SAMPLE_BYTES, _SAMPLE_ROWS = 2**16, 50
_BLOCK = 2**23
"""No row has more bytes than this."""


class Cells(NamedTuple):
    """The names in the first row, the cells below them as text, and the delimiter."""

    names: list[str]
    columns: list[Texts]
    delimiter: str


def cells_of(path: Path, content: bytes) -> Cells:
    """Read UTF-8 text as cells.

    Raises TableError for rows of different lengths, for no row below the names, and for too many
    rows or columns.
    """
    given, content = _said(content)
    sample = content[:_SAMPLE_BYTES].decode("utf-8", "ignore")
    delimiter = given or delimiter_of(sample)
    first = _rows(sample, delimiter)[:1]
    width = len(first[0]) if first else 0
    if width > MOST_COLUMNS:
        raise TableError(too_many_columns(path))
    table = _parsed(path, content, delimiter, max(width, 1))
    if table.num_rows > MOST_ROWS + 1:
        raise TableError(too_many_rows(path))
    columns = table.columns
    del table
    names = [str(column[0].as_py()).strip() if len(column) else "" for column in columns]
    cells = []
    while columns:  # each is freed as soon as it is encoded
        cells.append(encoded(columns.pop(0).slice(1)))
    return Cells(names, cells, delimiter)


def delimiter_of(sample: str) -> str:
    """The delimiter that cuts the first rows into the same number of columns, most of them."""
    best, delimiter = (0.0, 1), ","
    for candidate in DELIMITERS:
        rows = _rows(sample, candidate)
        if not rows or len(rows[0]) < 2:
            continue
        alike = sum(len(row) == len(rows[0]) for row in rows) / len(rows)
        if (alike, len(rows[0])) > best:
            best, delimiter = (alike, len(rows[0])), candidate
    return delimiter


def looks_like_numbers(names: list[str]) -> bool:
    """Whether a first row holds numbers alone, as one without names does."""
    return bool(names) and all(_NUMBER.fullmatch(name) for name in names)


def too_many_columns(path: Path) -> str:
    """What is said of a table that is too wide."""
    return f"{path} has more than {MOST_COLUMNS} columns, the most that a table may have"


def too_many_rows(path: Path) -> str:
    """What is said of a table that is too long."""
    return f"{path} has more than {MOST_ROWS:,} rows, the most that a table may have"


def _said(content: bytes) -> tuple[str, bytes]:
    """The delimiter that a first line such as "sep=;" gives, as Excel understands it, and the
    text below it."""
    line, _, rest = content.partition(b"\n")
    said = re.fullmatch(rb"sep=([,;\t|])\r?", line)
    return (said[1].decode(), rest) if said else ("", content)


def _rows(sample: str, delimiter: str) -> list[list[str]]:
    """The first rows that are no empty lines; the last one, which may be cut, is left out."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter):
            if row:
                rows.append(row)
            if len(rows) > _SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows[:-1] if len(rows) > 1 and len(sample.encode()) >= _SAMPLE_BYTES // 2 else rows


def _parsed(path: Path, content: bytes, delimiter: str, width: int) -> pa.Table:
    names = [str(number) for number in range(width)]
    odd: list[arrow_csv.InvalidRow] = []

    def note(row: arrow_csv.InvalidRow) -> str:
        odd.append(row)
        return "error"

    batches, rows = [], 0
    try:
        reader = arrow_csv.open_csv(
            pa.BufferReader(content),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, block_size=_BLOCK
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,
            ),
        )
        for batch in reader:
            batches.append(batch)
            rows += batch.num_rows
            if rows > MOST_ROWS + 1:
                raise TableError(too_many_rows(path))
        return pa.Table.from_batches(batches, reader.schema)
    except pa.ArrowInvalid as error:
        if odd:
            raise TableError(_uneven(path, odd[0], DELIMITERS[delimiter])) from None
        if "straddling" in str(error):
            raise TableError(
                f"{path} has a row of more than {_BLOCK // 2**20} MiB: perhaps a quotation mark is "
                "never closed"
            ) from None
        raise TableError(f"{path} cannot be read as a table: {_first_line(error)}") from None


def _uneven(path: Path, row: arrow_csv.InvalidRow, delimiter: str) -> str:
    where = f"row {row.number}" if row.number else "a row"
    return (
        f"{path} has rows of different lengths: {row.expected_columns} columns in the first one, "
        f"{row.actual_columns} in {where} (columns end at a {delimiter})"
    )


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
