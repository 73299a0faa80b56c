"""How a chart over the epochs is drawn: means, bands, single seeds, what stopping keeps."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.averages import VALIDATION, Averages, CurveMetric
from attnlab.charts.choosing import strength
from attnlab.charts.curve_scales import (
    Levels,
    arm_scale,
    dashes_by,
    epoch_scale,
    level_lines,
    split_scale,
)
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, NOTE, TITLE_TEXT
from attnlab.spec import Study

MOST_POINTS = 400
"""Points under the pointer: each is a shape of its own, which a browser moves at every redraw."""


class CurveLook(NamedTuple):
    """All that a chart depends on besides its rows; `title` is what stands above it.

    `has_training` says whether the legend explains training and validation, `highlights` whether
    an arm stands out; which one, the rows say. The `arms` are in the legend, if there is one.
    """

    study: Study
    metric: CurveMetric
    title: str
    height: int
    last: int
    ceiling: float
    floor: float
    reading: tuple[str, ...]
    has_training: bool
    arms: tuple[str, ...]
    levels: Levels
    level_name: str
    highlights: bool
    legend: bool


def ceiling_of(averages: Averages) -> float:
    """Where the scale of these numbers ends, where that depends on them."""
    values = [averages.mean["value"], averages.mean["high"], averages.seeds["value"]]
    tallest = pd.concat(values).max()
    return skeleton.steady_top(float(tallest)) if tallest > 0 else 1.0


def floor_of(averages: Averages) -> float:
    """Where the scale of these numbers begins: at 0, or below where they go there."""
    lowest = pd.concat([averages.mean["value"], averages.seeds["value"]]).min()
    return -skeleton.steady_top(-float(lowest)) if lowest < 0 else 0.0


def curve_tables(
    averages: Averages, arms: Sequence[str], chosen: str | None = None
) -> dict[str, pd.DataFrame]:
    """The rows of each layer, by its name; `arms` are all labels in their order. Where an arm
    stands out, the rows say which are dimmed."""
    tables = _layers(averages)
    tables["mean"] = tables["mean"].assign(dash=dashes_by(arms, tables["mean"]))
    if not averages.highlights(chosen):
        return tables
    return {name: rows.assign(dimmed=rows["arm"] != chosen) for name, rows in tables.items()}


def _layers(averages: Averages) -> dict[str, pd.DataFrame]:
    mean = averages.mean
    with_band = mean["low"].notna() & (mean["split"] == VALIDATION)
    return {
        "mean": mean,
        "points": mean[_under_the_pointer(mean)],
        "band": mean[with_band],
        "newest": mean[mean["epoch"] == _last_epoch(mean)],
        "seeds": averages.seeds,
        "kept": averages.kept,
    }


def _under_the_pointer(mean: pd.DataFrame) -> pd.Series:
    """Which rows show their numbers: all, or every second, fourth, … epoch of each line."""
    step = 2 ** math.ceil(math.log2(max(1, len(mean) / MOST_POINTS)))
    place = mean.groupby(["arm", "split"]).cumcount(ascending=False)  # the newest always does
    return place % step == 0


def _last_epoch(mean: pd.DataFrame) -> pd.Series:
    return mean.groupby(["arm", "split"])["epoch"].transform("max")


def draw_curve(look: CurveLook, tables: skeleton.Tables) -> alt.LayerChart:
    """The chart of this look, with its rows from `curve_tables`."""
    study, metric, percent = look.study, look.metric, look.metric.percent
    x = epoch_scale(look.last)
    y = alt.Y(
        "value:Q",
        title=metric.title,
        scale=alt.Scale(domain=[look.floor, look.ceiling], nice=metric.top is None),
        axis=alt.Axis(format=".0%" if percent else "~r", tickCount=5, **AXIS_TEXT),
    )
    colour = arm_scale(study, look.arms, legend=look.legend)
    dash = split_scale(look.arms, look.has_training)
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("split:N", title="Data"),
        alt.Tooltip("epoch:Q", title="Epoch"),
        alt.Tooltip("words:N", title=f"{metric.title}, mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    kept_tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("seed:N", title="Seed"),
        alt.Tooltip("epoch:Q", title="Epoch it keeps"),
        alt.Tooltip("value:Q", title=metric.title, format=".1%" if percent else ".3~g"),
    ]
    mean = alt.Chart(tables["mean"]).encode(x=x, color=colour)
    band = (
        alt.Chart(tables["band"])
        .mark_area(opacity=0.18)
        .encode(
            x=x,
            y=alt.Y("low:Q", title=metric.title),
            y2=alt.Y2("high:Q"),
            color=colour,
            **_faint(look, 0.18),
        )
    )
    seeds = (
        alt.Chart(tables["seeds"])
        .mark_line(strokeWidth=0.8, opacity=0.4)
        .encode(x=x, y=y, color=colour, detail=alt.Detail("seed:N"), **_faint(look, 0.4))
    )
    lines = mean.mark_line(strokeWidth=2.2).encode(y=y, strokeDash=dash, **_faint(look))
    newest = (
        alt.Chart(tables["newest"])
        .mark_point(filled=True, size=28, opacity=1)
        .encode(x=x, y=y, color=colour, **_faint(look))
    )
    kept = (
        alt.Chart(tables["kept"])
        .mark_point(shape="diamond", filled=True, size=50, opacity=0.9)
        .encode(x=x, y=y, color=colour, tooltip=kept_tooltip, **_faint(look, 0.9))
    )
    hover = (
        alt.Chart(tables["points"])
        .mark_point(size=160, opacity=0, filled=True)
        .encode(x=x, y=y, color=colour, tooltip=tooltip)
    )
    layers = [band, seeds, lines, newest, hover, kept]
    if look.levels:
        levels = level_lines(study, look.levels, look.level_name, percent, y)
        layers = [*levels, *layers]
    title = alt.TitleParams(
        look.title, subtitle=list(look.reading), subtitleColor=NOTE, **TITLE_TEXT
    )
    return skeleton.layered(*layers).properties(
        height=look.height, title=title, autosize=dict(FIT_WIDTH)
    )


def _faint(look: CurveLook, full: float = 1.0) -> dict[str, Any]:
    """The channel that dims marks beside the arm that stands out; none where there is none."""
    return {"opacity": strength(full)} if look.highlights else {}
