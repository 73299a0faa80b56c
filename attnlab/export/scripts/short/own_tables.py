"""The data of one's own table in a few lines of pandas."""

from __future__ import annotations

from typing import Any

import numpy as np

from attnlab.catalog.task_entries.tables import table_of
from attnlab.data.tables.prepared import Prepared
from attnlab.data.tables.treatment import InputPart, Treated
from attnlab.export.scripts.literals import literal
from attnlab.export.scripts.short.own_files import (
    check_divides,
    filled,
    ran,
    read_otherwise,
    reading_line,
    sizes_of,
    split_lines,
)
from attnlab.export.scripts.short.refusing import refused

_NONE = 1e38
"""Stands for a missing value where columns are compared."""

_ENDING = """x = x.to_numpy("float32")
x_train, x_val, x_test = x[train], x[val], x[test]
y_train, y_val, y_test = y[train], y[val], y[test]
"""


def table_lines(params: Any, seed: int) -> str:
    """A table's inputs and classes.

    Raises ExportError for what takes more than a few lines, TableError for what cannot be read.
    """
    table = table_of(params)
    classes = '.astype("category").cat.codes.to_numpy()'
    return _lines(params, seed, table, classes, "y") + _ENDING


def number_lines(params: Any, seed: int) -> str:
    """The same of a table whose label is a number, in standard deviations."""
    table = table_of(params)
    standard = "y = (y - y[train].mean()) / y[train].std()  # in standard deviations\n"
    return _lines(params, seed, table, ".to_numpy(float)", "") + standard + _ENDING


def _lines(params: Any, seed: int, table: Prepared, as_labels: str, labels: str) -> str:
    """What reads, divides and standardises; the same for every label but `as_labels`."""
    rows = table.divided(np.random.default_rng(0))
    splits = split_lines(params.split, table.fixed.given, sizes_of(rows), labels)
    read = _reading(table, as_labels)
    name = table.table.path.name
    found = ran(read, name)
    _check(table, found)
    check_divides(splits, found, seed, name)
    text = read + splits
    parts = [part for column in table.treated for part in column.parts]
    gaps = {part.role for part in parts if np.isnan(part.values).any()}
    if "plain" in gaps:
        text += "x[plain] = x[plain].fillna(x[plain].iloc[train].mode().iloc[0])\n"
    if "number" in gaps:
        text += "x[numbers] = x[numbers].fillna(x[numbers].iloc[train].median())\n"
    if any(part.role == "number" for part in parts):
        text += "x[numbers] = StandardScaler().fit(x[numbers].iloc[train]).transform(x[numbers])\n"
    return text


def _columns(table: Prepared) -> dict[str, list[str]]:
    """The names of columns by what becomes of them: numbers, 0 or 1 as it is, categories, and
    those with an input that says where a value is missing."""
    names: dict[str, list[str]] = {"number": [], "plain": [], "codes": [], "flag": []}
    for column in table.treated:
        if column.kind not in ("number", "yes/no", "category") or column.name in table.embedded:
            raise refused(f"the column {column.name} takes more than a few lines")
        for part in column.parts:
            names[part.role].append(column.name)
    return names


def _reading(table: Prepared, as_labels: str) -> str:
    """The code that makes `y`, and `x` with a column for each input."""
    names = _columns(table)
    text = reading_line(table.table)
    label = literal(table.label.name)
    complete = [table.label.name]
    if table.options.missing == "drop":
        complete += [column.name for column in table.treated]
    if table.rows_left_out:
        text += filled("table = table.dropna(subset=[", map(literal, complete), "])")
    text += f"y = table[{label}]{as_labels}\n"
    pairs = [
        f"{literal(column.name)}: {literal(_is_one(column))}"
        for column in table.treated
        if column.parts[0].role == "plain" and _is_one(column)
    ]
    if pairs:
        text += filled("yes = {", pairs, "}")
        text += "for name, value in yes.items():\n"
        text += "    table[name] = table[name].astype(str) == value\n"
    text += filled("numbers = [", map(literal, names["number"]), "]")
    plain = ""
    if names["plain"]:
        text += filled("plain = [", map(literal, names["plain"]), "]  # 0 or 1 as it is")
        plain = " + plain"
    text += f"x = table[numbers{plain}].astype(float)\n"
    if names["flag"]:
        text += filled("gaps = [", map(literal, names["flag"]), "]")
        text += 'x = x.join(table[gaps].isna().add_suffix(" is missing"))\n'
    if names["codes"]:
        text += filled("categories = [", map(literal, names["codes"]), "]")
        texts = "table[categories].astype(object)"
        if any(column.missing for column in table.treated if column.kind == "category"):
            texts += '.fillna("is missing")'
        text += f"x = x.join(pd.get_dummies({texts}))\n"
    return text


def _is_one(column: Treated) -> str:
    """The text of a column that stands for 1; "" where it holds numbers."""
    name = column.parts[0].inputs[0]
    return name.removeprefix(f"{column.name}: ") if name != column.name else ""


def _check(table: Prepared, found: dict[str, Any]) -> None:
    """Raise ExportError where the code found other inputs or labels than attnlab."""
    parts = [part for column in table.treated for part in column.parts]
    expected = [values for part in parts for values in _inputs(part)]
    theirs = found["x"].to_numpy(float)
    same = (
        sorted(map(_comparable, expected)) == sorted(map(_comparable, theirs.T))
        and len(found["y"]) == len(table.target)
        and np.allclose(found["y"], table.target)
    )
    if not same:
        raise read_otherwise(table.table.path.name)


def _inputs(part: InputPart) -> list[np.ndarray]:
    if part.role != "codes":
        return [part.values]
    return [part.values == number for number in range(len(part.inputs))]


def _comparable(values: np.ndarray) -> bytes:
    """A column as what is equal for equal columns, whatever precision they were read with."""
    return np.nan_to_num(np.asarray(values, "float32") + 0, nan=_NONE).tobytes()
