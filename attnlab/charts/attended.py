"""Charts of where trained networks look: by class, beside importance, and any layer's outputs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import title
from attnlab.charts.maps import MOST_CELLS
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, TRUTH
from attnlab.charts.skeleton import layered
from attnlab.charts.small_multiples import small_maps, weights_scale

CLASS_ROW = 22
"""How high the row of a class is, in pixels."""

_BINS = 30
_OF_EACH = "Mean over the test examples of each class"


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
        called = {each: names[each] for each in classes}
        maps = small_maps(rows.assign(of=rows["class"]), called, (shape[0], shape[1]), top)
        return maps.properties(title=title("By class", [_OF_EACH]))
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
            color=weights_scale(top),
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
    heading = title("By class", [_OF_EACH], offset=12)
    return layered(*layers).properties(height=height, title=heading, autosize=dict(FIT_WIDTH))


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
