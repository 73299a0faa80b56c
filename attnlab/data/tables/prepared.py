"""A table made ready for splitting: its label, the rows in use, and how its columns are treated."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from attnlab.data.tables.by_hand import SAID_BY, of_kind
from attnlab.data.tables.columns import Column
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.labels import Label, found, label_of
from attnlab.data.tables.options import Options
from attnlab.data.tables.splits import SPLITS, Fixed, Rows, check_classes, divided, fixed_by
from attnlab.data.tables.table import Table, read_table
from attnlab.data.tables.treatment import (
    MOST_CATEGORIES,
    MOST_EMBEDDED,
    LeftOut,
    Treated,
    at_rows,
    treated,
)


@dataclass(frozen=True, eq=False)
class Prepared:
    """A table as a task takes it.

    `rows` are the rows in use, and all that follows counts them. `target` (N,) are class numbers,
    or numbers where the label is one. `inputs` are the same for every seed: they are named by what
    rows that may be trained on hold. `rows_left_out` counts rows by the reason.
    """

    table: Table
    options: Options
    label: Label
    rows: np.ndarray
    target: np.ndarray
    fixed: Fixed
    treated: tuple[Treated, ...]
    left_out: tuple[LeftOut, ...]
    rows_left_out: dict[str, int]

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes; none where the label is a number."""
        return self.label.classes

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """The names of a network's inputs, in their order."""
        return tuple(name for column in self.treated for name in column.inputs)

    @cached_property
    def embedded(self) -> dict[str, tuple[int, int]]:
        """The columns of which networks learn a vector for each category, with the first of their
        inputs and the one after the last."""
        found, start = {}, 0
        for column in self.treated:
            stop = start + len(column.inputs)
            is_codes = [part.role for part in column.parts] == ["codes"]
            if is_codes and stop - start > self.options.embedding > 0:
                found[column.name] = (start, stop)
            start = stop
        return found

    @cached_property
    def weighed(self) -> tuple[str, ...]:
        """The names of what attention weighs: the inputs, or the numbers of embedded columns."""
        width = range(1, self.options.embedding + 1)
        return tuple(
            name
            for column in self.treated
            for name in (
                [f"{column.name} ({number})" for number in width]
                if column.name in self.embedded
                else column.inputs
            )
        )

    @property
    def nbytes(self) -> int:
        """Bytes of the values that its columns become before any are imputed."""
        return sum(part.values.nbytes for column in self.treated for part in column.parts)

    @property
    def drawn_anew(self) -> bool:
        """Whether each seed divides the rows in another way."""
        return len(self.fixed.given) < len(SPLITS)

    def divided(self, random: np.random.Generator) -> Rows:
        """The rows of the three splits."""
        return divided(self.fixed, self.target, len(self.classes), self.options.share, random)

    @property
    def given_counts(self) -> dict[str, np.ndarray]:
        """How many rows of each class (K,) the splits have that are given, all of them "train"
        where none is."""
        given = self.fixed.given or {"train": np.arange(len(self.target))}
        return {split: self.counts(rows) for split, rows in given.items()}

    def counts(self, rows: np.ndarray) -> np.ndarray:
        """How many of these rows there are of each class (K,), or in all (1,) without classes."""
        if not self.classes:
            return np.array([len(rows)])
        return np.bincount(self.target[rows], minlength=len(self.classes))

    def positions(self, names: tuple[str, ...], what: str) -> tuple[int, ...]:
        """The places of these columns in what attention weighs.

        Raises TableError for a column that the networks do not get.
        """
        given = {column.name for column in self.treated}
        for name in names:
            if name not in given:
                found(self.table, name, what)
                why = next((c.reason for c in self.left_out if c.name == name), "it is the label")
                raise TableError(f"{what}: expected a column that networks get, got {name}: {why}")
        owners = [
            column.name
            for column in self.treated
            for _ in range(
                self.options.embedding if column.name in self.embedded else len(column.inputs)
            )
        ]
        return tuple(place for place, name in enumerate(owners) if name in names)


def ready_at(path: str | Path, options: Options, sheet: str = "") -> Prepared:
    """The table at a path, made ready; raises TableError for what cannot be used."""
    return prepared(read_table(path, sheet), options)


