"""The column to predict: which it is, and what its values are."""

from __future__ import annotations

import difflib
from typing import NamedTuple

import numpy as np

from attnlab.data.tables.columns import Numbers, Texts, number_text
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import LARGEST_NUMBER, MOST_CLASSES
from attnlab.data.tables.options import Answer
from attnlab.data.tables.table import Table

USUAL = ("label", "target", "class", "species", "y", "outcome", "diagnosis", "category", "labels")
"""How people call the column to predict, the commonest first."""

MOST_NUMBERED_CLASSES = 20
"""A column of more different numbers than these is a quantity."""


class Label(NamedTuple):
    """The column to predict.

    `kind` is "classes" or "regression". `target` (N,) holds class numbers as int32, -1 where there
    is none, or numbers as float64, NaN where there is none. `guessed` says why it was chosen, if no
    one named it.
    """

    name: str
    kind: str
    classes: tuple[str, ...]
    target: np.ndarray
    guessed: str = ""

    @property
    def known(self) -> np.ndarray:
        """Where there is a label (N,)."""
        return self.target >= 0 if self.kind == "classes" else ~np.isnan(self.target)


def label_of(table: Table, name: str, answer: Answer = "auto") -> Label:
    """The column of this name, or the likeliest where it is empty.

    Numbers are classes where they are few, unless `answer` is "number". Classes are in the order of
    their names, numbers in that of numbers. Raises TableError for a column that is not there, one
    with too few or too many classes, one without numbers where they are wanted, and a quantity
    where classes are.
    """
    guessed = ""
    if not name:
        name, guessed = (table.label, "") if table.label else _guess(table)
    column = table.columns[found(table, name, "label")]
    if answer == "number" and isinstance(column, Texts) and len(column.texts):
        raise TableError(
            f"expected numbers in the label column {name}, got texts such as "
            f"{column.texts[0].as_py()!r}: the task own-table predicts classes"
        )
    if isinstance(column, Texts):
        given = [str(text) for text in column.texts.to_pylist()]
        classes = sorted(given)
        numbers = {text: number for number, text in enumerate(classes)}
        order = np.array([*(numbers[text] for text in given), -1], np.int32)
        return Label(name, "classes", _checked_classes(name, classes), order[column.codes], guessed)
    if not isinstance(column, Numbers):
        raise TableError(f"expected classes or numbers in the label column {name}, got dates")
    known = ~column.missing
    if not np.isfinite(column.values[known]).all():
        raise TableError(f"expected finite numbers in the label column {name}, got infinity")
    different = np.unique(column.values[known])
    if answer == "number":
        return Label(name, "regression", (), _checked_numbers(name, column.values, known), guessed)
    if len(different) > MOST_NUMBERED_CLASSES or (len(different) > 10 and not column.are_whole):
        if answer == "classes":
            raise TableError(
                f"expected classes in the label column {name}, got a quantity of "
                f"{len(different):,} different numbers: the task own-number predicts numbers"
            )
        return Label(name, "regression", (), column.values, guessed)
    target = np.searchsorted(different, column.values).astype(np.int32)
    target[~known] = -1
    classes = [number_text(value) for value in different]
    return Label(name, "classes", _checked_classes(name, classes), target, guessed)


def _checked_numbers(name: str, values: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Numbers (N,), if they differ and their squares can be summed."""
    if not (np.abs(values[known]) <= LARGEST_NUMBER).all():
        raise TableError(
            f"expected numbers up to {LARGEST_NUMBER:g} in the label column {name}, got "
            f"{np.abs(values[known]).max():g}"
        )
    if len(np.unique(values[known])) < 2:
        raise TableError(f"expected different numbers in the label column {name}, got one alone")
    return values


def found(table: Table, name: str, what: str) -> str:
    """The name itself; raises TableError, with the nearest ones, if no column has it."""
    if name in table.columns:
        return name
    near = difflib.get_close_matches(name, table.columns, n=3)
    known = near or list(table.columns)[:8]
    more = "" if near or len(table.columns) <= 8 else " …"
    raise TableError(
        f"{what}: expected a column of {table.path.name}, got {name!r}; "
        f"{'near it are' if near else 'its columns are'} {', '.join(known)}{more}"
    )


def _guess(table: Table) -> tuple[str, str]:
    by_lower = {name.lower().strip(): name for name in reversed(table.columns)}
    for usual in USUAL:
        if usual in by_lower:
            return by_lower[usual], "by its name"
    return list(table.columns)[-1], "as the last column"


def _checked_classes(name: str, classes: list[str]) -> tuple[str, ...]:
    if len(classes) > MOST_CLASSES:
        raise TableError(
            f"expected at most {MOST_CLASSES:,} classes in the label column {name}, got "
            f"{len(classes):,} different values: name another column"
        )
    if len(classes) < 2:
        only = f"one ({classes[0]})" if classes else "none"
        raise TableError(f"expected at least two classes in the label column {name}, got {only}")
    return tuple(classes)
