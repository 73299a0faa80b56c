"""Every arm's difference to the reference, and of contrasts: its interval, and what it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.rounding import figures_text
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
from attnlab.charts.describing import forest_words
from attnlab.charts.framing import arrows, domain_of
from attnlab.charts.palette import AXIS_TEXT, FIT_WIDTH, REFERENCE, SAME
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.charts.task_rows import IN_EACH, by_task
from attnlab.charts.verdicts import (
    MARKS,
    TOOLTIP,
    verdict_rows,
    verdict_shape,
    verdict_tooltip,
)
from attnlab.results.model import StudyResult
from attnlab.results.verdict import Verdict
from attnlab.spec import AGAINST
from attnlab.wording import noun

_BAND = 22


@dataclass(frozen=True)
class Forest:
    """The numbers behind a forest, in the unit of the scale.

    `arms` has a row per arm, in the study's order: label, name, verdict; difference, low, high
    (missing where not known; the reference stands at 0); same_low, same_high (the interval that
    decides whether it is practically the same); headline and numbers (the words beside it); band
    (half the width of what could not have been shown, where no difference was); chosen, dimmed;
    texts (see `verdicts.verdict_rows`). `margin` is the plan's, 0 without one. `heading` and
    `across` are the titles of the chart and of its axis. `headings` are the places of the rows that
    name a task, and the mean over all tasks, above those of their arms.
    """

    arms: pd.DataFrame
    scale: ScoreScale
    heading: str
    across: str
    margin: float = 0.0
    headings: tuple[int, ...] = ()


def collect_forest(result: StudyResult, chosen: str | None = None) -> Forest:
    """What is drawn of the differences of this result."""
    scale, reference = scale_of(result), reference_name(result)
    if result.parts:
        table = by_task(result, scale)
        return _collect(result, table, chosen, scale.title, scale.difference_title(IN_EACH))
    table = verdict_rows(result, scale)
    table = table[table["verdict"] != Verdict.CONTROL].reset_index(drop=True)
    heading = f"{scale.title} against {reference}"
    return _collect(result, table, chosen, heading, scale.difference_title(reference))


def collect_contrasts(question: str, contrasts: StudyResult, chosen: str | None = None) -> Forest:
    """What is drawn of the contrasts that ask this question; see `contrasts.families_by_question`.

    A row has the label of its arm, so that a press highlights that.
    """
    scale = scale_of(contrasts)
    table = verdict_rows(contrasts, scale)
    table["label"] = [label.partition(AGAINST)[0] for label in table["label"]]
    unit = f", {scale.difference_unit}" if scale.unit else ""
    return _collect(contrasts, table, chosen, question, f"Difference of the two{unit}")


def _collect(
    result: StudyResult, table: pd.DataFrame, chosen: str | None, heading: str, across: str
) -> Forest:
    scale = scale_of(result)
    for column in ("difference", "low", "high", "shown", "same_low", "same_high"):
        table[column] = scale.factor * table[column]
    is_reference = table["is_reference"].astype(bool)
    is_heading = table.get("is_heading", pd.Series(data=False, index=table.index)).astype(bool)
    table.loc[is_reference & ~is_heading, "difference"] = 0.0
    numbers = table["difference_words"].where(~is_reference & table["difference"].notna(), "")
    table = table.assign(
        band=table["shown"].where(table["verdict"] == Verdict.NOT_SHOWN),
        headline=table["verdict"].where(~is_heading, ""),
        numbers=numbers,
        chosen=table["label"] == chosen,
        dimmed=dimmed(table["label"], chosen),
    )
    headings = tuple(np.flatnonzero(is_heading).tolist())
    return Forest(table, scale, heading, across, scale.factor * result.margin, headings)


def forest(result: StudyResult, chosen: str | None = None) -> alt.LayerChart:
    """Draw a row per arm: the mean difference to the reference, its interval, the verdict.

    Arms keep their order, of several tasks below the task that they are on, with the mean over the
    tasks last. Arms without numbers have an empty row. Where no difference was shown, a
    band shows which differences the study was too small for. With a margin in the plan, dashed
    lines stand at both ends of it, and a thick line is the interval that has to lie between them
    for *practically the same*. `chosen` (a label) highlights an arm.
    """
    return _draw(*_laid_out(collect_forest(result, chosen)))


def forest_spec(result: StudyResult, chosen: str | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `forest`; see `skeleton.filled`."""
    return _spec(collect_forest(result, chosen))


def contrasts_forest(
    question: str, contrasts: StudyResult, chosen: str | None = None
) -> alt.LayerChart:
    """Draw the same of the contrasts that ask this question: a row per contrast, "A − B"."""
    return _draw(*_laid_out(collect_contrasts(question, contrasts, chosen)))


def contrasts_spec(
    question: str, contrasts: StudyResult, chosen: str | None = None
) -> dict[str, Any]:
    """The Vega-Lite spec of `contrasts_forest`; see `skeleton.filled`."""
    return _spec(collect_contrasts(question, contrasts, chosen))


def _spec(data: Forest) -> dict[str, Any]:
    words = forest_words(data.heading, data.arms)
    return skeleton.described(skeleton.filled(_draw, *_laid_out(data)), words)


