"""How one panel of attention is drawn: bars, or a heat map for two-dimensional axes."""

from __future__ import annotations

import re
from typing import NamedTuple

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    LEGEND_TEXT,
    NOTE_SIZE,
    REFERENCE,
    TITLE_TEXT,
    TRUTH,
    arm_colours,
    arm_names,
)
from attnlab.spec import Study

MANY = 64
"""Beyond this many positions bars touch and dots shrink."""
_QUANTITY = {"distribution": "Attention", "gate": "Gate"}


class Look(NamedTuple):
    """All that a panel depends on besides its rows."""

    study: Study
    arm: str
    axis: str
    kind: str
    shape: tuple[int, ...]
    positions: int
    seeds: int
    planted: bool
    domain: tuple[float, float]
    height: int


def draw(look: Look, tables: skeleton.Tables) -> alt.LayerChart:
    """The panel of this look, with its rows from `bar_tables` or `cells`."""
    title = alt.TitleParams(
        arm_names(look.study)[look.arm],
        subtitle=[f"▼ {look.study.task.entry.truth_words}"] if look.planted else [],
        subtitleColor=TRUTH,
        offset=16 if look.planted else 8,
        **TITLE_TEXT,
    )
    chart = _heat_map(look, tables) if look.shape else _bars(look, tables)
    return chart.properties(title=title, height=look.height, autosize=dict(FIT_WIDTH))


def axis_title(axis: str) -> str:
    """Say a trace axis in words: "block1/channel" becomes "Channel (block 1)"."""
    slot, _, name = axis.rpartition("/")
    slot = re.sub(r"(?<=[a-z])(?=\d)", " ", slot).replace("/", ", ")
    return f"{name.capitalize()} ({slot})" if slot else name.capitalize()


def bar_tables(
    look: Look, positions: pd.DataFrame, traces: pd.DataFrame
) -> dict[str, pd.DataFrame]:
    """The rows of a bar for each position, of dots for the seeds and marks of the planted."""
    half = 0.4 if look.positions <= MANY else 0.5
    own = arm_colours(look.study)[look.arm]
    tables = {
        "bars": positions.assign(
            left=positions["index"] - half,
            right=positions["index"] + half,
            colour=positions["planted"].map({True: TRUTH, False: own}),
        )
    }
    if look.seeds > 1:
        tables["dots"] = traces[["index", "seed", "weight"]].round({"weight": 4})
    if look.planted:
        tables["planted"] = positions.loc[positions["planted"], ["index"]]
    return tables


def _bars(look: Look, tables: skeleton.Tables) -> alt.LayerChart:
    n, seeds, axis, kind = look.positions, look.seeds, look.axis, look.kind
    across = alt.Scale(domain=[-0.5, n - 0.5], nice=False)
    position_axis = alt.Axis(format="d", tickMinStep=1, grid=False, **AXIS_TEXT)
    quantity = _QUANTITY[kind] + (f" (mean of {seeds} seeds)" if seeds > 1 else "")
    y = alt.Y(
        "weight:Q",
        title=quantity,
        scale=alt.Scale(domain=list(look.domain), nice=False),
        axis=alt.Axis(format="~g", tickCount=5, **AXIS_TEXT),
    )
    name = axis_title(axis)
    bar = (
        alt.Chart(tables["bars"])
        .mark_rect(opacity=0.85)
        .encode(
            x=alt.X("left:Q", title=name, scale=across, axis=position_axis),
            x2="right:Q",
            y=y,
            y2=alt.datum(0),
            color=alt.Color("colour:N", scale=None),
            tooltip=[
                alt.Tooltip("index:Q", title=name),
                alt.Tooltip("weight:Q", title=quantity, format=".4~f"),
                alt.Tooltip("sd:Q", title="Standard deviation", format=".4~f"),
                alt.Tooltip("planted:N", title="Planted"),
            ],
        )
    )
    layers = [bar]
    x = alt.X("index:Q", title=name, scale=across)
    if "dots" in tables:
        layers.append(
            alt.Chart(tables["dots"])
            .mark_point(filled=True, size=10 if n <= MANY else 4, opacity=0.55, color=REFERENCE)
            .encode(
                x=x,
                y=y,
                tooltip=[
                    alt.Tooltip("seed:N", title="Seed"),
                    alt.Tooltip("weight:Q", title=_QUANTITY[kind], format=".4~f"),
                ],
            )
        )
    if kind == "distribution":
        layers += _uniform_level(n, y)
    if "planted" in tables:
        layers.append(
            alt.Chart(tables["planted"])
            .mark_point(shape="triangle-down", filled=True, size=60, opacity=1, color=TRUTH)
            .encode(x=x, y=alt.value(-7))
        )
    return alt.layer(*layers)


