"""Series in a table with a row for every step."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attnlab.data.series.errors import SeriesError
from attnlab.data.series.gaps import inserted, with_gaps
from attnlab.data.series.options import SeriesOptions
from attnlab.data.series.series import Series
from attnlab.data.tables.columns import Column, Dates, Numbers, Other, Texts, number_text
from attnlab.data.tables.labels import USUAL, found, label_of
from attnlab.data.tables.limits import LARGEST_NUMBER
from attnlab.data.tables.table import Table, read_table

_TRUTH = "truth"
SERIES = (
    *("series", "series_id", "sequence", "sequence_id", "trial", "trial_id", "recording"),
    *("record", "record_id", "session", "session_id", "sample_id", "subject", "case", "id"),
)
ORDER = (
    "step",
    "time",
    "timestamp",
    "t",
    "order",
    "frame",
    "date",
    "datetime",
    "index",
    "position",
)
"""How people call the two columns, the commonest first."""


def series_columns(table: Table, options: SeriesOptions) -> tuple[str, str]:
    """The columns that say which series a row belongs to, and where in it: "" where rows are in
    order. Raises TableError for names that no column has, and where none is to be found."""
    series = found(table, options.series, "series") if options.series else _usual(table, SERIES)
    if not series:
        raise SeriesError(
            f"expected a column that says to which series a row of {table.path.name} belongs: name "
            f"it (series); the columns are {', '.join(list(table.columns)[:8])}"
        )
    order = found(table, options.order, "order") if options.order else _usual(table, ORDER)
    return series, "" if order == series else order


def looks_like_series(table: Table) -> bool:
    """Whether a table names its series and its steps, and has several of these in a series."""
    series, order = _usual(table, SERIES[:8]), _usual(table, ORDER)
    if not series or not order or series == order:
        return False
    return len(np.unique(_codes(table.columns[series]))) <= table.rows / 2


def series_from(path: Path, options: SeriesOptions) -> Series:
    """The series of a table; raises SeriesError and TableError."""
    table = read_table(path)
    series, order = series_columns(table, options)
    for name in options.leave_out:
        found(table, name, "leave_out")
    label = label_of(table, options.label or _label(table, series, order), "classes")
    truth = found(table, options.truth, "truth") if options.truth else ""
    by = options.split_column if options.split != "stratified" else ""
    by = found(table, by, "split_column") if by else ""
    names, codes, rows, left_out = _rows(table, series, order)
    starts = np.searchsorted(codes[rows], np.arange(len(names) + 1))
    target = _alike(label.target[rows], starts, names, f"label {label.name}")
    no_label = target < 0
    used = {series, order, label.name, truth}
    channels = _channels(table, options, used, by, left_out)
    steps = np.stack([_numbers(table.columns[name])[rows] for name in channels], axis=1)
    marks = _marks(table, truth)[rows] if truth else None
    columns = {by: _of_series(table.columns[by], rows, starts, names, by, options)} if by else {}
    notes: list[str] = []
    if order:
        filled = inserted(table.columns[order], rows, starts)
        if filled.places is not None:
            steps, marks, starts = with_gaps(filled, steps, marks)
            notes.append(
                f"{filled.number:,} steps between others are missing: they take the values before "
                "them."
            )
        if filled.twice:
            notes.append(
                f"{filled.twice:,} rows have the same {order} as the one before them in their "
                "series: they count as steps in the order of the file."
            )
        if filled.uneven:
            notes.append(
                f"the steps of {filled.uneven:,} series are not evenly spaced in {order}: networks "
                "do not see how far apart they are."
            )
    read_as = dict(table.read_as) | {
        "series": series,
        "order": order or "that of the rows",
        "label": label.name,
    }
    if no_label.any():
        left_out[f"{int(no_label.sum()):,} series"] = f"no label in {label.name}"
        keep = np.flatnonzero(~no_label)
        steps, marks, starts = _kept(keep, steps, marks, starts)
        names, target = tuple(names[n] for n in keep), target[keep]
        columns = {name: _taken(column, keep) for name, column in columns.items()}
    present, target = np.unique(target, return_inverse=True)
    classes = tuple(label.classes[number] for number in present)
    return Series(
        table.path,
        tuple(table.stamp),
        tuple(channels),
        names,
        starts,
        steps,
        classes,
        target.astype(np.int32),
        marks,
        columns,
        read_as,
        left_out,
        tuple(notes),
    )


def _usual(table: Table, names: tuple[str, ...]) -> str:
    by_lower = {name.lower().strip(): name for name in reversed(table.columns)}
    return next((by_lower[name] for name in names if name in by_lower), "")


def _label(table: Table, series: str, order: str) -> str:
    """The label of a usual name, or the last column that is the same within every series."""
    if usual := _usual(table, USUAL):
        return usual
    groups = _codes(table.columns[series])
    for name in reversed(table.columns):
        if name in (series, order):
            continue
        column = table.columns[name]
        if isinstance(column, (Texts, Numbers)) and _is_constant(_codes(column), groups):
            return name
    raise SeriesError(
        "expected a column with one class for each series, got none that is the same at all steps "
        "of a series: name it (label)"
    )


def _is_constant(values: np.ndarray, groups: np.ndarray) -> bool:
    """Whether values that are known are the same within each group, and not within all."""
    known = values >= 0
    pairs = np.unique(np.stack([groups, values])[:, known], axis=1)
    return pairs.shape[1] == len(np.unique(pairs[0])) and len(np.unique(pairs[1])) > 1


def _codes(column: Column) -> np.ndarray:
    """A number for each value (N,), in the order of the values, -1 where one is missing."""
    if isinstance(column, Texts):
        places = np.argsort(np.argsort(np.array(column.texts.to_pylist(), object)))
        return np.append(places, -1)[column.codes].astype(np.int64)
    if isinstance(column, Other):
        return np.zeros(column.rows, np.int64)
    codes = np.unique(column.values, return_inverse=True)[1].astype(np.int64)
    codes[column.missing] = -1
    return codes


def _rows(
    table: Table, series: str, order: str
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray, dict[str, str]]:
    """The names of the series, the number of the series of each row, the rows in use, series by
    series and in order, and what is left out."""
    column, missing = table.columns[series], table.columns[series].missing.copy()
    left_out: dict[str, str] = {}
    if missing.any():
        left_out[f"{int(missing.sum()):,} rows"] = f"no series in {series}"
    position = np.arange(table.rows)
    if order:
        by = table.columns[order]
        if not isinstance(by, (Numbers, Dates)):
            raise SeriesError(f"expected numbers or dates in the order column {order}, got texts")
        nowhere = by.missing & ~missing
        if nowhere.any():
            left_out[f"{int(nowhere.sum()):,} rows without a place"] = f"nothing in {order}"
        missing |= by.missing
        position = np.unique(by.values, return_inverse=True)[1]
    in_use = np.flatnonzero(~missing)
    if not len(in_use):
        raise SeriesError(f"expected rows with a series and a place in it, got none: {table.path}")
    given = _codes(column)
    present, numbers = np.unique(given[in_use], return_inverse=True)
    codes = np.full(table.rows, -1, np.int64)
    codes[in_use] = numbers
    firsts = {int(code): row for code, row in zip(given[in_use][::-1], in_use[::-1], strict=True)}
    names = tuple(_name(column, firsts[int(code)]) for code in present)
    rows = in_use[np.lexsort((in_use, position[in_use], numbers))]
    return names, codes, rows, left_out


def _name(column: Column, row: int) -> str:
    if isinstance(column, Texts):
        return str(column.texts[int(column.codes[row])].as_py())
    if isinstance(column, Numbers):
        return number_text(column.values[row])
    return str(column.values[row]) if isinstance(column, Dates) else str(row)


def _alike(values: np.ndarray, starts: np.ndarray, names: tuple[str, ...], what: str) -> np.ndarray:
    """The number of each series, -1 where none of its steps has one; raises SeriesError for one
    whose steps have different numbers."""
    first = np.maximum.reduceat(values, starts[:-1])
    odd = np.flatnonzero((values >= 0) & (values != np.repeat(first, np.diff(starts))))
    if len(odd):
        number = int(np.searchsorted(starts, odd[0], "right")) - 1
        raise SeriesError(
            f"expected the same {what} at all steps of a series, got several in series "
            f"{names[number]}"
        )
    return first


def _channels(
    table: Table, options: SeriesOptions, used: set[str], by: str, left_out: dict[str, str]
) -> list[str]:
    channels = []
    for name, column in table.columns.items():
        if name in used:
            continue
        if name.lower() == _TRUTH:
            left_out[f"column {name}"] = "looks like the steps that matter: name it as truth"
        elif name == by or name in options.leave_out:
            left_out[f"column {name}"] = "decides about the splits" if name == by else "by choice"
        elif not isinstance(column, Numbers):
            left_out[f"column {name}"] = "holds no numbers"
        elif not np.isfinite(column.values).any():
            left_out[f"column {name}"] = "has no value"
        else:
            channels.append(name)
    if not channels:
        raise SeriesError(f"expected columns of numbers at each step, got none: {table.path}")
    return channels


def _numbers(column: Column) -> np.ndarray:
    assert isinstance(column, Numbers)
    return np.where(np.abs(column.values) <= LARGEST_NUMBER, column.values, np.nan)


def _marks(table: Table, name: str) -> np.ndarray:
    column = table.columns[name]
    if not isinstance(column, Numbers) or not np.isin(column.values[~column.missing], (0, 1)).all():
        raise SeriesError(f"expected 0 and 1 in the column {name}, which says which steps matter")
    return np.nan_to_num(column.values) == 1


def _of_series(
    column: Column,
    rows: np.ndarray,
    starts: np.ndarray,
    names: tuple[str, ...],
    name: str,
    options: SeriesOptions,
) -> Column:
    """A column with a value for every series: that of all its steps, of a time that of the last."""
    if options.split == "time" and not isinstance(column, Texts):
        return _taken(column, rows[starts[1:] - 1])
    codes = _codes(column)[rows]
    first = np.repeat(_alike(codes, starts, names, name), np.diff(starts))
    with_value = np.where(codes == first, np.arange(len(rows)), len(rows) - 1)
    return _taken(column, rows[np.minimum.reduceat(with_value, starts[:-1])])


def _taken(column: Column, rows: np.ndarray) -> Column:
    if isinstance(column, Texts):
        return Texts(column.codes[rows], column.texts)
    if isinstance(column, Other):
        return Other(column.what, len(rows))
    return type(column)(column.values[rows])


def _kept(
    keep: np.ndarray, steps: np.ndarray, marks: np.ndarray | None, starts: np.ndarray
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    lengths = np.diff(starts)
    inside = np.repeat(np.isin(np.arange(len(lengths)), keep), lengths)
    starts = np.concatenate([[0], np.cumsum(lengths[keep])])
    return steps[inside], None if marks is None else marks[inside], starts
