"""A table as it is read: the names of its columns and their values."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from attnlab.data.npz_entries import is_npz
from attnlab.data.tables.columns import Column, Numbers, Other, Texts
from attnlab.data.tables.delimited import DELIMITERS, cells_of, looks_like_numbers
from attnlab.data.tables.encodings import as_utf8
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.excel import OLD, ZIP, sheet_of
from attnlab.data.tables.npz import LABEL, columns_of_arrays
from attnlab.data.tables.opening import Stamp, content_of, stamp_of
from attnlab.data.tables.parquet import PARQUET, parquet_columns
from attnlab.data.tables.values import as_columns

_brought: dict[tuple[str, str], Table] = {}
"""Tables that another machine has read, by the path and sheet that a plan has for them."""


@dataclass(frozen=True, eq=False)
class Table:
    """A table: `columns` by name, in their order, each with a value for every one of the `rows`.

    `read_as` says what was found out about the file, for people: format, delimiter, decimal mark,
    encoding, sheet. `left_out` are columns that hold nothing to learn from, with the reason, and
    `unsure` what could not be decided. `label` and `split` name the columns that the file itself
    has for them, "" where it does not say.
    """

    path: Path
    stamp: Stamp
    columns: dict[str, Column]
    rows: int
    read_as: dict[str, str]
    left_out: dict[str, str] = field(default_factory=dict)
    unsure: tuple[str, ...] = ()
    label: str = ""
    split: str = ""

    def first_values(self, name: str, most: int) -> list[Any]:
        """The first values of a column as people read them, None where one is missing."""
        return self.columns[name].first(most)


def read_table(path: str | Path, sheet: str = "") -> Table:
    """Read a table: CSV, TSV, Parquet or Excel, gzipped or not, or the .npz of arrays (N, D),
    whichever its content is.

    It is read anew only when the file has changed. `sheet` names a sheet of a workbook; empty for
    the first. Raises TableError for what is no table, or none that can be used.
    """
    if (brought := _brought.get((str(path), sheet))) is not None:
        return brought
    try:
        path = Path(path).expanduser().absolute()
    except RuntimeError as error:  # there is no such home
        raise TableError(f"cannot read the table {path}: {error}") from None
    return _read_file(path, sheet, stamp_of(path))


def bring_table(path: str | Path, sheet: str, table: Table | None) -> None:
    """Let `read_table` give this table for this path, whatever is there; None ends that."""
    if table is None:
        _brought.pop((str(path), sheet), None)
    else:
        _brought[str(path), sheet] = table


def is_brought(path: str | Path, sheet: str) -> bool:
    """Whether another machine has brought the table for this path."""
    return (str(path), sheet) in _brought


@lru_cache(maxsize=2)
def _read_file(path: Path, sheet: str, stamp: Stamp) -> Table:
    content = content_of(path)
    unsure: list[str] = []
    read_as: dict[str, str]
    label = split = ""
    if content.startswith(PARQUET):
        names, columns = parquet_columns(path, content)
        read_as = {"format": "Parquet"}
    elif content.startswith(ZIP) and is_npz(content):
        del content
        names, columns, split = columns_of_arrays(path)
        read_as, label = {"format": "NumPy"}, LABEL
    elif content.startswith(ZIP):
        found = sheet_of(path, content, sheet)
        names, columns = found.names, found.columns
        read_as = {"format": "Excel", "sheet": found.title}
        if found.others and not sheet:
            read_as["other sheets"] = ", ".join(found.others[:10])
    elif content.startswith(OLD):
        raise TableError(
            f"{path} is an Excel workbook from before 2007, or has a password: expected .xlsx "
            "without one"
        )
    else:
        decoded = as_utf8(path, content)
        del content
        cells = cells_of(path, decoded.content)
        names, columns = cells.names, [*cells.columns]
        cells.columns.clear()
        read_as = {
            "format": "TSV" if cells.delimiter == "\t" else "CSV",
            "delimiter": DELIMITERS[cells.delimiter],
            "encoding": decoded.encoding,
        }
    if sheet and read_as["format"] != "Excel":
        raise TableError(f"sheet is given ({sheet}), and {path} is no Excel workbook")
    if label:
        table = _checked_table(path, stamp, names, columns, read_as, ())
        return replace(table, label=label, split=split)
    texts = [name for name, each in zip(names, columns, strict=True) if isinstance(each, Texts)]
    places = [place for place, each in enumerate(columns) if isinstance(each, Texts)]
    given = [each for each in columns if isinstance(each, Texts)]
    for place in places:
        columns[place] = Other("text", 0)
    meant = as_columns(texts, given)
    for place, column in zip(places, meant.columns, strict=True):
        columns[place] = column
    unsure += meant.unsure
    if "delimiter" in read_as:
        read_as["decimal mark"] = "comma" if meant.decimal == "," else "point"
    return _checked_table(path, stamp, names, columns, read_as, tuple(unsure))


def _checked_table(
    path: Path,
    stamp: Stamp,
    names: list[str],
    columns: list[Column],
    read_as: dict[str, str],
    unsure: tuple[str, ...],
) -> Table:
    """The table, if its names can be told apart; columns without a name or a value are left out or
    named by their place."""
    rows = len(columns[0].missing) if columns else 0
    if looks_like_numbers(names) or _are_values(names, columns):
        shown = ", ".join(names[:3])
        raise TableError(
            f"expected the names of the columns in the first row of {path}, got values ({shown}): "
            "put a row of names above them"
        )
    if rows == 0:
        raise TableError(f"expected rows below the names of the columns, got none: {path}")
    named: list[tuple[str, Column]] = []
    left_out: dict[str, str] = {}
    for place, (name, column) in enumerate(zip(names, columns, strict=True), start=1):
        if not name and bool(column.missing.all()):
            continue  # a delimiter at the end of each row
        named.append((unicodedata.normalize("NFC", name) or f"column {place}", column))
    counts = Counter(name for name, _ in named)
    twice = [name for name, count in counts.items() if count > 1]
    if twice:
        raise TableError(
            f"expected a name for each column, got {twice[0]!r} for {counts[twice[0]]} of them: "
            f"rename them in {path}"
        )
    if not named:
        raise TableError(f"expected columns, got none: {path}")
    return Table(path, stamp, dict(named), rows, read_as, left_out, unsure)


def _are_values(names: list[str], columns: list[Column]) -> bool:
    """Whether most names in the first row are values of the columns that they would name."""
    pairs = zip(names, columns, strict=True)
    found = sum(bool(name) and _has_value(column, name) for name, column in pairs)
    return 2 * found > len(names)


def _has_value(column: Column, name: str) -> bool:
    if isinstance(column, Texts):
        return bool(pc.any(pc.equal(column.texts, name)).as_py())
    if isinstance(column, Numbers):
        try:
            return bool((column.values == float(name)).any())
        except ValueError:
            return False
    return False