def _uniform_level(n: int, y: alt.Y) -> list[alt.Chart]:
    """A dotted line at 1/n, where attention looks at nothing in particular."""
    row = pd.DataFrame({"weight": [round(1 / n, 5)], "words": ["uniform"]})
    line = (
        alt.Chart(row)
        .mark_rule(strokeDash=[2, 3], strokeWidth=1.2, color=REFERENCE)
        .encode(y=y, tooltip=[alt.Tooltip("weight:Q", title="Uniform, 1/n", format=".4~f")])
    )
    words = (
        alt.Chart(row)
        .mark_text(align="left", dx=4, fontSize=NOTE_SIZE, color=REFERENCE)
        .encode(x=alt.value("width"), y=y, text="words:N")
    )
    return [line, words]


def cells(positions: pd.DataFrame, shape: tuple[int, ...]) -> pd.DataFrame:
    """The rows of a heat map of this (height, width). Raises ValueError if they do not fit."""
    height, width = shape
    if len(positions) > height * width:
        raise ValueError(f"{len(positions)} places do not fit the shape {height} × {width}")
    cells = positions.assign(
        row=positions["index"] // width,
        column=positions["index"] % width,
        stroke=positions["planted"].map({True: TRUTH, False: "transparent"}),
    )
    return cells.assign(
        left=cells["column"] - 0.5,
        right=cells["column"] + 0.5,
        top=cells["row"] - 0.5,
        bottom=cells["row"] + 0.5,
    )


def _heat_map(look: Look, tables: skeleton.Tables) -> alt.Chart:
    height, width = look.shape
    kind, seeds = look.kind, look.seeds
    text = alt.Axis(format="d", tickMinStep=1, grid=False, **AXIS_TEXT)
    quantity = _QUANTITY[kind] + (f" (mean of {seeds} seeds)" if seeds > 1 else "")
    return (
        alt.Chart(tables["cells"])
        .mark_rect(strokeWidth=2)
        .encode(
            x=alt.X(
                "left:Q",
                title="Column",
                axis=text,
                scale=alt.Scale(domain=[-0.5, width - 0.5], nice=False),
            ),
            x2="right:Q",
            y=alt.Y(
                "top:Q",
                title="Row",
                axis=text,
                scale=alt.Scale(domain=[-0.5, height - 0.5], nice=False, reverse=True),
            ),
            y2="bottom:Q",
            color=alt.Color(
                "weight:Q",
                title=quantity,
                scale=alt.Scale(scheme="viridis", domain=list(look.domain)),
                legend=alt.Legend(orient="bottom", **LEGEND_TEXT),
            ),
            stroke=alt.Stroke("stroke:N", scale=None),
            tooltip=[
                alt.Tooltip("row:Q", title="Row"),
                alt.Tooltip("column:Q", title="Column"),
                alt.Tooltip("weight:Q", title=quantity, format=".4~f"),
                alt.Tooltip("sd:Q", title="Standard deviation", format=".4~f"),
            ],
        )
    )
