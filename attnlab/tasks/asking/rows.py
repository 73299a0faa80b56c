"""A row of a table of somebody's own, set column by column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache

import numpy as np

from attnlab.catalog.task_entries.own_number import OwnNumberParameters
from attnlab.catalog.task_entries.tables import TableParameters, column_names, table_of
from attnlab.data.tables import TableError
from attnlab.data.tables.fitting import Fitting
from attnlab.data.tables.prepared import Prepared
from attnlab.data.tables.setting import Settable, Value, parts_set, settable
from attnlab.data.tables.splits import Rows
from attnlab.tasks import own_number, own_table
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example
from attnlab.tasks.own_table import row_shown
from attnlab.tasks.streams import generator
from attnlab.wording import listed


def asked_row(params: TableParameters, seed: int, given: Given) -> Asked:
    """The row's inputs (1, D), with the statistics of the training rows of this seed."""
    table = table_of(params)
    fitting, _ = _fitted(table, seed, _stream(params))
    try:
        parts = parts_set(table, given.row)
    except TableError as error:
        raise GivenError(str(error)) from error
    inputs = fitting.inputs(parts)
    values, names = row_shown(table, inputs[0])
    truth = None
    if params.truth.strip():
        positions = table.positions(column_names(params.truth), "truth")
        truth = np.isin(np.arange(len(table.weighed)), positions)
    notes = _unseen(table, fitting, parts[0], given.row)
    return Asked((inputs,), Example("features", values, given.answer, truth, names=names), notes)


def columns_to_set(params: TableParameters) -> tuple[Settable, ...]:
    """How each column can be set that the networks get; raises TableError."""
    return settable(table_of(params))


def sample_row(
    params: TableParameters, seed: int, number: int, others: Iterable[TableParameters] = ()
) -> Mapping[str, Value]:
    """What the table has in the row of a validation sample, by column; raises TableError.

    Columns that only the networks of `others` get from the same table are among them.
    """
    table = table_of(params)
    _, rows = _fitted(table, seed, _stream(params))
    row = int(table.rows[rows["validation"][number]])
    found = {column.name: column.value_at(row) for column in settable(table)}
    for other in map(table_of, dict.fromkeys(others)):
        if other.table is table.table:
            for column in settable(other):
                found.setdefault(column.name, column.value_at(row))
    return found


def _stream(params: TableParameters) -> str:
    """Of the random numbers that divide the rows."""
    return own_number.NAME if isinstance(params, OwnNumberParameters) else own_table.NAME


@lru_cache(maxsize=2)
def _fitted(table: Prepared, seed: int, stream: str) -> tuple[Fitting, Rows]:
    rows = table.divided(generator(seed, stream, "split"))
    return Fitting.of(table, rows["train"]), rows


def _unseen(
    table: Prepared, fitting: Fitting, parts: np.ndarray, row: Mapping[str, Value]
) -> tuple[str, ...]:
    """A note on categories that no training row of this seed has."""
    found, number = [], 0
    for column in table.treated:
        for _ in column.parts:
            if number in fitting.seen and parts[number] not in fitting.seen[number]:
                found.append(f"{column.name} “{row[column.name] or 'missing'}”")
            number += 1
    return (f"No training row of this seed has {listed(found, 'or')}",) if found else ()
