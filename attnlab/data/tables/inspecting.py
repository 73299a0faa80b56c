"""The inspection of a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from attnlab.data.inspection import Histogram, InspectedColumn, Inspection, Reason
from attnlab.data.tables.findings import warnings_about
from attnlab.data.tables.options import USUAL_OPTIONS, Options
from attnlab.data.tables.prepared import Prepared, prepared
from attnlab.data.tables.splits import Rows, spread
from attnlab.data.tables.table import Table, read_table
from attnlab.data.tables.treatment import LeftOut, Treated

_BINS = 24
"""Of a histogram: few enough that some rows are in most of them."""


def inspect_table(
    path: str | Path, options: Options = USUAL_OPTIONS, sheet: str = ""
) -> Inspection:
    """What a table holds and what will be done with it.

    Where each seed divides the rows anew, the splits are those of one seed; by classes they are as
    large for every seed. Raises TableError for what cannot be used.
    """
    table = read_table(path, sheet)
    ready = prepared(table, options)
    rows = ready.divided(np.random.default_rng(0))
    names = ready.classes or ("rows",)
    counts = {split: ready.counts(chosen) for split, chosen in rows.items()}
    return Inspection(
        kind="table" if ready.classes else "regression",
        path=str(table.path),
        samples=len(ready.rows),
        classes=ready.classes,
        splits={
            split: dict(zip(names, map(int, of_split), strict=True))
            for split, of_split in counts.items()
        },
        columns=_columns(table, ready),
        left_out=_left_out(table, ready),
        warnings=tuple(warnings_about(ready, rows)),
        chance=chance_of(ready, rows),
        drawn_anew=ready.drawn_anew,
        histogram=_histogram(ready, rows),
        label=ready.label.name,
        label_guessed=ready.label.guessed,
        read_as=table.read_as,
    )


def chance_of(table: Prepared, rows: Rows) -> float:
    """The validation accuracy of always giving the commonest answer; of a number the RMSE of always
    giving the mean, in its own unit."""
    if not table.classes:
        return spread(table.fixed, table.target)
    counts = table.counts(rows["validation"])
    return float(counts.max() / counts.sum())


def _histogram(table: Prepared, rows: Rows) -> Histogram | None:
    """The numbers to predict, in bins of the same width; None of classes."""
    if table.classes:
        return None
    edges = np.linspace(table.target.min(), table.target.max(), _BINS + 1)
    counts = {name: np.histogram(table.target[of], edges)[0] for name, of in rows.items()}
    return Histogram(
        tuple(map(float, edges)), {name: tuple(map(int, of)) for name, of in counts.items()}
    )


def _columns(table: Table, ready: Prepared) -> tuple[InspectedColumn, ...]:
    """All columns in their order, the label too."""
    ways: dict[str, Treated | LeftOut] = {each.name: each for each in ready.treated}
    ways |= {each.name: each for each in ready.left_out}
    columns = []
    for name, column in table.columns.items():
        missing = int(column.missing.sum())
        if name == ready.label.name:
            kind = "classes" if ready.classes else "number"
            columns.append(InspectedColumn(name, kind, "the label", (), missing))
            continue
        way = ways[name]
        if isinstance(way, Treated):
            columns.append(InspectedColumn(name, way.kind, way.treatment, way.inputs, missing))
        else:
            columns.append(InspectedColumn(name, way.kind, f"left out: {way.reason}", (), missing))
    return tuple(columns)


def _left_out(table: Table, ready: Prepared) -> tuple[Reason, ...]:
    columns = [Reason(f"column {each.name}", each.reason) for each in ready.left_out]
    rows = [
        Reason("1 row" if count == 1 else f"{count:,} rows", why)
        for why, count in ready.rows_left_out.items()
    ]
    return (*columns, *rows)
