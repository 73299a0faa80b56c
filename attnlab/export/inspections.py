"""What was found of a run's attention, as CSV and as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pandas as pd

from attnlab.export.spreadsheets import csv_text
from attnlab.inspection.found import RunInspection

_DIGITS = "%.6g"


def inspection_csv(found: RunInspection) -> str:
    """A row for each trace and measure: study, arm, seed, then `attnlab.inspection.ROWS`."""
    table = found.table.copy()
    for place, name in enumerate(("study", "arm", "seed")):
        table.insert(place, name, found.about[name])
    return csv_text(table, _DIGITS)


def inspection_json(found: RunInspection) -> str:
    """The same as JSON text, with the curves, and what is kept of all examples together.

    `about` says which run it is, `measures` and `curves` are lists of rows, `attention` has for
    each trace its `shape`, the `mean` weights, and `by_class` those of each class. A number that
    there is not is null.
    """
    value = {
        "about": dict(found.about),
        "measures": _records(found.table),
        "curves": _records(found.curves),
        "attention": _attention(found),
    }
    return json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)


def _attention(found: RunInspection) -> dict[str, Any]:
    arrays, traces = found.arrays, {}
    for axis in [name.removesuffix("/mean") for name in arrays if name.endswith("/mean")]:
        trace = {"shape": arrays[f"{axis}/shape"].tolist(), "mean": _plain(arrays[f"{axis}/mean"])}
        if f"{axis}/classes" in arrays:
            classes = map(str, arrays[f"{axis}/classes"].tolist())
            trace["by_class"] = dict(zip(classes, _plain(arrays[f"{axis}/by class"]), strict=True))
        traces[axis] = trace
    return traces


def _plain(array: np.ndarray) -> list[Any]:
    """Nested lists with seven digits: it was float32."""
    rows: list[Any] = np.round(array.astype(float), 7).tolist()
    return rows


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): _number(value) for name, value in row.items()}
        for row in table.to_dict("records")
    ]


def _number(value: Any) -> Any:
    """A value as JSON can have it."""
    if isinstance(value, (float, np.floating)):
        return float(value) if math.isfinite(value) else None
    return int(value) if isinstance(value, np.integer) else value
