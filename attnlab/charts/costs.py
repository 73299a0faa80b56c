"""What modules cost: their parameters beside their multiply-adds, a row for each module."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import figures_text
from attnlab.charts import skeleton
from attnlab.charts.choosing import either
from attnlab.charts.palette import (
    ATTENTION,
    AXIS_TEXT,
    FIT_WIDTH,
    NOTE,
    NOTE_SIZE,
    REFERENCE,
    TITLE_TEXT,
)

PANELS = ("Parameters", "Multiply-adds a sample")
"""The two quantities, side by side; each has a logarithmic scale of its own."""

ROW = 26
"""Pixels from one module to the next."""

_ONE, _REACH, _NEXT = 0.07, 0.52, 1.06
"""Where a panel, one wide, has its 1; how far its scale reaches from there; where the next begins.
What is left at its right is room for the number of the largest."""


class ModuleCost(NamedTuple):
    """A row of the chart: the name of a module and what it costs."""

    name: str
    parameters: int
    macs: int
    chosen: bool


def collect_costs(costs: Sequence[ModuleCost]) -> pd.DataFrame:
    """Place every number on the scale of its panel.

    A row per module and quantity: name, quantity, value, words, start and place (where a line to
    the number begins and ends on the chart's axis; the same where the value is 0), chosen.
    """
    rows = []
    for panel, (quantity, values) in enumerate(_quantities(costs)):
        decades = _decades(values)
        for cost, value in zip(costs, values, strict=True):
            start = panel * _NEXT
            place = _place(panel, value, decades) if value else start
            text = count_text(value)
            rows.append((cost.name, quantity, value, text, start, round(place, 4), cost.chosen))
    columns = ["name", "quantity", "value", "words", "start", "place", "chosen"]
    return pd.DataFrame(rows, columns=columns)


def module_costs(costs: Sequence[ModuleCost]) -> alt.LayerChart:
    """Draw the parameters and multiply-adds of modules, in two panels that share their rows.

    Both scales are logarithmic; nothing at all has a 0 at the left edge. The chosen module is
    blue, the others grey. Names must differ.
    """
    return _draw(_look(costs), _tables(costs))


def module_costs_spec(costs: Sequence[ModuleCost]) -> dict[str, Any]:
    """The Vega-Lite spec of `module_costs`; see `skeleton.filled`."""
    return skeleton.filled(_draw, _look(costs), _tables(costs))


def count_text(value: int) -> str:
    """A count as people read it: 1,056 in full, 2.5 M where it is long."""
    return f"{value:,}" if value < 1_000_000 else f"{figures_text(value / 1e6)} M"


class _CostsLook(NamedTuple):
    """All that the chart depends on besides its numbers."""

    names: tuple[str, ...]
    decades: tuple[int, ...]


def _look(costs: Sequence[ModuleCost]) -> _CostsLook:
    decades = tuple(_decades(values) for _, values in _quantities(costs))
    return _CostsLook(tuple(cost.name for cost in costs), decades)


def _tables(costs: Sequence[ModuleCost]) -> dict[str, pd.DataFrame]:
    table = collect_costs(costs)
    return {"costs": table, "some": table[table["value"] > 0]}


def _quantities(costs: Sequence[ModuleCost]) -> list[tuple[str, list[int]]]:
    parameters, macs = [cost.parameters for cost in costs], [cost.macs for cost in costs]
    return list(zip(PANELS, (parameters, macs), strict=True))


def _decades(values: Sequence[int]) -> int:
    """How many powers of ten a panel shows: a whole number, so that its scale seldom moves."""
    return max(2, math.ceil(math.log10(max(values, default=1) or 1)))


def _place(panel: int, value: float, decades: int) -> float:
    return panel * _NEXT + _ONE + _REACH * math.log10(value) / decades


def _draw(look: _CostsLook, tables: skeleton.Tables) -> alt.LayerChart:
    x = alt.X(
        "place:Q",
        title=None,
        scale=alt.Scale(domain=[-0.01, _NEXT + 1], nice=False, zero=False),
        axis=_axis(look),
    )
    y = alt.Y(
        "name:N",
        title=None,
        sort=list(look.names),
        axis=alt.Axis(
            domain=False,
            ticks=False,
            labelBound=False,
            labelFlush=False,
            labelLimit=170,
            labelPadding=8,
            **dict(AXIS_TEXT),
        ),
    )
    colour = either(alt.ColorValue, "chosen", ATTENTION, REFERENCE)
    tooltip = [
        alt.Tooltip("name:N", title="Module"),
        alt.Tooltip("quantity:N", title="Quantity"),
        alt.Tooltip("value:Q", title="Number", format=","),
    ]
    base = alt.Chart(tables["costs"]).encode(x=x, y=y, tooltip=tooltip)
    some = alt.Chart(tables["some"]).encode(x=x, y=y, tooltip=tooltip)
    heads = pd.DataFrame({"place": [0.0, _NEXT], "head": ["Parameters", "Multiply-adds"]})
    return skeleton.layered(
        some.mark_rule(strokeWidth=2, opacity=0.45).encode(
            x=alt.X("start:Q"), x2=alt.X2("place:Q"), color=colour
        ),
        some.mark_point(filled=True, size=70, opacity=1).encode(color=colour),
        base.mark_text(align="left", dx=8, fontSize=NOTE_SIZE, color=NOTE).encode(
            text=alt.Text("words:N")
        ),
        alt.Chart(heads)
        .mark_text(align="left", baseline="bottom", fontSize=12, fontWeight=600, color=NOTE)
        .encode(x=alt.X("place:Q"), y=alt.YValue(-6), text=alt.Text("head:N")),
    ).properties(
        height=ROW * len(look.names),
        title=alt.TitleParams("What the modules cost", offset=26, **TITLE_TEXT),
        autosize=dict(FIT_WIDTH),
    )


def _axis(look: _CostsLook) -> alt.Axis:
    """The powers of ten of both panels, written below them."""
    labels = {
        f"{_place(panel, 10**power, decades):.4f}": _power_text(power)
        for panel, decades in enumerate(look.decades)
        for power in range(decades + 1)
    }
    return alt.Axis(
        values=[float(place) for place in labels],
        labelExpr=f"{json.dumps(labels)}[format(datum.value, '.4f')]",
        labelOverlap="greedy",
        labelSeparation=4,
        domain=False,
        ticks=False,
        grid=True,
        **dict(AXIS_TEXT),
    )


def _power_text(power: int) -> str:
    unit = power // 3
    return f"{10 ** (power - 3 * unit)}{' kMGT'[unit].strip()}"
