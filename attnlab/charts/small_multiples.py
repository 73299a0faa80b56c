"""Small multiples of attention: a map for each class, a trace for each seed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import title
from attnlab.charts.maps import COLOURS
from attnlab.charts.palette import FIT_WIDTH, LEGEND_TEXT, NOTE_SIZE, REFERENCE, TRUTH
from attnlab.charts.skeleton import layered

IN_A_ROW = 5
"""So many small pictures stand side by side."""

GAP = 0.12
"""The share of a small picture's width that lies between two."""

MAP_HEIGHT, SEED_HEIGHT = 120, 74
"""Of a small picture with its name, in pixels."""

_LINE = 1.35
"""How many heights of a small picture lie between two lines of them: the name stands between."""


def small_maps(
    rows: pd.DataFrame, names: Mapping[Any, str], shape: tuple[int, int], top: float
) -> alt.LayerChart:
    """Draw a map (H, W) for each value of the column `of`, called by `names`, in their order.

    `rows` has of, index and weight; `top` is the end of the scale of colours.
    """
    height, width = shape
    order = {each: place for place, each in enumerate(names)}
    place = rows["of"].map(order)
    left = place % IN_A_ROW * (1 + GAP) + rows["index"] % width / width
    upper = place // IN_A_ROW * _LINE + rows["index"] // width / height
    cells = pd.DataFrame(
        {
            "left": left,
            "right": left + 1 / width,
            "top": upper,
            "bottom": upper + 1 / height,
            "name": rows["of"].map(names),
            "weight": rows["weight"].round(5),
        }
    )
    x, y = _free(names)
    tiles = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=alt.X("left:Q", **x),
            x2="right:Q",
            y=alt.Y("top:Q", **y),
            y2="bottom:Q",
            color=weights_scale(top),
            tooltip=[
                alt.Tooltip("name:N", title="Of"),
                alt.Tooltip("weight:Q", title="Mean attention", format=".4~f"),
            ],
        )
    )
    chart = layered(tiles, _names(names))
    return chart.properties(height=MAP_HEIGHT * _lines(names), autosize=dict(FIT_WIDTH))


def seed_traces(
    traces: pd.DataFrame,
    colour: str,
    top: float,
    truth: Sequence[int] = (),
    shape: tuple[int, int] | None = None,
) -> alt.LayerChart:
    """Draw the mean trace of every seed of one arm on one axis as small multiples, on one scale.

    `traces` has a row for each seed and position: seed, index, weight. Of places, `shape` (H, W)
    says how they lie. `truth` are the planted positions.
    """
    names = {seed: f"seed {seed}" for seed in sorted(traces["seed"].unique())}
    heading = title("Every seed's mean attention", [f"Each from 0 to {top:.2g}"])
    if shape is not None:
        rows = traces.assign(of=traces["seed"])
        return small_maps(rows, names, shape, top).properties(title=heading)
    n = int(traces["index"].max()) + 1
    place = traces["seed"].map({seed: place for place, seed in enumerate(names)})
    left = place % IN_A_ROW * (1 + GAP) + traces["index"] / n
    base = place // IN_A_ROW * _LINE + 1
    bars = pd.DataFrame(
        {
            "left": left,
            "right": left + 1 / n,
            "base": base,
            "top": base - (traces["weight"] / top).clip(upper=1.0),
            "seed": traces["seed"],
            "index": traces["index"],
            "weight": traces["weight"].round(4),
            "colour": np.where(traces["index"].isin(list(truth)), TRUTH, colour),
        }
    )
    x, y = _free(names)
    drawn = (
        alt.Chart(bars)
        .mark_rect(opacity=0.9)
        .encode(
            x=alt.X("left:Q", **x),
            x2="right:Q",
            y=alt.Y("top:Q", **y),
            y2="base:Q",
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("seed:N", title="Seed"),
                alt.Tooltip("index:Q", title="Position"),
                alt.Tooltip("weight:Q", title="Mean attention", format=".4~f"),
            ],
        )
    )
    return layered(drawn, _names(names)).properties(
        height=SEED_HEIGHT * _lines(names), title=heading, autosize=dict(FIT_WIDTH)
    )


def weights_scale(top: float) -> alt.Color:
    """Mean attention from 0 to `top` as a colour."""
    legend = alt.Legend(type="gradient", orient="bottom", gradientLength=160, **LEGEND_TEXT)
    scale = alt.Scale(scheme=COLOURS, domain=[0, top])
    return alt.Color("weight:Q", title="Mean attention", scale=scale, legend=legend)


def _lines(names: Mapping[Any, str]) -> int:
    return math.ceil(len(names) / IN_A_ROW)


def _names(names: Mapping[Any, str]) -> alt.Chart:
    """What each small picture is called, below it."""
    marks = pd.DataFrame(
        {
            "left": [place % IN_A_ROW * (1 + GAP) for place in range(len(names))],
            "base": [place // IN_A_ROW * _LINE + 1 for place in range(len(names))],
            "words": list(names.values()),
        }
    )
    words = alt.Chart(marks).mark_text(
        fontSize=NOTE_SIZE, color=REFERENCE, align="left", baseline="top", dy=4, limit=110
    )
    return words.encode(x=alt.X("left:Q"), y=alt.Y("base:Q"), text="words:N")


def _free(names: Mapping[Any, str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The scales of so many small pictures, across and down, without axes."""
    columns = max(3, min(IN_A_ROW, len(names)))
    across = alt.Scale(domain=[0, columns * (1 + GAP) - GAP], nice=False)
    down = alt.Scale(domain=[0, _lines(names) * _LINE], nice=False, reverse=True)
    return {"axis": None, "scale": across}, {"axis": None, "scale": down}