@lru_cache(maxsize=2)
def prepared(table: Table, options: Options) -> Prepared:
    """Make a table ready; raises TableError for what cannot be divided or learned from."""
    label = label_of(table, options.label, options.answer)
    by = split_column(table, options, label)
    for name in options.leave_out:
        found(table, name, "leave_out")
    _check_kinds(table, options, label, by)
    in_use = label.known.copy()
    rows_left_out = {f"no label in {label.name}": int((~in_use).sum())}
    column = table.columns[by] if by else None
    if column is not None:
        rows_left_out[f"nothing in {by}"] = int((in_use & column.missing).sum())
        in_use &= ~column.missing
    rows = np.flatnonzero(in_use)
    if options.missing == "drop":
        complete = _complete(table, options, label, by, rows)
        rows_left_out["missing values"] = int((~complete).sum())
        rows = rows[complete]
    if not len(rows):
        reasons = ", ".join(why for why, count in rows_left_out.items() if count)
        raise TableError(f"expected rows to learn from, got none: every row has {reasons}")
    target = label.target[rows]
    if label.classes and len(np.unique(target)) < len(label.classes):
        label, target = classes_in(label, target)
    kind = "column" if by == table.split else options.split
    fixed = fixed_by(kind, by, column, rows, options.share)
    trainable = rows if fixed.trainable is None else rows[fixed.trainable]
    ways = _treatments(table, options, label, by, trainable)
    kept = tuple(at_rows(each, rows) for each in ways if isinstance(each, Treated))
    if not kept:
        raise TableError(f"expected columns to learn from beside the label {label.name}, got none")
    result = Prepared(
        table,
        options,
        label,
        rows,
        target,
        fixed,
        kept,
        tuple(each for each in ways if isinstance(each, LeftOut)),
        {why: count for why, count in rows_left_out.items() if count},
    )
    if fixed.groups is None:
        check_classes(result.classes or ("rows",), result.given_counts, options.share)
    return result


def split_column(table: Table, options: Options, label: Label) -> str:
    """The column that decides about the splits; empty where none does."""
    if options.split == "stratified":
        return table.split
    if not options.split_column:
        raise TableError(f"split_column is missing: name the column for split={options.split}")
    name = found(table, options.split_column, "split_column")
    if name == label.name:
        raise TableError(f"split_column: expected another column than the label {name}")
    return name


def _treatments(
    table: Table, options: Options, label: Label, by: str, rows: np.ndarray
) -> list[Treated | LeftOut]:
    ways: list[Treated | LeftOut] = []
    for name in table.columns:
        if name == label.name:
            continue
        if name in (by, table.split):
            ways.append(LeftOut(name, "split", "decides about the splits"))
        elif name in options.leave_out:
            ways.append(LeftOut(name, "chosen", "left out by choice"))
        else:
            ways.append(_treatment(table, options, name, rows))
    return ways


def read_as(table: Table, options: Options, name: str) -> Column:
    """A column, of the kind that somebody says it is."""
    column, kind = table.columns[name], dict(options.kinds).get(name)
    if kind is None:
        return column
    return of_kind(name, column, kind, table.read_as.get("decimal mark") == "comma")


def _treatment(table: Table, options: Options, name: str, rows: np.ndarray) -> Treated | LeftOut:
    kind = dict(options.kinds).get(name)
    most = MOST_EMBEDDED if options.embedding else MOST_CATEGORIES
    return treated(name, read_as(table, options, name), rows, kind, most)


def _check_kinds(table: Table, options: Options, label: Label, by: str) -> None:
    """Raise TableError for a column of two kinds, and for one that no network gets."""
    seen: dict[str, str] = {}
    for name, kind in options.kinds:
        said = SAID_BY[kind]
        found(table, name, said)
        if name in seen:
            raise TableError(f"{name} is named in {seen[name]} and in {said}: expected one of them")
        if name in (label.name, by, *options.leave_out):
            raise TableError(f"{said}: expected a column that networks get, got {name}")
        seen[name] = said


def _complete(
    table: Table, options: Options, label: Label, by: str, rows: np.ndarray
) -> np.ndarray:
    """Which of these rows have a value in every column that networks get."""
    complete = np.ones(len(rows), bool)
    for each in _treatments(table, options, label, by, rows):
        if isinstance(each, Treated):
            complete &= ~read_as(table, options, each.name).missing[rows]
    return complete


def classes_in(label: Label, target: np.ndarray) -> tuple[Label, np.ndarray]:
    """The label with the classes that rows in use have, and their numbers."""
    present, target = np.unique(target, return_inverse=True)
    classes = tuple(label.classes[number] for number in present)
    if len(classes) < 2:
        raise TableError(f"expected at least two classes in {label.name}, got {classes[0]} alone")
    return label._replace(classes=classes), target.astype(np.int32)
