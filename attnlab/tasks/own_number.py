"""The task on a table from a file (N, D) whose label is a quantity."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attnlab.catalog.task_entries.own_number import OwnNumberParameters
from attnlab.catalog.task_entries.tables import column_names, options_of, table_of, table_path
from attnlab.data.tables import TableError
from attnlab.data.tables.fitting import inputs_of
from attnlab.data.tables.prepared import ready_at
from attnlab.data.tables.splits import SPLITS
from attnlab.tasks.data import Split, TaskData, number_words, one_array, same_truth
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.own_table import row_shown
from attnlab.tasks.streams import generator

NAME = "own-number"


def own_number(params: OwnNumberParameters, seed: int) -> TaskData:
    """A table's columns as inputs (N, D), and the number to predict (N,); raises TableError."""
    return numbers_at(table_path(params), params, seed)


def numbers_at(path: Path, params: OwnNumberParameters, seed: int) -> TaskData:
    """The table at this path as inputs (N, D), and the number to predict (N,), standardised.

    Columns are treated as in the task own-table. Mean and standard deviation of the number are
    those of the training split alone; `unit` is that standard deviation. The seed decides what no
    column does about the splits. Raises TableError where all training rows have the same number.
    """
    table = ready_at(path, options_of(params), params.sheet)
    rows = table.divided(generator(seed, NAME, "split"))
    inputs = inputs_of(table, rows)
    trained = table.target[rows["train"]]
    mean, unit = float(trained.mean()), float(trained.std())
    if not unit > 0:
        raise TableError(
            f"expected different numbers in {table.label.name} to learn from, got {mean:g} in "
            "every training row"
        )
    targets = ((table.target - mean) / unit).astype(np.float32)
    train, validation, test = (Split(inputs[name], targets[rows[name]]) for name in SPLITS)
    data = TaskData(train, validation, test, classes=1, unit=unit, mean=mean)
    if params.truth.strip():
        positions = table.positions(column_names(params.truth), "truth")
        data = same_truth(data, positions, len(table.weighed))
    return data


def own_number_example(params: OwnNumberParameters, data: TaskData, number: int) -> Example:
    """Every input as the network gets it, by its name; the number to predict in its own unit, and
    in standard deviations from the mean of the training rows."""
    table = table_of(params)
    answer = one_array(data.validation.y)[number]
    values, names = row_shown(table, one_array(data.validation.x)[number])
    label = f"{table.label.name} {number_words(data, float(answer))}"
    return Example("features", values, label, truth_of(data, number), names=names)
