"""Charts that are drawn once and filled with rows again and again.

Drawing takes far longer than the rows it shows, and while a study trains only the rows change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from typing import Any

import altair as alt
import pandas as pd
from altair.typing import ChartType

Tables = Mapping[str, pd.DataFrame | alt.NamedData]
"""The rows of a chart's layers by name, or only the names, for rows to come."""

SUBTITLE_WIDTH = 54
"""Characters of a line of how to read a chart, which fit a narrow window."""

Draw = Callable[[Any, Tables], alt.LayerChart]
"""What draws a chart of a look, which each kind of chart has a class of, and of its rows."""


def layered(*layers: alt.Chart) -> alt.LayerChart:
    """The layers as one chart: `alt.layer`, which may also give a chart of facets."""
    return alt.LayerChart(layer=list(layers))


def filled(draw: Draw, look: Hashable, tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The Vega-Lite spec of `draw(look, tables)`, its rows as DataFrames under "datasets".

    `look` is all that the chart depends on besides its rows.
    """
    spec = _titled(json.loads(_drawn(draw, look, tuple(tables))))
    return {**spec, "datasets": {**spec.get("datasets", {}), **tables}}


def spec_of(chart: alt.Chart | alt.LayerChart) -> dict[str, Any]:
    """The Vega-Lite spec of a chart, its rows as DataFrames under "datasets".

    `to_dict` would write every row as JSON, which takes longer than all else.
    """
    frames: dict[str, pd.DataFrame] = {}
    spec = _titled(_named(chart, frames).to_dict(validate=False))
    return {**spec, "datasets": {**spec.get("datasets", {}), **frames}}


def described(spec: dict[str, Any], words: str) -> dict[str, Any]:
    """The spec with what it shows in words, for those who do not see it."""
    return {**spec, "description": words}


def _titled(spec: dict[str, Any]) -> dict[str, Any]:
    """The spec described by what stands above it: its title, and how to read it."""
    title = spec.get("title", {})
    title = {"text": title} if isinstance(title, str) else title
    heading, reading = title.get("text") or "", title.get("subtitle") or ()
    heading = heading if isinstance(heading, str) else " ".join(heading)
    words = ". ".join(filter(None, [heading.strip(" ."), _sentences(reading)]))
    return described(spec, f"{words}.") if words else spec


def _sentences(text: str | Sequence[str]) -> str:
    """Lines as sentences: a line goes on with the last if its first word had no room there."""
    lines = [text] if isinstance(text, str) else list(text)
    words = ""
    for line, before in zip(lines, ["", *lines], strict=False):
        has_room = len(before) + 1 + len(line.partition(" ")[0]) <= SUBTITLE_WIDTH
        words += f"{'. ' if words and has_room else ' '}{line.strip().rstrip('.')}"
    return words.strip(" .")


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
