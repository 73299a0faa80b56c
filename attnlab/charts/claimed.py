"""The comparisons of a claim beside what it says: one row each, and one again for fresh seeds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.arm_rows import (
    SIGNED,
    Rows,
    axis_title,
    row_tables,
    rows_of,
    scale_beside_text,
    text_beside,
    title,
)
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, HELPS, HURTS, REFERENCE, SAME
from attnlab.charts.scale import PERCENT, ScoreScale
from attnlab.charts.verdicts import Mark
from attnlab.claims import claim_numbers
from attnlab.claims.compared import (
    AS_CLAIMED,
    NO_VERDICT,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE,
    TOO_FEW,
    ArmOutcome,
)
from attnlab.claims.outcome import CheckOutcome

AGAIN = "on fresh seeds"

_MARKS = MappingProxyType(
    {
        AS_CLAIMED: Mark(HELPS, "circle"),
        OPPOSITE: Mark(HURTS, "cross"),
        NOT_CONTRADICTED: Mark(SAME, "square"),
        NOT_SHOWN: Mark(REFERENCE, "diamond"),
        TOO_FEW: Mark(REFERENCE, "diamond", filled=False),
        NO_VERDICT: Mark(REFERENCE, "diamond", filled=False),
    }
)
"""By what a comparison shows; the shapes distinguish them without colours."""

_TOOLTIP = MappingProxyType(
    {
        "name": "Arm",
        "against": "Against",
        "headline": "Shows",
        "unit_words": "Difference",
        "p_words": "p",
        "pairs": "Pairs",
    }
)
_MARGINS = 3.0
"""A margin is drawn in full if the intervals reach so many times less far."""


@dataclass(frozen=True)
class Claimed:
    """The numbers behind the picture, in the unit of the scale.

    `rows` has one for each comparison and set of seeds: label, name, against, headline (what it
    shows), difference, low, high (missing where not known, infinite where they have no end), and
    the words beside it. `low`, `high` are where the claim says that differences lie.
    """

    rows: pd.DataFrame
    scale: ScoreScale
    low: float
    high: float
    against: str


def collect_claimed(first: CheckOutcome, again: CheckOutcome | None = None) -> Claimed:
    """What is drawn of one check, and of the same check by fresh seeds."""
    metric = first.metric
    unit, factor = (PERCENT, 100.0) if metric.share else (metric.unit, 1.0)
    scale = ScoreScale(metric.title, unit, factor, metric.helping)
    rows = []
    for place, arm in enumerate(first.arms):
        rows.append(_row(arm, arm.label, first, scale))
        if again:
            rows.append(_row(again.arms[place], AGAIN, again, scale))
    claimed = first.arms[0].claimed
    against = {arm.against for arm in first.arms}
    name = against.pop() if len(against) == 1 else "the reference"
    return Claimed(pd.DataFrame(rows), scale, factor * claimed.low, factor * claimed.high, name)


def _row(arm: ArmOutcome, name: str, check: CheckOutcome, scale: ScoreScale) -> dict[str, Any]:
    words = claim_numbers.difference(arm, check.metric)
    return {
        "label": f"{arm.label}, {name}",
        "name": name,
        "against": arm.against,
        "headline": arm.word,
        "numbers": words if arm.n else "",
        "unit_words": scale.with_unit(words),
        "p_words": claim_numbers.p_alone(arm),
        "pairs": arm.n,
        "colour": _MARKS[arm.word].colour,
        "filled": _MARKS[arm.word].filled,
        "difference": scale.factor * arm.difference,
        "low": scale.factor * arm.low,
        "high": scale.factor * arm.high,
        "chosen": False,
        "dimmed": False,
    }


def claimed_spec(first: CheckOutcome, again: CheckOutcome | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `claimed`; see `skeleton.filled`."""
    return skeleton.filled(_draw, *_laid_out(collect_claimed(first, again)))


def claimed(first: CheckOutcome, again: CheckOutcome | None = None) -> alt.LayerChart:
    """Draw a row per comparison: its difference, the interval that agrees with its word, the word.

    What the claim says is shaded: a comparison is as claimed if its line lies in it.
    """
    return _draw(*_laid_out(collect_claimed(first, again)))


class _Look(NamedTuple):
    """All that the chart depends on besides its numbers."""

    scale: ScoreScale
    against: str
    rows: Rows
    domain: tuple[float, float]
    reading: tuple[str, ...]


