"""Every arm's difference to the reference, with its interval and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.charts import skeleton
from attnlab.charts.arm_rows import (
    SIGNED,
    Rows,
    axis_title,
    pointed_rows,
    reference_name,
    row_tables,
    rows_of,
    scale_beside_text,
    text_beside,
    title,
)
from attnlab.charts.choosing import dimmed, strength
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, REFERENCE
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.verdicts import (
    MARKS,
    TOOLTIP,
    verdict_rows,
    verdict_shape,
    verdict_tooltip,
)
from attnlab.results.model import StudyResult
from attnlab.results.verdict import Verdict
from attnlab.wording import noun

_BAND = 22
_MOST_BAND = 1.5
"""How far a band may reach beyond the intervals before it is cut off."""


@dataclass(frozen=True)
class Forest:
    """The numbers behind a forest, in the unit of the scale.

    `arms` has a row per arm, in the study's order: label, name, verdict; difference, low, high
    (missing where not known; the reference stands at 0); headline and numbers (the words beside
    it); band (half the width of what could not have been shown, where no difference was); chosen,
    dimmed; texts (see `verdicts.verdict_rows`).
    """

    arms: pd.DataFrame
    scale: ScoreScale
    reference: str


def collect_forest(result: StudyResult, chosen: str | None = None) -> Forest:
    """What is drawn of the differences of this result."""
    scale = scale_of(result)
    table = verdict_rows(result, scale)
    table = table[table["verdict"] != Verdict.CONTROL].reset_index(drop=True)
    for column in ("difference", "low", "high", "shown"):
        table[column] = scale.factor * table[column]
    is_reference = table["is_reference"].astype(bool)
    table.loc[is_reference, "difference"] = 0.0
    numbers = table["difference_words"].where(~is_reference & table["difference"].notna(), "")
    table = table.assign(
        band=table["shown"].where(table["verdict"] == Verdict.NOT_SHOWN),
        headline=table["verdict"],
        numbers=numbers,
        chosen=table["label"] == chosen,
        dimmed=dimmed(table["label"], chosen),
    )
    return Forest(table, scale, reference_name(result))


def forest(result: StudyResult, chosen: str | None = None) -> alt.LayerChart:
    """Draw a row per arm: the mean difference to the reference, its interval, the verdict.

    Arms keep their order. Arms without numbers have an empty row. Where no difference was shown, a
    band shows which differences the study was too small for. `chosen` (a label) highlights an arm.
    """
    return _draw(*_laid_out(collect_forest(result, chosen)))


def forest_spec(result: StudyResult, chosen: str | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `forest`; see `skeleton.filled`."""
    return skeleton.filled(_draw, *_laid_out(collect_forest(result, chosen)))


class _ForestLook(NamedTuple):
    """All that the chart depends on besides its numbers."""

    scale: ScoreScale
    reference: str
    rows: Rows
    domain: tuple[float, float]
    reading: tuple[str, ...]


def _laid_out(data: Forest) -> tuple[_ForestLook, dict[str, pd.DataFrame]]:
    table, scale, rows = data.arms, data.scale, rows_of(list(data.arms["name"]))
    lowest, highest = domain = _domain(table, scale)
    table = table.assign(middle=rows.middles)
    bands = table[table["band"].notna()]
    bands = pd.DataFrame(
        {
            "low": (-bands["band"]).clip(lower=lowest),
            "high": bands["band"].clip(upper=highest),
            "top": bands["middle"] - _BAND / 2,
            "bottom": bands["middle"] + _BAND / 2,
            "dimmed": bands["dimmed"],
        }
    )
    marks = table[["difference", "low", "high", "middle", "verdict", "colour", "dimmed"]]
    known = marks["difference"].notna()
    firm = marks["verdict"].map(lambda verdict: MARKS[verdict].filled).astype(bool)
    tables = {
        **row_tables(table, rows, TOOLTIP),
        "bands": bands,
        "ranges": marks[marks["low"].notna() & marks["high"].notna()],
        "firm": marks[known & firm].drop(columns=["low", "high"]),
        "open": marks[known & ~firm].drop(columns=["low", "high"]),
    }
    return _ForestLook(scale, data.reference, rows, domain, tuple(_reading(table))), tables


def _draw(look: _ForestLook, tables: skeleton.Tables) -> alt.LayerChart:
    across: dict[str, Any] = {
        "title": axis_title(look.scale.difference_title(look.reference)),
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
    y, colour, opacity = look.rows.y("middle"), alt.Color("colour:N", scale=None), strength()
    bands = alt.Chart(tables["bands"]).mark_rect(color=REFERENCE)
    zero = alt.Chart(pd.DataFrame({"difference": [0.0]}))
    ranges = alt.Chart(tables["ranges"]).mark_rule(strokeWidth=2.4)
    points = [
        alt.Chart(tables[name])
        .mark_point(size=90, strokeWidth=2, filled=filled)
        .encode(x=x, y=y, color=colour, shape=verdict_shape(), opacity=opacity)
        for name, filled in (("firm", True), ("open", False))
    ]
    return skeleton.layered(
        pointed_rows(tables, look.rows, verdict_tooltip(look.scale)),
        bands.encode(
            x=low, x2="high:Q", y=look.rows.y("top"), y2="bottom:Q", opacity=strength(0.22)
        ),
        zero.mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x),
        ranges.encode(x=low, x2="high:Q", y=y, color=colour, opacity=opacity),
        *points,
        *text_beside(tables, look.rows),
    ).properties(
        height=look.rows.height,
        title=title(f"{look.scale.title} against {look.reference}", look.reading),
        autosize=dict(FIT_WIDTH),
    )


def _domain(table: pd.DataFrame, scale: ScoreScale) -> tuple[float, float]:
    """What x reaches over: 0, all intervals, and of the bands what does not squeeze those."""
    ends = table[["difference", "low", "high"]].to_numpy(dtype=float)
    known = [0.0, *ends[np.isfinite(ends)].tolist()]
    lowest, highest = min(known), max(known)
    band = float(table["band"].max()) if table["band"].notna().any() else 0.0
    most = _MOST_BAND * max(-lowest, highest)
    band = min(band, most) if most > 0 else band
    lowest, highest = min(lowest, -band), max(highest, band)
    if lowest == highest:  # nothing differs, or nothing is known
        return -0.01 * scale.factor, 0.01 * scale.factor
    margin = 0.04 * (highest - lowest)
    return -_steady(margin - lowest), _steady(margin + highest)


def _steady(reach: float) -> float:
    return skeleton.steady_top(reach) if reach > 0 else reach


def _reading(table: pd.DataFrame) -> list[str]:
    compared = table[~table["is_reference"].astype(bool) & (table["pairs"] > 0)]
    if compared.empty:
        return ["No seed has finished in both arms yet", ""] if len(table) > 1 else ["No other arm"]
    fewest, most = int(compared["pairs"].min()), int(compared["pairs"].max())
    pairs = f"{fewest}–{most}" if fewest < most else str(most)
    seeds = noun(most, "seed")
    bands = "Grey band: too small for this study to show" if table["band"].notna().any() else ""
    return [f"Mean over {pairs} {seeds} both have; line: 95 % interval", bands]
