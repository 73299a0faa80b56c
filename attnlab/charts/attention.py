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
from attnlab.charts.panels import Look, axis_title, bar_tables, cells, draw
from attnlab.spec import Study

Domains = Mapping[tuple[str, str], tuple[float, float]]
"""The scale of every (axis, kind), shared by the arms."""

_HEADROOM = 1.05


class AttentionPanel(NamedTuple):
    """One arm's attention on one axis."""

    look: Look
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
        return draw(self.look, self.tables)

    def spec(self) -> dict[str, Any]:
        """The panel as a Vega-Lite spec; see `skeleton.filled`."""
        return skeleton.filled(draw, self.look, self.tables)


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
    look = Look(
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
        return AttentionPanel(look, {"cells": cells(positions, look.shape)})
    return AttentionPanel(look, bar_tables(look, positions, last_traces(traces)))


def collect_positions(traces: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Average one arm's newest trace on one axis over seeds.

    A row per position: index, weight (mean), sd, n (seeds), planted.
    """
    by_position = last_traces(traces).groupby("index")["weight"]
    positions = by_position.agg(weight="mean", sd="std", n="count").reset_index()
    truth = truth_on(study, _only(traces, "arm"), _only(traces, "axis"))
    return positions.assign(planted=positions["index"].isin(truth)).round({"weight": 5, "sd": 5})


def _slot_order(axis: str) -> list[int | str]:
    """Sort key that puts block 2 before block 10."""
    return [int(part) if part.isdigit() else part for part in re.split(r"(\d+)", axis)]


def _only(traces: pd.DataFrame, column: str) -> str:
    values = traces[column].unique()
    if len(values) != 1:
        raise ValueError(f"a panel shows one {column}, got {list(values)}")
    return values[0]
