"""What attention looks at: a panel an arm, on one scale, with the planted truth marked."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.attention import last_traces, truth_on
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

Domains = Mapping[tuple[str, str], tuple[float, float]]
"""The scale of every (axis, kind), shared by the arms."""

MANY = 64
"""Beyond this many positions bars touch and dots shrink."""
_HEADROOM = 1.05
_QUANTITY = {"distribution": "Attention", "gate": "Gate"}


class _Look(NamedTuple):
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


class AttentionPanel(NamedTuple):
    """One arm's attention on one axis."""

    look: _Look
    tables: dict[str, pd.DataFrame]

    @property
    def arm(self) -> str:
        """The arm's label."""
        return self.look.arm

    @property
    def axis(self) -> str:
        """The trace axis, such as "feature" or "block1/channel"."""
        return self.look.axis

    @property
    def chart(self) -> alt.LayerChart:
        """The panel as a chart."""
        return _draw(self.look, self.tables)

    def spec(self) -> dict[str, Any]:
        """The panel as a Vega-Lite spec; see `skeleton.filled`."""
        return skeleton.filled(_draw, self.look, self.tables)


class AttentionRow(NamedTuple):
    """Panels that belong side by side; `title` names their axis: "Channel (block 1)"."""

    title: str
    panels: list[AttentionPanel]


def attention_rows(
    traces: pd.DataFrame,
    study: Study,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    columns: int = 4,
) -> list[AttentionRow]:
    """Return every arm's attention at its newest epoch as rows of panels, a row or more an axis.

    `traces` is the long table: arm, seed, epoch, axis, kind, index, weight, shape. `shapes` gives
    the (height, width) of two-dimensional axes, which are drawn as heat maps; each arm's is read
    from `traces` if left out. No row has more than `columns` panels. Arms without attention have
    none.
    """
    traces = last_traces(traces)
    domains = attention_domains(traces)
    rows = []
    for axis in sorted(traces["axis"].unique(), key=_slot_order):
        on_axis = traces[traces["axis"] == axis]
        panels = [
            _panel(own, study, domains, shapes)
            for arm in study.arms
            if len(own := on_axis[on_axis["arm"] == arm.label])
        ]
        for start in range(0, len(panels), columns):
            rows.append(AttentionRow(axis_title(axis), panels[start : start + columns]))
    return rows


def trace_shapes(traces: pd.DataFrame) -> dict[str, tuple[int, ...]]:
    """The shape of every axis, as the `shape` column has it in JSON; empty without the column."""
    if "shape" not in traces:
        return {}
    first = traces.drop_duplicates("axis")
    return {
        axis: tuple(json.loads(shape))
        for axis, shape in zip(first["axis"], first["shape"], strict=True)
    }


def attention_domains(traces: pd.DataFrame) -> dict[tuple[str, str], tuple[float, float]]:
    """The scale that arms share, by axis and kind: 0 to above the largest weight, gates to 1."""
    largest = last_traces(traces).groupby(["axis", "kind"])["weight"].max()
    return {key: (0.0, _top(key[1], float(weight))) for key, weight in largest.items()}


def _top(kind: str, largest: float) -> float:
    if kind == "gate" or not largest > 0:
        return 1.0
    return skeleton.steady_top(_HEADROOM * largest)


def attention_panel(
    traces: pd.DataFrame,
    study: Study,
    domains: Domains,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    height: int = 220,
) -> alt.Chart | alt.LayerChart:
    """Draw the newest attention of one arm on one axis, as bars or, with a 2-D shape, a heat map.

    `traces` holds the rows of that arm and axis, and their shape where `shapes` is left out. Bars
    are means over seeds, dots single seeds; planted positions have the accent colour and a triangle
    above. Raises ValueError for rows of several arms or axes.
    """
    return _panel(traces, study, domains, shapes, height).chart


def _panel(
    traces: pd.DataFrame,
    study: Study,
    domains: Domains,
    shapes: Mapping[str, tuple[int, ...]] | None = None,
    height: int = 220,
) -> AttentionPanel:
    arm, axis, kind = (_only(traces, column) for column in ("arm", "axis", "kind"))
    positions = collect_positions(traces, study)
    shape = (trace_shapes(traces) if shapes is None else shapes).get(axis, ())
    look = _Look(
        study,
        arm,
        axis,
        kind,
        shape if len(shape) == 2 else (),
        positions=len(positions),
        seeds=int(positions["n"].max()),
        planted=bool(positions["planted"].any()),
        domain=domains[axis, kind],
        height=height,
    )
    if look.shape:
        return AttentionPanel(look, {"cells": _cells(positions, look.shape)})
    return AttentionPanel(look, _bar_tables(look, positions, last_traces(traces)))


def _draw(look: _Look, tables: skeleton.Tables) -> alt.LayerChart:
    title = alt.TitleParams(
        arm_names(look.study)[look.arm],
        subtitle=[f"▼ {look.study.task.entry.truth_words}"] if look.planted else [],
        subtitleColor=TRUTH,
        offset=16 if look.planted else 8,
        **TITLE_TEXT,
    )
    chart = _heat_map(look, tables) if look.shape else _bars(look, tables)
    return chart.properties(title=title, height=look.height, autosize=dict(FIT_WIDTH))


def collect_positions(traces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Average one arm's newest trace on one axis over seeds.

    A row per position: index, weight (mean), sd, n (seeds), planted.
    """
    by_position = last_traces(traces).groupby("index")["weight"]
    positions = by_position.agg(weight="mean", sd="std", n="count").reset_index()
    truth = truth_on(study, _only(traces, "arm"), _only(traces, "axis"))
    return positions.assign(planted=positions["index"].isin(truth)).round({"weight": 5, "sd": 5})


def axis_title(axis: str) -> str:
    """Say a trace axis in words: "block1/channel" becomes "Channel (block 1)"."""
    slot, _, name = axis.rpartition("/")
    slot = re.sub(r"(?<=[a-z])(?=\d)", " ", slot).replace("/", ", ")
    return f"{name.capitalize()} ({slot})" if slot else name.capitalize()


def _bar_tables(
    look: _Look, positions: pd.DataFrame, traces: pd.DataFrame
) -> dict[str, pd.DataFrame]:
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


def _bars(look: _Look, tables: skeleton.Tables) -> alt.LayerChart:
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


def _cells(positions: pd.DataFrame, shape: tuple[int, ...]) -> pd.DataFrame:
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


def _heat_map(look: _Look, tables: skeleton.Tables) -> alt.Chart:
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


def _slot_order(axis: str) -> list[int | str]:
    """Sort key that puts block 2 before block 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", axis)]


def _only(traces: pd.DataFrame, column: str) -> str:
    values = traces[column].unique()
    if len(values) != 1:
        raise ValueError(f"a panel shows one {column}, got {list(values)}")
    return values[0]
