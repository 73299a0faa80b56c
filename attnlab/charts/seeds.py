"""The score of every seed: which arm is ahead at which seed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.arm_rows import (
    SIGNED,
    Rows,
    axis_title,
    pointed_rows,
    row_tables,
    rows_of,
    scale_beside_text,
    text_beside,
    title,
)
from attnlab.charts.choosing import strength
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    HELPS,
    HURTS,
    REFERENCE,
)
from attnlab.charts.scale import ScoreScale
from attnlab.charts.seed_numbers import AHEAD, BEHIND, EVEN, HIGHER, LOWER, Seeds, collect_seeds
from attnlab.results.model import StudyResult

_PAIR_LINES = 5
"""Rows of two arms stand so far apart that the lines between them can be followed."""

ROW_TOOLTIP = {"name": "Arm", "headline": "Is", "numbers": "Count"}
POINT_TOOLTIP = {"name": "Arm", "seed": "Seed", "words": "Score", "gain_words": "Difference"}
"""What the pointer shows of a row and of a dot: titles by column."""

_MEAN = 18


def per_seed(result: StudyResult, chosen: str | None = None) -> alt.LayerChart:
    """Draw a row per arm with a dot for each seed, and how often it is ahead of the reference.

    Dots are filled where the arm is better than the reference at the same seed, or higher where
    neither direction is better. A line joins a
    seed's dots of neighbouring rows. Of more than `seed_numbers.MOST_ARMS` arms the
    differences to the reference are drawn, or, where one is `chosen`, that and the reference alone.
    """
    return _draw(*_laid_out(collect_seeds(result, chosen)))


def per_seed_spec(result: StudyResult, chosen: str | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `per_seed`; see `skeleton.filled`."""
    return skeleton.filled(_draw, *_laid_out(collect_seeds(result, chosen)))


class _SeedsLook(NamedTuple):
    """All that the chart depends on besides its numbers."""

    scale: ScoreScale
    reference: str
    rows: Rows
    domain: tuple[float, float]
    reading: tuple[str, ...]
    paired: bool


def _laid_out(data: Seeds) -> tuple[_SeedsLook, dict[str, pd.DataFrame]]:
    rows = rows_of(list(data.arms["name"]), _lines_of_a_row(data))
    arms = data.arms.assign(middle=rows.middles)
    placed = arms.set_index("label")[["middle", "colour", "dimmed"]]
    points = data.points.join(placed, on="label")
    means = arms[arms["mean"].notna()]
    dots = points[["label", *POINT_TOOLTIP, "value", "middle", "colour", "dimmed"]]
    hollow = points["against"].isin([BEHIND, LOWER, EVEN])
    tables = {
        **row_tables(arms.assign(colour=REFERENCE), rows, ROW_TOOLTIP),
        "means": pd.DataFrame(
            {
                "value": means["mean"],
                "top": means["middle"] - _MEAN / 2,
                "bottom": means["middle"] + _MEAN / 2,
                "colour": means["colour"],
                "dimmed": means["dimmed"],
            }
        ),
        "filled": dots[~hollow],
        "hollow": dots[hollow],
    }
    if not data.paired:
        tables["lines"] = _lines(points, rows)
    look = _SeedsLook(
        data.scale,
        data.reference,
        rows,
        _domain(points["value"], data.paired, data.scale),
        tuple(_reading(data)),
        data.paired,
    )
    return look, tables


def _lines_of_a_row(data: Seeds) -> int:
    if data.paired:
        return 2
    return _PAIR_LINES if len(data.arms) == 2 else 3


def _lines(points: pd.DataFrame, rows: Rows) -> pd.DataFrame:
    """From row to row, where a seed has finished in both; of two arms in the colour of what is
    ahead."""
    order = {middle: place for place, middle in enumerate(rows.middles)}
    points = points.assign(place=points["middle"].map(order)).sort_values(["seed", "place"])
    after = points.groupby("seed").shift(-1)
    either = points["against"].combine_first(after["against"])
    pair = len(order) == 2
    lines = pd.DataFrame(
        {
            "value": points["value"],
            "value_after": after["value"],
            "middle": points["middle"],
            "middle_after": after["middle"],
            "colour": either.map({AHEAD: HELPS, BEHIND: HURTS}).fillna(REFERENCE)
            if pair
            else REFERENCE,
            "dimmed": points["dimmed"] & after["dimmed"].eq(True),
        }
    )
    return lines[after["place"] == points["place"] + 1]


def _draw(look: _SeedsLook, tables: skeleton.Tables) -> alt.LayerChart:
    scale, rows, pair = look.scale, look.rows, len(look.rows.names) == 2
    x_title = scale.difference_title(look.reference) if look.paired else scale.axis_title
    signed: dict[str, Any] = {"labelExpr": SIGNED} if look.paired else {}
    x = alt.X(
        "value:Q",
        title=axis_title(x_title),
        scale=scale_beside_text(look.domain),
        axis=alt.Axis(
            tickCount=5,
            titleAnchor="start",
            labelOverlap="parity",
            **signed,
            **AXIS_TEXT,
        ),
    )
    y, colour = rows.y("middle"), alt.Color("colour:N", scale=None)
    if look.paired:
        zero = alt.Chart(pd.DataFrame({"value": [0.0]}))
        behind = zero.mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x)
    else:
        lines = alt.Chart(tables["lines"]).mark_rule(strokeWidth=1.4 if pair else 0.9)
        behind = lines.encode(
            x=x,
            x2=alt.X2("value_after:Q"),
            y=y,
            y2=alt.Y2("middle_after:Q"),
            color=colour,
            opacity=strength(0.8 if pair else 0.45),
        )
    means = alt.Chart(tables["means"]).mark_rule(strokeWidth=2.4)
    titles = {**POINT_TOOLTIP, "words": scale.title}
    dots = [
        alt.Chart(tables[name])
        .mark_point(size=42, strokeWidth=1.4, filled=name == "filled", cursor="pointer")
        .encode(x=x, y=y, color=colour, opacity=strength(0.85), tooltip=_tooltip(titles))
        for name in ("filled", "hollow")
    ]
    return skeleton.layered(
        pointed_rows(tables, rows, _tooltip(ROW_TOOLTIP)),
        behind,
        means.encode(x=x, y=rows.y("top"), y2=alt.Y2("bottom:Q"), color=colour, opacity=strength()),
        *dots,
        *text_beside(tables, rows),
    ).properties(
        height=rows.height,
        title=title(f"{scale.title}, seed by seed", look.reading),
        autosize=dict(FIT_WIDTH),
    )


def _tooltip(titles: Mapping[str, str]) -> list[alt.Tooltip]:
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


def _domain(values: pd.Series, paired: bool, scale: ScoreScale) -> tuple[float, float]:
    ends = [*values, 0.0] if paired or values.empty else list(values)
    lowest, highest = min(ends), max(ends)
    margin = 0.04 * (highest - lowest) or 0.01 * scale.factor
    step = skeleton.steady_top((highest - lowest + margin) / 20)  # so that it seldom moves
    return (
        step * math.floor((lowest - margin) / step),
        step * math.ceil((highest + margin) / step),
    )


def _reading(data: Seeds) -> list[str]:
    if data.points.empty:
        return ["No seed has finished yet", ""]
    word = AHEAD if data.scale.better else HIGHER
    filled = f"A dot a seed; filled: {word} than {data.reference} at it"
    if data.paired:
        return [filled, "Upright line: mean"]
    lines = "Upright line: mean; the others join the same seed"
    return [filled if len(data.arms) > 1 else "A dot a seed", lines]