class _ForestLook(NamedTuple):
    """All that the chart depends on besides its numbers."""

    scale: ScoreScale
    heading: str
    across: str
    rows: Rows
    margin: float
    domain: tuple[float, float]
    reading: tuple[str, ...]


def _laid_out(data: Forest) -> tuple[_ForestLook, dict[str, pd.DataFrame]]:
    table, scale = data.arms, data.scale
    rows = rows_of(list(table["name"]), headings=data.headings)
    lowest, highest = domain = domain_of(table, scale, data.margin)
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
    ranges = marks[marks["low"].notna() & marks["high"].notna()]
    known = marks["difference"].notna()
    firm = marks["verdict"].map(lambda verdict: MARKS[verdict].filled).astype(bool)
    tables = {
        **row_tables(table, rows, TOOLTIP),
        "bands": bands,
        "ranges": ranges.assign(
            low=ranges["low"].clip(lower=lowest), high=ranges["high"].clip(upper=highest)
        ),
        "arrows": arrows(ranges, lowest, highest),
        "firm": marks[known & firm].drop(columns=["low", "high"]),
        "open": marks[known & ~firm].drop(columns=["low", "high"]),
    }
    if data.margin:
        tables["same"] = _same(table, lowest, highest)
    reading = tuple(_reading(table, scale, data.margin))
    return (
        _ForestLook(scale, data.heading, data.across, rows, data.margin, domain, reading),
        tables,
    )


def _same(table: pd.DataFrame, lowest: float, highest: float) -> pd.DataFrame:
    """The interval of each arm that decides whether it is practically the same."""
    known = table[table["same_low"].notna() & table["same_high"].notna()]
    return pd.DataFrame(
        {
            "low": known["same_low"].clip(lower=lowest, upper=highest),
            "high": known["same_high"].clip(lower=lowest, upper=highest),
            "middle": known["middle"],
            "colour": known["colour"],
            "dimmed": known["dimmed"],
        }
    )


def _draw(look: _ForestLook, tables: skeleton.Tables) -> alt.LayerChart:
    across: dict[str, Any] = {
        "title": axis_title(look.across),
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
    of_margin = []
    if look.margin:
        ends = alt.Chart(pd.DataFrame({"difference": [-look.margin, look.margin]}))
        same = alt.Chart(tables["same"]).mark_rule(strokeWidth=8)
        of_margin = [
            ends.mark_rule(color=SAME, strokeDash=[4, 3]).encode(x=x),
            same.encode(x=low, x2=alt.X2("high:Q"), y=y, color=colour, opacity=strength(0.35)),
        ]
    ranges = alt.Chart(tables["ranges"]).mark_rule(strokeWidth=2.4)
    points = [
        alt.Chart(tables[name])
        .mark_point(size=90, strokeWidth=2, filled=filled)
        .encode(x=x, y=y, color=colour, shape=verdict_shape(), opacity=opacity)
        for name, filled in (("firm", True), ("open", False))
    ]
    beyond = alt.Chart(tables["arrows"]).mark_point(filled=True, size=60)
    ways = alt.Scale(domain=["left", "right"], range=["triangle-left", "triangle-right"])
    return skeleton.layered(
        pointed_rows(tables, look.rows, verdict_tooltip(look.scale)),
        bands.encode(
            x=low,
            x2=alt.X2("high:Q"),
            y=look.rows.y("top"),
            y2=alt.Y2("bottom:Q"),
            opacity=strength(0.22),
        ),
        zero.mark_rule(color=REFERENCE, strokeWidth=1.2).encode(x=x),
        *of_margin,
        ranges.encode(x=low, x2=alt.X2("high:Q"), y=y, color=colour, opacity=opacity),
        *points,
        *text_beside(tables, look.rows),
        beyond.encode(
            x=x,
            y=y,
            color=colour,
            shape=alt.Shape("way:N", legend=None, scale=ways),
            opacity=opacity,
        ),
    ).properties(
        height=look.rows.height,
        title=title(look.heading, look.reading),
        autosize=dict(FIT_WIDTH),
    )


def _reading(table: pd.DataFrame, scale: ScoreScale, margin: float) -> list[str]:
    compared = table[~table["is_reference"].astype(bool) & (table["pairs"] > 0)]
    by_task = "is_mean" in table and not compared.empty
    if by_task:
        compared = compared[~compared["is_mean"].astype(bool)]
    if compared.empty:
        return ["No seed has finished in both arms yet", ""] if len(table) > 1 else ["No other arm"]
    fewest, most = int(compared["pairs"].min()), int(compared["pairs"].max())
    pairs = f"{fewest}–{most}" if fewest < most else str(most)
    seeds = noun(most, "seed")
    bands = "Grey band: too small for this study to show" if table["band"].notna().any() else ""
    where = " on each task" if by_task else ""
    of = _paired_words(compared["is_paired"].astype(bool), f"Mean over {pairs} {seeds} both have")
    reading = [f"{of}{where}; line: 95 % interval", bands]
    if margin:
        dashed = f"Dashed: the margin, {scale.with_unit(f'±{figures_text(margin)}')}"
        reading.append(f"{dashed}; a thick line between them is practically the same")
    return reading


def _paired_words(is_paired: pd.Series, paired: str) -> str:
    """What a difference is of, where arms are paired by seed and where they are not."""
    if is_paired.all():
        return paired
    return f"{paired}, or of means without pairs" if is_paired.any() else "Difference of means"
