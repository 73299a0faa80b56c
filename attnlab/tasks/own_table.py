"""The task on a table from a file (N, D)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnlab.catalog.task_entries.own_table import OwnTableParameters
from attnlab.catalog.task_entries.tables import (
    TableParameters,
    column_names,
    options_of,
    table_of,
    table_path,
    table_place,
)
from attnlab.data.fingerprint import Fingerprint, of_contents
from attnlab.data.inspection import Inspection
from attnlab.data.tables.fitting import inputs_of
from attnlab.data.tables.inspecting import inspect_table
from attnlab.data.tables.prepared import Prepared, ready_at
from attnlab.data.tables.splits import SPLITS
from attnlab.data.tables.table import Table, bring_table, read_table
from attnlab.tasks.data import Split, TaskData, one_array, same_truth
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "own-table"


def own_table(params: OwnTableParameters, seed: int) -> TaskData:
    """A table's columns as inputs (N, D), and its classes; raises TableError."""
    return table_at(table_path(params), params, seed)


def table_at(path: Path, params: OwnTableParameters, seed: int) -> TaskData:
    """The table at this path as inputs (N, D), and its classes.

    Numbers are standardised, categories have an input each, dates are split, missing values are
    imputed. Every statistic is of the training split alone: see `attnlab.data.tables.fitting`.
    The seed decides what no column does about the splits, and the order within each. Imbalance
    leaves out training samples after that, so that validation and test stay the same.
    """
    table = ready_at(path, options_of(params), params.sheet)
    rows = table.divided(generator(seed, NAME, "split"))
    inputs = inputs_of(table, rows)
    train, validation, test = (Split(inputs[name], table.target[rows[name]]) for name in SPLITS)
    data = TaskData(train, validation, test, classes=len(table.classes))
    if params.truth.strip():
        positions = table.positions(column_names(params.truth), "truth")
        data = same_truth(data, positions, len(table.weighed))
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def own_table_example(params: OwnTableParameters, data: TaskData, number: int) -> Example:
    """Every input as the network gets it, by its name, and the name of the class."""
    table = table_of(params)
    answer = table.classes[one_array(data.validation.y)[number]]
    values, names = row_shown(table, one_array(data.validation.x)[number])
    return Example("features", values, answer, truth_of(data, number), names=names)


def row_shown(table: Prepared, inputs: np.ndarray) -> tuple[np.ndarray, tuple[str, ...]]:
    """One row's inputs (N,) as what attention weighs (D,), and the names of that.

    The numbers of an embedded column are learned, so that 1 stands for each of them, by the name
    of the category, and 0 where it is unknown.
    """
    values, names, done = [], [], 0
    for column, (start, stop) in table.embedded.items():
        block = inputs[start:stop]
        category = table.inputs[start + int(block.argmax())] if block.any() else column
        width = range(1, table.options.embedding + 1)
        values += [*inputs[done:start], *(float(block.any()) for _ in width)]
        names += [*table.inputs[done:start], *(f"{category} ({number})" for number in width)]
        done = stop
    return np.array([*values, *inputs[done:]]), (*names, *table.inputs[done:])


@dataclass(frozen=True)
class CarriedTable:
    """A table as read on one machine, for the tasks on others."""

    params: TableParameters
    table: Table

    @property
    def key(self) -> str:
        """The path and sheet, and which state of the file was read."""
        return f"{table_place(self.params)} {self.params.sheet} {self.table.stamp}"

    def install(self) -> None:
        """Let tasks find the table here instead of at its path."""
        bring_table(table_place(self.params), self.params.sheet, self.table)

    def remove(self) -> None:
        """Let them look at the path again."""
        bring_table(table_place(self.params), self.params.sheet, None)


def carried_table(params: TableParameters) -> CarriedTable | None:
    """The table, to be sent to other machines; None for the example, which comes with attnlab.
    Raises TableError."""
    if not params.data:
        return None
    return CarriedTable(params, read_table(table_path(params), params.sheet))


def table_fingerprint(params: TableParameters) -> Fingerprint | None:
    """The state of the file, whatever it is called; None for those that come with attnlab or
    scikit-learn. Raises TableError."""
    if not params.data or params.data.startswith("sklearn:"):
        return None
    path = table_path(params)
    read_table(path, params.sheet)  # which says what is wrong with a file that cannot be used
    return of_contents([("table", path.read_bytes())])


def inspected_table(params: TableParameters) -> Inspection:
    """What the table holds and what will be done with it. Raises TableError."""
    return inspect_table(table_path(params), options_of(params), params.sheet)


def table_advice(params: TableParameters) -> list[str]:
    """What in one's own table may mislead: see `attnlab.data.tables.inspecting`. Raises
    TableError."""
    if not params.data:
        return []
    return list(inspected_table(params).warnings)
