"""Attention with rows and columns as a heat map: places, or what looks and what is looked at.

Several heads stand side by side, with one scale of colours.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import altair as alt
import pandas as pd

from attnlab.analysis.attention import axes_of
from attnlab.charts import skeleton
from attnlab.charts.axis_titles import alignment_titles
from attnlab.charts.palette import AXIS_TEXT, LEGEND_TEXT, NOTE, NOTE_SIZE, TRUTH

if TYPE_CHECKING:
    from attnlab.charts.panels import PanelLook

COLOURS: Final = "viridis"
"""Clear to people who see no red or no green, on white and on black."""
GAP = 1.5
"""Columns between two heads."""
OVERLAP = 0.04
"""How far a cell reaches under its neighbours, so that no seams show between them."""
MOST_CELLS = 2_000
"""Cells that a browser draws in no time; beyond them neighbours are averaged."""


def map_tables(look: PanelLook, positions: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A cell for each weight, and a mark for each planted column of an alignment."""
    height, width = look.shape[-2:]
    side = block_side(look)
    cells = positions.assign(
        head=positions["index"] // (height * width) + 1,
        row=positions["index"] // width % height // side * side,
        column=positions["index"] % width // side * side,
    )
    if side > 1:
        by_block = cells.groupby(["head", "row", "column"], as_index=False)
        cells = by_block.agg({"weight": "mean", "sd": "mean", "planted": "any"}).round(5)
    left = cells["column"] + (cells["head"] - 1) * (width + GAP) - 0.5
    top = cells["row"] - 0.5
    cells = cells.assign(
        left=left,
        right=left + (width - cells["column"]).clip(upper=side + OVERLAP),
        top=top,
        bottom=top + (height - cells["row"]).clip(upper=side + OVERLAP),
    )
    tables = {"cells": cells}
    if look.planted and _places(look):
        tables["framed"] = cells.loc[cells["planted"], ["left", "right", "top", "bottom"]]
    elif look.planted:
        middle = left + (width - cells["column"]).clip(upper=side) / 2
        middle = middle[cells["planted"]].drop_duplicates()
        tables["planted"] = pd.DataFrame({"middle": middle})
    return tables


def draw_map(look: PanelLook, tables: skeleton.Tables) -> alt.LayerChart:
    """The heat map of this look, with its rows from `map_tables`."""
    height, width = look.shape[-2:]
    rows, columns = _titles(look)
    end = look.lanes * width + (look.lanes - 1) * GAP - 0.5
    across = alt.Scale(domain=[-0.5, end], nice=False)
    cells = (
        alt.Chart(tables["cells"])
        .mark_rect()
        .encode(
            x=alt.X("left:Q", title=columns, axis=_column_axis(look), scale=across),
            x2=alt.X2("right:Q"),
            y=alt.Y(
                "top:Q",
                title=rows,
                axis=alt.Axis(format="d", tickMinStep=1, tickCount=6, grid=False, **AXIS_TEXT),
                scale=alt.Scale(domain=[-0.5, height - 0.5], nice=False, reverse=True),
            ),
            y2=alt.Y2("bottom:Q"),
            color=alt.Color(
                "weight:Q",
                title=list(look.quantity_lines),
                scale=alt.Scale(scheme=COLOURS, domain=list(look.domain)),
                legend=alt.Legend(
                    type="gradient",
                    orient="bottom",
                    gradientLength=160,
                    titleLimit=270,
                    **LEGEND_TEXT,
                ),
            ),
            tooltip=[
                *([alt.Tooltip("head:Q", title="Head")] if look.lanes > 1 else []),
                alt.Tooltip("row:Q", title=rows),
                alt.Tooltip("column:Q", title=columns),
                alt.Tooltip("weight:Q", title=look.quantity, format=".4~f"),
                alt.Tooltip("sd:Q", title="Standard deviation", format=".4~f"),
            ],
        )
    )
    layers = [cells]
    if "framed" in tables:
        layers.append(
            alt.Chart(tables["framed"])
            .mark_rect(filled=False, stroke=TRUTH, strokeWidth=2)
            .encode(
                x=alt.X("left:Q"), x2=alt.X2("right:Q"), y=alt.Y("top:Q"), y2=alt.Y2("bottom:Q")
            )
        )
    if "planted" in tables:
        layers.append(
            alt.Chart(tables["planted"])
            .mark_point(shape="triangle-down", filled=True, size=45, opacity=1, color=TRUTH)
            .encode(x=alt.X("middle:Q", scale=across), y=alt.YValue(-7))
        )
    if look.lanes > 1:
        layers.append(_head_names(look, across))
    return skeleton.layered(*layers)


def block_side(look: PanelLook) -> int:
    """How many neighbours in each direction one cell stands for."""
    height, width = look.shape[-2:]
    return math.ceil(math.sqrt(look.lanes * height * width / MOST_CELLS))


def _places(look: PanelLook) -> bool:
    return axes_of(look.axis).weighed == "place"


def _titles(look: PanelLook) -> tuple[str, str]:
    if _places(look):
        return "Row", "Column"
    return alignment_titles(look.axis, look.study.task)


def _column_axis(look: PanelLook) -> alt.Axis:
    """Columns are counted anew in every head."""
    width = look.shape[-1]
    if look.lanes == 1:
        return alt.Axis(format="d", tickMinStep=1, grid=False, **AXIS_TEXT)
    ticks = (0, width // 2) if width > 1 else (0,)
    starts = [lane * (width + GAP) for lane in range(look.lanes)]
    return alt.Axis(
        values=[start + tick for start in starts for tick in ticks],
        labelExpr=f"format(datum.value % {width + GAP}, 'd')",
        grid=False,
        **AXIS_TEXT,
    )


def _head_names(look: PanelLook, across: alt.Scale) -> alt.Chart:
    width = look.shape[-1]
    middles = [lane * (width + GAP) + (width - 1) / 2 for lane in range(look.lanes)]
    names = pd.DataFrame(
        {"middle": middles, "words": [f"Head {lane + 1}" for lane in range(look.lanes)]}
    )
    return (
        alt.Chart(names)
        .mark_text(fontSize=NOTE_SIZE, color=NOTE, dy=-4, baseline="bottom")
        .encode(
            x=alt.X("middle:Q", scale=across),
            y=alt.YValue(-13 if look.planted else -4),
            text=alt.Text("words:N"),
        )
    )
