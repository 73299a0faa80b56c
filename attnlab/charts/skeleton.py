"""Charts that are drawn once and filled with rows again and again.

Drawing takes far longer than the rows it shows, and while a study trains only the rows change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Mapping
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

Tables = Mapping[str, pd.DataFrame | alt.NamedData]
"""The rows of a chart's layers by name, or only the names, for rows to come."""

Draw = Callable[[Any, Tables], alt.LayerChart]
"""What draws a chart of a look, which each kind of chart has a class of, and of its rows."""


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """The layers as one chart: `alt.layer`, which may also give a chart of facets."""
    return alt.LayerChart(layer=list(layers))


def filled(draw: Draw, look: Hashable, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The Vega-Lite spec of `draw(look, tables)`, its rows as DataFrames under "datasets".

    `look` is all that the chart depends on besides its rows.
    """
    spec = json.loads(_drawn(draw, look, tuple(tables)))
    return {**spec, "datasets": {**spec.get("datasets", {}), **tables}}


def spec_of(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """The Vega-Lite spec of a chart, its rows as DataFrames under "datasets".

    `to_dict` would write every row as JSON, which takes longer than all else.
    """
    frames: dict[str, pd.DataFrame] = {}
    spec = _named(chart, frames).to_dict(validate=False)
    return {**spec, "datasets": {**spec.get("datasets", {}), **frames}}


def _named(chart: ChartType, frames: dict[str, pd.DataFrame]) -> ChartType:
    """A copy that has names where the chart has DataFrames, which are put under these names."""
    copy = chart.copy(deep=False)
    if isinstance(copy.data, pd.DataFrame):
        known = [name for name, frame in frames.items() if frame is copy.data]
        name = known[0] if known else f"rows-{len(frames)}"
        frames[name] = copy.data
        copy.data = alt.NamedData(name)
    if isinstance(copy, alt.LayerChart):
        copy.layer = [_named(part, frames) for part in copy.layer]
    return copy


@lru_cache(maxsize=256)
def _drawn(draw: Draw, look: Hashable, names: tuple[str, ...]) -> str:
    chart = draw(look, {name: alt.NamedData(name) for name in names})
    return json.dumps(chart.to_dict(validate=False))


def steady_top(value: float) -> float:
    """A positive `value` rounded up to two digits, so that a scale seldom moves as data grow."""
    digit = 10.0 ** (math.floor(math.log10(value)) - 1)
    return round(math.ceil(value / digit - 1e-5) * digit, 10)
