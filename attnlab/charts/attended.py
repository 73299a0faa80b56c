"""Charts of where trained networks look: by class, seed by seed, and of any layer's outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import title
from attnlab.charts.maps import COLOURS, MOST_CELLS
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, LEGEND_TEXT, NOTE_SIZE, REFERENCE, TRUTH
from attnlab.charts.skeleton import layered

CLASS_ROW, MAPS_IN_A_ROW = 22, 5
"""How high the row of a class is in pixels, and how many maps stand side by side."""

SEEDS_IN_A_ROW, SEED_HEIGHT = 5, 74
GAP = 0.12
"""The share of a small picture's width that lies between two."""

_BINS = 30


def by_class(
    rows: pd.DataFrame,
    names: Mapping[int, str],
    shape: Sequence[int],
    position: str,
    top: float,
    truth: Sequence[int] = (),
) -> alt.LayerChart:
    """Draw the mean attention on each class: a row of positions for each, or a small map.

    `rows` are those of one arm from `inspection.attended.by_class_rows`; `names` call the classes,
    `shape` is (n,) positions or (H, W) places, `position` what a position is called. `top` is the
    end of the scale of colours, and `truth` the planted positions.
    """
    classes = sorted(rows["class"].unique())
    if len(shape) == 2:
        return _class_maps(rows, names, (shape[0], shape[1]), classes, top)
    order = {each: place for place, each in enumerate(classes)}
    side = math.ceil(shape[-1] * len(classes) / MOST_CELLS)
    placed = rows.assign(row=rows["class"].map(order), column=rows["index"] // side * side)
    cells = placed.groupby(["row", "column", "class"])["weight"].mean().reset_index()
    cells = cells.assign(
        left=cells["column"] - 0.5,
        right=(cells["column"] + side - 0.5).clip(upper=shape[-1] - 0.5),
        name=cells["class"].map(names),
        weight=cells["weight"].round(5),
    )
    x = alt.X(
        "left:Q",
        title=position,
        scale=alt.Scale(domain=[-0.5, shape[-1] - 0.5], nice=False),
        axis=alt.Axis(format="d", tickMinStep=1, grid=False, **AXIS_TEXT),
    )
    tiles = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=x,
            x2="right:Q",
            y=alt.Y(
                "name:N",
                title=None,
                sort=[names[each] for each in classes],
                axis=alt.Axis(ticks=False, domain=False, labelLimit=120, **AXIS_TEXT),
            ),
            color=_weights(top),
            tooltip=[
                alt.Tooltip("name:N", title="Class"),
                alt.Tooltip("column:Q", title=position),
                alt.Tooltip("weight:Q", title="Mean attention", format=".4~f"),
            ],
        )
    )
    layers = [tiles]
    if len(truth):
        marks = alt.Chart(pd.DataFrame({"left": list(truth)}))
        layers.append(
            marks.mark_point(
                shape="triangle-down", filled=True, size=45, opacity=1, color=TRUTH
            ).encode(x=x, y=alt.YValue(-7))
        )
    height = max(90, CLASS_ROW * len(classes))
    heading = title("By class", ["Mean over the test examples of each class"], offset=12)
    return layered(*layers).properties(height=height, title=heading, autosize=dict(FIT_WIDTH))


