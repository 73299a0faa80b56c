"""Every arm's difference to the reference, with its interval and what it shows."""

from __future__ import annotations

from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts.arm_rows import (
    SIGNED,
    Rows,
    arm_names,
    axis_title,
    beside_words,
    pointed_rows,
    reference_of,
    rows_of,
    title,
    words_beside,
)
from attnlab.charts.choosing import dimmed, strength
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, REFERENCE
from attnlab.charts.scale import Scale
from attnlab.charts.verdicts import (
    MARKS,
    difference_tooltip,
    told,
    verdict_colour,
    verdict_shape,
)

NOTHING_SHOWN = "no difference shown"

_BAND = 22
_MOST_BAND = 1.5
"""How far a band may reach beyond the intervals before it is cut off."""


def collect_forest(verdicts: pd.DataFrame, scale: Scale, chosen: str | None = None) -> pd.DataFrame:
    """A row per arm, in the order of `verdicts`, in the unit of the scale.

    Columns: label, name, verdict; difference, low, high (missing where not known; the reference
    stands at 0); headline and numbers (the words beside it); band (half the width of what could not
    have been shown, where no difference was); chosen, dimmed; texts (see `verdicts.told`).
    """
    table = told(verdicts, scale).reset_index(drop=True)
    for column in ("difference", "low", "high", "shown"):
        table[column] = scale.factor * pd.to_numeric(table[column])
    is_reference = table["is_reference"].astype(bool)
    table.loc[is_reference, "difference"] = 0.0
    numbers = table["difference_words"].where(~is_reference & table["difference"].notna(), "")
    return table.assign(
        band=table["shown"].where(table["verdict"] == NOTHING_SHOWN),
        headline=table["verdict"],
        numbers=numbers,
        chosen=table["label"] == chosen,
        dimmed=dimmed(table["label"], chosen),
    )


def forest(verdicts: pd.DataFrame, scale: Scale, chosen: str | None = None) -> alt.LayerChart:
    """Draw a row per arm: the mean difference to the reference, its interval, the verdict.

    `verdicts` has a row an arm: label, title, is_reference, n, score, score_low, score_high, pairs,
    difference, low, high, interval, p_holm, d, improvement, verdict, shown. Arms keep their order.
    Arms without numbers have an empty row. Where no difference was shown, a band tells which
    differences the study was too small for. `chosen` (a label) highlights an arm.
    """
    table = collect_forest(verdicts, scale, chosen)
    names = arm_names(verdicts)
    reference, rows = names.get(reference_of(verdicts), "the reference"), rows_of(table["name"])
    table = table.assign(middle=rows.middles)
    lowest, highest = _domain(table, scale)
    across = {
        "title": axis_title(scale.difference_title(reference)),
        "scale": beside_words((lowest, highest)),
        "axis": alt.Axis(
            labelExpr=SIGNED,
            tickCount=5,
            titleAnchor="start",
            labelOverlap="parity",
            **AXIS_TEXT,
        ),
    }
    x, y = alt.X("difference:Q", **across), rows.y("middle")
    zero = pd.DataFrame({"difference": [0.0]})
    ranges = table[table["low"].notna() & table["high"].notna()]
    return alt.layer(
        pointed_rows(table, rows, difference_tooltip(scale)),
        _bands(table, rows, across, lowest, highest),
        alt.Chart(zero).mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x),
        alt.Chart(ranges)
        .mark_rule(strokeWidth=2.4)
        .encode(
            x=alt.X("low:Q", **across),
            x2="high:Q",
            y=y,
            color=verdict_colour(),
            opacity=strength(),
        ),
        *_points(table, x, y),
        *words_beside(table, rows, verdict_colour()),
    ).properties(
        height=rows.height,
        title=title(f"{scale.title} against {reference}", _reading(table)),
        autosize=dict(FIT_WIDTH),
    )


def _bands(
    table: pd.DataFrame, rows: Rows, across: dict[str, Any], lowest: float, highest: float
) -> alt.Chart:
    bands = table[table["band"].notna()]
    bands = bands.assign(
        left=(-bands["band"]).clip(lower=lowest),
        right=bands["band"].clip(upper=highest),
        top=bands["middle"] - _BAND / 2,
        bottom=bands["middle"] + _BAND / 2,
    )
    return (
        alt.Chart(bands)
        .mark_rect(color=REFERENCE)
        .encode(
            x=alt.X("left:Q", **across),
            x2="right:Q",
            y=rows.y("top"),
            y2="bottom:Q",
            opacity=strength(0.22),
        )
    )


def _points(table: pd.DataFrame, x: alt.X, y: alt.Y) -> list[alt.Chart]:
    known = table[table["difference"].notna()]
    firm = known["verdict"].map(lambda verdict: MARKS[verdict].filled).astype(bool)
    return [
        alt.Chart(known[own])
        .mark_point(size=90, strokeWidth=2, filled=filled)
        .encode(x=x, y=y, color=verdict_colour(), shape=verdict_shape(), opacity=strength())
        for own, filled in ((firm, True), (~firm, False))
    ]


def _domain(table: pd.DataFrame, scale: Scale) -> tuple[float, float]:
    """What x reaches over: 0, all intervals, and of the bands what does not squeeze those."""
    ends = table[["difference", "low", "high"]].to_numpy(dtype=float)
    ends = np.append(ends[np.isfinite(ends)], 0.0)
    lowest, highest = float(ends.min()), float(ends.max())
    band = float(table["band"].max()) if table["band"].notna().any() else 0.0
    most = _MOST_BAND * max(-lowest, highest)
    band = min(band, most) if most > 0 else band
    lowest, highest = min(lowest, -band), max(highest, band)
    if lowest == highest:  # nothing differs, or nothing is known
        return -0.01 * scale.factor, 0.01 * scale.factor
    margin = 0.04 * (highest - lowest)
    return lowest - margin, highest + margin


def _reading(table: pd.DataFrame) -> list[str]:
    compared = table[~table["is_reference"].astype(bool) & (table["pairs"] > 0)]
    if compared.empty:
        return ["No seed has finished in both arms yet", ""] if len(table) > 1 else ["No other arm"]
    fewest, most = int(compared["pairs"].min()), int(compared["pairs"].max())
    pairs = f"{fewest}–{most}" if fewest < most else str(most)
    seeds = "seed" if most == 1 else "seeds"
    bands = "Grey band: too small for this study to show" if table["band"].notna().any() else ""
    return [f"Mean over {pairs} {seeds} both have; line: 95 % interval", bands]
