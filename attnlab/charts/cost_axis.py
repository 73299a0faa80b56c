"""The axis of a chart of scores and costs: costs may span orders of magnitude, and be 0."""

from __future__ import annotations

import math
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.palette import AXIS_TEXT

_WIDE_SPAN = 20
"""Costs that span such a factor are drawn on a logarithmic scale."""


def cost_scale(cost: pd.Series, room: int) -> alt.Scale:
    """Linear, or logarithmic where costs span orders of magnitude; then with a place for 0.

    It leaves `room` pixels at the right of the plot free.
    """
    spread: dict[str, Any] = {
        "range": [0, {"expr": f"max(40, width - {room})"}],
        "nice": False,
        "zero": False,
    }
    if cost.empty:
        return alt.Scale(domain=[0, 1], **spread)
    lowest, highest = float(cost.min()), float(cost.max())
    if _spans_decades(cost):
        least = float(cost[cost > 0].min())
        if lowest > 0:
            return alt.Scale(type="log", domain=[lowest / 1.3, highest * 1.3], **spread)
        domain = [-0.15 * least, highest * 1.3]
        return alt.Scale(type="symlog", constant=least, domain=domain, **spread)
    margin = 0.06 * (highest - lowest) or 0.06 * abs(highest) or 1.0
    return alt.Scale(domain=[lowest - margin, highest + margin], **spread)


def cost_places(cost: pd.Series, width: float) -> pd.Series:
    """Where on an axis of `cost_scale`, so many pixels wide, the costs stand."""
    scale = cost_scale(cost, 0).to_dict()
    low, high = scale["domain"]
    match scale.get("type"):
        case "log":
            shares = np.log(cost / low) / math.log(high / low)
        case "symlog":
            bent = [_symlog(each, scale["constant"]) for each in (cost, low, high)]
            shares = (bent[0] - bent[1]) / (bent[2] - bent[1])
        case _:
            shares = (cost - low) / (high - low)
    return width * shares


def _symlog(cost: Any, constant: float) -> Any:
    return np.sign(cost) * np.log1p(np.abs(cost / constant))


def cost_axis(cost: pd.Series) -> alt.Axis:
    """Round costs; where they span orders of magnitude the powers of ten, and 0 if any is 0."""
    ticks: dict[str, Any] = {"tickCount": 4}
    if _spans_decades(cost):
        least, most = float(cost[cost > 0].min()), float(cost.max())
        first, last = math.ceil(math.log10(least)), math.floor(math.log10(most))
        zero = [0.0] if cost.min() == 0 else []
        ticks = {"values": [*zero, *(10.0**power for power in range(first, last + 1))]}
    return alt.Axis(
        labelExpr="format(datum.value, datum.value < 1000 ? '~r' : '~s')",  # no 400m seconds
        titleAnchor="start",
        labelOverlap="greedy",
        grid=False,
        **ticks,
        **AXIS_TEXT,
    )


def _spans_decades(cost: pd.Series) -> bool:
    above = cost[cost > 0]
    return len(above) > 0 and above.max() / above.min() >= _WIDE_SPAN
