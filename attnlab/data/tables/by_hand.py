"""Columns that somebody says are of another kind than their values look like."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from attnlab.data.tables.columns import Column, Dates, Numbers, Other, Texts, number_text
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.options import ColumnKind
from attnlab.data.tables.values import encoded, parsed_dates, parsed_numbers

SAID_BY: dict[ColumnKind, str] = {
    "number": "as_numbers",
    "category": "as_categories",
    "yes/no": "as_yes_no",
    "date": "as_dates",
}
"""The parameter that names columns of a kind."""

_DAY = re.compile(r"[12]\d{7}")


def of_kind(name: str, column: Column, kind: ColumnKind, decimal_comma: bool) -> Column:
    """The column as numbers, dates or texts, as this kind takes them.

    Texts that are no numbers, or no dates, among some that are, count as missing. Days and months
    that may be either are read as day first. Raises TableError where no value is of the kind.
    """
    if isinstance(column, Other):
        raise TableError(f"{SAID_BY[kind]}: {name} holds values of type {column.what}")
    if kind == "number":
        return _numbers(name, column, decimal_comma)
    if kind == "date":
        return _dates(name, column)
    if isinstance(column, Texts) or (kind == "yes/no" and _is_plain(column)):
        return column
    return _texts(column)


def _is_plain(column: Column) -> bool:
    """Whether a column holds 0 and 1 already."""
    if not isinstance(column, Numbers):
        return False
    return set(np.unique(column.values[~column.missing])) == {0, 1}


def _numbers(name: str, column: Column, decimal_comma: bool) -> Column:
    if isinstance(column, Numbers):
        return column
    if isinstance(column, Texts):
        values = parsed_numbers(column.texts, "," if decimal_comma else ".")
        if not np.isnan(values).all():
            return Numbers(np.append(values, np.nan)[column.codes])
    raise TableError(f"as_numbers: expected numbers in the column {name}, got {_shown(column)}")


def _dates(name: str, column: Column) -> Column:
    if isinstance(column, Dates):
        return column
    texts = column if isinstance(column, Texts) else _texts(column)
    different = texts.texts
    if isinstance(column, Numbers):  # 20241231
        whole = [str(text) for text in different.to_pylist()]
        days = [f"{t[:4]}-{t[4:6]}-{t[6:]}" if _DAY.fullmatch(t) else "" for t in whole]
        different = pa.array(days, pa.string())
    values = parsed_dates(pd.Series(different.to_pylist(), dtype=object))
    if np.isnat(values).all():
        raise TableError(
            f"as_dates: expected dates such as 2024-12-31 in the column {name}, got "
            f"{_shown(column)}"
        )
    return Dates(np.append(values, np.datetime64("NaT"))[texts.codes])


def _texts(column: Column) -> Texts:
    """Numbers and dates as people write them."""
    if isinstance(column, Numbers):
        known = pa.array(column.values, from_pandas=True).dictionary_encode()
        written = [number_text(value) for value in known.dictionary.to_pylist()]
        codes = pc.fill_null(known.indices, -1).to_numpy(zero_copy_only=False)
        return Texts(codes.astype(np.int32), pa.array(written, pa.string()))
    assert isinstance(column, Dates)
    return encoded(pa.chunked_array([pa.array(column.first(len(column.values)), pa.string())]))


def _shown(column: Column) -> str:
    first = next((value for value in column.first(1000) if value is not None), None)
    return "no value" if first is None else f"values such as {first!r}"