def _class_maps(
    rows: pd.DataFrame,
    names: Mapping[int, str],
    shape: tuple[int, int],
    classes: Sequence[int],
    top: float,
) -> alt.LayerChart:
    height, width = shape
    order = {each: place for place, each in enumerate(classes)}
    place = rows["class"].map(order)
    left = place % MAPS_IN_A_ROW * (1 + GAP) + rows["index"] % width / width
    upper = place // MAPS_IN_A_ROW * (1 + 2 * GAP) + rows["index"] // width / height
    cells = pd.DataFrame(
        {
            "left": left,
            "right": left + 1 / width,
            "top": upper,
            "bottom": upper + 1 / height,
            "name": rows["class"].map(names),
            "weight": rows["weight"].round(5),
        }
    )
    lines = math.ceil(len(classes) / MAPS_IN_A_ROW)
    columns = min(MAPS_IN_A_ROW, len(classes))
    x, y = _free(columns * (1 + GAP) - GAP), _free(lines * (1 + 2 * GAP), reverse=True)
    tiles = (
        alt.Chart(cells)
        .mark_rect()
        .encode(
            x=alt.X("left:Q", **x),
            x2="right:Q",
            y=alt.Y("top:Q", **y),
            y2="bottom:Q",
            color=_weights(top),
            tooltip=[
                alt.Tooltip("name:N", title="Class"),
                alt.Tooltip("weight:Q", title="Mean attention", format=".4~f"),
            ],
        )
    )
    labels = pd.DataFrame(
        {
            "left": [order[each] % MAPS_IN_A_ROW * (1 + GAP) + 0.5 for each in classes],
            "top": [order[each] // MAPS_IN_A_ROW * (1 + 2 * GAP) + 1 + GAP for each in classes],
            "name": [names[each] for each in classes],
        }
    )
    words = (
        alt.Chart(labels)
        .mark_text(fontSize=NOTE_SIZE, color=REFERENCE, limit=90)
        .encode(x=alt.X("left:Q"), y=alt.Y("top:Q"), text="name:N")
    )
    return layered(tiles, words).properties(
        height=120 * lines,
        title=title("By class", ["Mean over the test examples of each class"]),
        autosize=dict(FIT_WIDTH),
    )


def seed_traces(
    traces: pd.DataFrame, colour: str, top: float, truth: Sequence[int] = ()
) -> alt.LayerChart:
    """Draw the mean trace of every seed of one arm on one axis as small multiples, on one scale.

    `traces` has a row for each seed and position: seed, index, weight, shape. What has rows and
    columns is drawn position behind position.
    """
    seeds = sorted(traces["seed"].unique())
    n = int(traces["index"].max()) + 1
    order = {seed: place for place, seed in enumerate(seeds)}
    place = traces["seed"].map(order)
    column, line = place % SEEDS_IN_A_ROW, place // SEEDS_IN_A_ROW
    left = column * (1 + GAP) + traces["index"] / n
    base = line * 1.35 + 1
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
    lines = math.ceil(len(seeds) / SEEDS_IN_A_ROW)
    columns = min(SEEDS_IN_A_ROW, len(seeds))
    x, y = _free(columns * (1 + GAP) - GAP), _free(lines * 1.35, reverse=True)
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
    marks = pd.DataFrame(
        {
            "left": [order[seed] % SEEDS_IN_A_ROW * (1 + GAP) for seed in seeds],
            "right": [order[seed] % SEEDS_IN_A_ROW * (1 + GAP) + 1 for seed in seeds],
            "base": [order[seed] // SEEDS_IN_A_ROW * 1.35 + 1 for seed in seeds],
            "words": [f"seed {seed}" for seed in seeds],
        }
    )
    ground = (
        alt.Chart(marks)
        .mark_rule(color=REFERENCE)
        .encode(x=alt.X("left:Q"), x2="right:Q", y=alt.Y("base:Q"))
    )
    words = (
        alt.Chart(marks)
        .mark_text(fontSize=NOTE_SIZE, color=REFERENCE, align="left", baseline="top", dy=3)
        .encode(x=alt.X("left:Q"), y=alt.Y("base:Q"), text="words:N")
    )
    return layered(drawn, ground, words).properties(
        height=SEED_HEIGHT * lines,
        title=title("Every seed's mean attention", [f"Each from 0 to {top:.2g}"]),
        autosize=dict(FIT_WIDTH),
    )


def histogram_rows(values: np.ndarray) -> pd.DataFrame:
    """How many values lie between `low` and `high`."""
    known = np.asarray(values, float).ravel()
    counts, edges = np.histogram(known[np.isfinite(known)], _BINS)
    return pd.DataFrame({"low": edges[:-1], "high": edges[1:], "count": counts})


def histogram(values: np.ndarray, colour: str, heading: str) -> alt.LayerChart:
    """Draw how often a layer gives which output."""
    rows = histogram_rows(values)
    bars = (
        alt.Chart(rows)
        .mark_bar(color=colour)
        .encode(
            x=alt.X("low:Q", bin="binned", title="Output", axis=alt.Axis(**AXIS_TEXT)),
            x2="high:Q",
            y=alt.Y("count:Q", title="How often", axis=alt.Axis(tickCount=4, **AXIS_TEXT)),
            tooltip=[
                alt.Tooltip("low:Q", title="From", format=".3~g"),
                alt.Tooltip("high:Q", title="To", format=".3~g"),
                alt.Tooltip("count:Q", title="How often"),
            ],
        )
    )
    return layered(bars).properties(
        height=190,
        title=title(heading, [f"{rows['count'].sum():,} outputs"]),
        autosize=dict(FIT_WIDTH),
    )


def importance(rows: pd.DataFrame, colour: str, names: Sequence[str] = ()) -> alt.LayerChart:
    """Draw permutation importance beside mean attention, feature by feature.

    `rows` has index, importance and attention. A dot on the rising diagonal has as large a share of
    one as of the other; what is planted has the accent colour where `planted` is True.
    """
    called = dict(enumerate(names))
    drawn = rows.assign(
        name=rows["index"].map(lambda place: called.get(place, str(place))),
        colour=np.where(rows["planted"], TRUTH, colour),
    ).round(5)
    dots = (
        alt.Chart(drawn)
        .mark_point(filled=True, size=60, opacity=0.9)
        .encode(
            x=alt.X("attention:Q", title="Mean attention", axis=alt.Axis(**AXIS_TEXT)),
            y=alt.Y(
                "importance:Q",
                title=["Permutation importance,", "what permuting it loses"],
                axis=alt.Axis(**AXIS_TEXT),
            ),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("name:N", title="Feature"),
                alt.Tooltip("attention:Q", title="Mean attention", format=".4~f"),
                alt.Tooltip("importance:Q", title="Importance", format=".4~f"),
            ],
        )
    )
    return layered(dots).properties(
        height=200,
        title=title("Attention beside permutation importance", ["A dot a feature"]),
        autosize=dict(FIT_WIDTH),
    )


def _weights(top: float) -> alt.Color:
    legend = alt.Legend(type="gradient", orient="bottom", gradientLength=160, **LEGEND_TEXT)
    scale = alt.Scale(scheme=COLOURS, domain=[0, top])
    return alt.Color("weight:Q", title="Mean attention", scale=scale, legend=legend)


def _free(end: float, reverse: bool = False) -> dict[str, Any]:
    """A scale without an axis, from 0 to `end`."""
    scale = alt.Scale(domain=[0, end], nice=False, reverse=reverse)
    return {"axis": None, "scale": scale}
