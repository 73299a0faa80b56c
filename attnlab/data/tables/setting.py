"""A row of a table that somebody sets, column by column, as the loader would have read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attnlab.data.tables.columns import Column, Dates, Numbers, Texts, number_text
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import LARGEST_NUMBER
from attnlab.data.tables.prepared import Prepared, read_as
from attnlab.data.tables.treatment import Treated, date_parts

Value = float | str | None
"""A number; a category, an answer such as yes, or a date as ISO text; None where it is missing."""

MOST_OPTIONS = 200
"""So many categories of a column can be chosen: the most frequent."""


@dataclass(frozen=True, eq=False)
class Settable:
    """How a column can be set.

    `kind` is "number", from `low` to `high` and `whole` or not; "date", with `low` and `high` in
    days since 1970, and a `time` of day or none; or "choice", with the most frequent values as
    `options`. `places` has a row for each value, and one for None, where a value is missing. What
    is read from `column` at a row in use is at the same place of the parts of `treated`.
    """

    treated: Treated
    column: Column
    kind: str
    low: float
    high: float
    whole: bool
    time: bool
    options: tuple[str, ...]
    places: Mapping[str | None, int]

    @property
    def name(self) -> str:
        """Of the column."""
        return self.treated.name

    @property
    def may_be_missing(self) -> bool:
        """Whether a row in use has no value here."""
        return None in self.places

    def value_at(self, row: int) -> Value:
        """What the table has in this row, counted in all of its rows."""
        text = _text(self.column, row)
        return float(text) if text is not None and self.kind == "number" else text

    def parts(self, value: Value) -> list[float]:
        """A value for each of the column's parts. Raises TableError for what it cannot be."""
        if value is None or self.kind == "choice":
            text = number_text(value) if isinstance(value, float) else value
            if text not in self.places:
                expected = "a value" if text is None else f"one of {', '.join(self.options[:5])}"
                raise TableError(f"{self.name}: expected {expected}, got {_said(value)}")
            return [float(part.values[self.places[text]]) for part in self.treated.parts]
        return self._date(str(value)) if self.kind == "date" else self._number(value)

    def _number(self, value: float | str) -> list[float]:
        try:
            number = float(value)
        except ValueError:
            number = np.nan
        if not abs(number) <= LARGEST_NUMBER:
            raise TableError(f"{self.name}: expected a number, got {_said(value)}")
        return [0.0 if part.role == "flag" else number for part in self.treated.parts]

    def _date(self, text: str) -> list[float]:
        try:
            when = np.array([np.datetime64(text, "us")])
        except ValueError:
            when = np.array(["NaT"], "datetime64[us]")
        if np.isnat(when[0]):
            raise TableError(f"{self.name}: expected a date such as 2024-12-31, got {text!r}")
        known = {part.inputs: float(part.values[0]) for part in date_parts(self.name, when)}
        return [known.get(part.inputs, 0.0) for part in self.treated.parts]


@lru_cache(maxsize=2)
def settable(table: Prepared) -> tuple[Settable, ...]:
    """How each column can be set that the networks get, in their order."""
    return tuple(_settable(table, each) for each in table.treated)


def parts_set(table: Prepared, row: Mapping[str, Value]) -> np.ndarray:
    """The values of all parts (1, P) of a row with these values. Raises TableError for a column
    without one, and for what a column cannot be."""
    parts: list[float] = []
    for column in settable(table):
        if column.name not in row:
            raise TableError(f"expected a value of {column.name}, got none")
        parts += column.parts(row[column.name])
    return np.array([parts])


def _settable(table: Prepared, treated: Treated) -> Settable:
    column = read_as(table.table, table.options, treated.name)
    if isinstance(column, Numbers):  # those beyond all measure are missing
        beyond = np.abs(column.values) > LARGEST_NUMBER
        column = Numbers(np.where(beyond, np.nan, column.values)) if beyond.any() else column
    present = table.rows[~column.missing[table.rows]]
    places: dict[str | None, int] = {}
    if len(present) < len(table.rows):
        places[None] = int(np.flatnonzero(column.missing[table.rows])[0])
    low, high, whole = 0.0, 0.0, False
    options: tuple[str, ...] = ()
    kind = treated.kind if treated.kind in ("number", "date") else "choice"
    if kind == "number":
        assert isinstance(column, Numbers)
        numbers = treated.parts[0].values
        low, high = float(np.nanmin(numbers)), float(np.nanmax(numbers))
        whole = column.are_whole
    elif kind == "date":
        assert isinstance(column, Dates)
        days = column.values[present].astype("datetime64[D]").astype(float)
        low, high = float(days.min()), float(days.max())
    else:
        options, of_options = _options(column, table.rows)
        places.update(of_options)
    time = any(": hour" in name for name in treated.inputs)
    return Settable(treated, column, kind, low, high, whole, time, options, places)


def _options(column: Column, rows: np.ndarray) -> tuple[tuple[str, ...], dict[str, int]]:
    """The most frequent values of these rows as texts, in their order, and a row of each value."""
    known = np.flatnonzero(~column.missing[rows])
    assert isinstance(column, (Dates, Numbers, Texts))  # others are never treated
    values = column.codes if isinstance(column, Texts) else column.values
    _, first, counts = np.unique(values[rows[known]], return_index=True, return_counts=True)
    places = known[first].tolist()
    found = {str(_text(column, int(rows[place]))): place for place in places}
    frequent = set(np.argsort(-counts, kind="stable")[:MOST_OPTIONS].tolist())
    chosen = [text for number, text in enumerate(found) if number in frequent]
    return tuple(sorted(chosen) if isinstance(column, Texts) else chosen), found


def _text(column: Column, row: int) -> str | None:
    """What stands in a row as people write it; None where it is missing."""
    if isinstance(column, Texts):
        code = int(column.codes[row])
        return None if code < 0 else str(column.texts[code].as_py())
    if isinstance(column, Numbers):
        number = float(column.values[row])
        return None if np.isnan(number) else number_text(number)
    assert isinstance(column, Dates)
    day = column.values[row]
    return None if np.isnat(day) else str(np.datetime_as_string(day, unit="auto"))


def _said(value: Value) -> str:
    return "none" if value is None else repr(value)