def _laid_out(data: Claimed) -> tuple[_Look, dict[str, pd.DataFrame]]:
    table = data.rows
    rows = rows_of(list(table["name"]))
    lowest, highest = domain = _domain(data)
    table = table.assign(middle=rows.middles)
    known = table[table["difference"].notna()]
    marks = known[["difference", "low", "high", "middle", "headline", "colour", "filled", "dimmed"]]
    tables = {
        **row_tables(table, rows, _TOOLTIP),
        "claim": pd.DataFrame({"low": [max(data.low, lowest)], "high": [min(data.high, highest)]}),
        "ends": pd.DataFrame({"end": [end for end in (data.low, data.high) if math.isfinite(end)]}),
        "ranges": marks.assign(
            low=marks["low"].clip(lower=lowest), high=marks["high"].clip(upper=highest)
        ),
        "firm": marks[marks["filled"].astype(bool)].drop(columns=["low", "high"]),
        "open": marks[~marks["filled"].astype(bool)].drop(columns=["low", "high"]),
    }
    return _Look(data.scale, data.against, rows, domain, tuple(_reading(data))), tables


def _draw(look: _Look, tables: skeleton.Tables) -> alt.LayerChart:
    across: dict[str, Any] = {
        "title": axis_title(look.scale.difference_title(look.against)),
        "scale": scale_beside_text(look.domain),
        "axis": alt.Axis(
            labelExpr=SIGNED,
            tickCount=5,
            titleAnchor="start",
            labelOverlap="parity",
            **AXIS_TEXT,
        ),
    }
    x, low = alt.X("difference:Q", **across), alt.X("low:Q", **across)
    y, colour = look.rows.y("middle"), alt.Color("colour:N", scale=None)
    shapes = alt.Shape(
        "headline:N",
        legend=None,
        scale=alt.Scale(domain=list(_MARKS), range=[mark.shape for mark in _MARKS.values()]),
    )
    tooltip = [alt.Tooltip(f"{column}:N", title=name) for column, name in _TOOLTIP.items()]
    points = [
        alt.Chart(tables[name])
        .mark_point(size=90, strokeWidth=2, filled=filled)
        .encode(x=x, y=y, color=colour, shape=shapes)
        for name, filled in (("firm", True), ("open", False))
    ]
    return skeleton.layered(
        alt.Chart(tables["claim"])
        .mark_rect(color=HELPS, opacity=0.13)
        .encode(x=low, x2=alt.X2("high:Q")),
        alt.Chart(tables["ends"])
        .mark_rule(color=HELPS, strokeWidth=1.2, strokeDash=[4, 3])
        .encode(x=alt.X("end:Q", **across)),
        alt.Chart(tables["fields"])
        .mark_rect(opacity=0)
        .encode(y=look.rows.y("top"), y2=alt.Y2("bottom:Q"), tooltip=tooltip),
        alt.Chart(tables["ranges"])
        .mark_rule(strokeWidth=2.4)
        .encode(x=low, x2=alt.X2("high:Q"), y=y, color=colour),
        *points,
        *text_beside(tables, look.rows),
    ).properties(
        height=look.rows.height,
        title=title(f"{look.scale.title} against {look.against}", look.reading),
        autosize=dict(FIT_WIDTH),
    )


def _domain(data: Claimed) -> tuple[float, float]:
    """What x reaches over: all intervals, 0, and a margin."""
    ends = data.rows[["difference", "low", "high"]].to_numpy(dtype=float)
    known = [0.0, *ends[np.isfinite(ends)].tolist()]
    bounds = [end for end in (data.low, data.high) if math.isfinite(end)]
    reach = max(abs(min(known)), max(known), 1e-6)
    known += [end for end in bounds if abs(end) <= _MARGINS * reach]
    lowest, highest = min(known), max(known)
    if lowest == highest:
        return -0.01 * data.scale.factor, 0.01 * data.scale.factor
    room = 0.12 * (highest - lowest)
    return _nice(lowest - room, highest + room)


def _nice(lowest: float, highest: float) -> tuple[float, float]:
    """The ends that the scale would round these to, so that what is claimed reaches them.

    Source: d3-scale's `nice` with ten ticks, which is what Vega does.
    """
    raw = (highest - lowest) / 10
    power = 10.0 ** math.floor(math.log10(raw))
    steps = ((math.sqrt(50), 10), (math.sqrt(10), 5), (math.sqrt(2), 2), (0.0, 1))
    step = power * next(factor for least, factor in steps if raw / power >= least)
    return math.floor(lowest / step) * step, math.ceil(highest / step) * step


def _reading(data: Claimed) -> Sequence[str]:
    pairs = sorted({int(n) for n in data.rows["pairs"]})
    span = f"{pairs[0]}–{pairs[-1]}" if len(pairs) > 1 else str(pairs[0])
    return [
        f"Mean over {span} seeds; shaded: what is claimed",
        "A line inside: as claimed; outside: the other way",
    ]
