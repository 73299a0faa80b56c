"""Performance profiles: which share of a module's runs scores above each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import altair as alt
import numpy as np
import pandas as pd

from attnlab.analysis.profiles import performance_profile
from attnlab.analysis.rounding import level_text
from attnlab.charts import skeleton
from attnlab.charts.arm_rows import title
from attnlab.charts.choosing import arm_param, strength
from attnlab.charts.palette import (
    AXIS_TEXT,
    FIT_WIDTH,
    LEGEND_TEXT,
    REFERENCE,
    arm_colours,
    legend_columns,
)
from attnlab.charts.scale import ScoreScale, scale_of
from attnlab.results.guessing import chance_by_arm
from attnlab.results.model import StudyResult

HEIGHT = 260
_POINTS = 101


@dataclass(frozen=True)
class Profiles:
    """The numbers behind the chart.

    `lines` has a row per module and threshold: label (of its first arm), name, score (in the unit
    of the scale), share, low, high (0..1), dimmed. `chances` are what guessing scores on the tasks.
    """

    lines: pd.DataFrame
    colours: dict[str, str]
    scale: ScoreScale
    chances: tuple[float, ...]


def collect_profiles(result: StudyResult, chosen: str | None = None) -> Profiles:
    """What is drawn of the modules that several tasks have; others than that of the `chosen` arm
    are dimmed."""
    scale, colours = scale_of(result), arm_colours(result)
    every = [value for arm in result.arms for value in arm.scores.values()]
    tables = []
    if every:
        lowest, highest = min(every), max(every)
        beyond = 0.02 * (highest - lowest) or 0.01
        thresholds = np.linspace(lowest - beyond, highest + beyond, _POINTS)
        for each in result.over_tasks:
            found = performance_profile(each.scores, thresholds)
            tables.append(
                pd.DataFrame(
                    {
                        "label": each.labels[0],
                        "name": each.title,
                        "score": scale.factor * thresholds,
                        "share": found.share,
                        "low": found.low,
                        "high": found.high,
                        "dimmed": chosen is not None and chosen not in each.labels,
                    }
                )
            )
    columns = ["label", "name", "score", "share", "low", "high", "dimmed"]
    lines = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=columns)
    named = {each.title: colours[each.labels[0]] for each in result.over_tasks}
    levels = dict.fromkeys(chance_by_arm(result).values())
    return Profiles(lines.round(5), named, scale, tuple(levels))


def profiles(result: StudyResult, chosen: str | None = None) -> alt.LayerChart:
    """Draw a line per module with its 95 % band: the share of runs that score above each value.

    `chosen` (a label) highlights the module of an arm.
    """
    data = collect_profiles(result, chosen)
    colour = alt.Color(
        "name:N",
        title=None,
        scale=alt.Scale(domain=list(data.colours), range=list(data.colours.values())),
        legend=alt.Legend(
            orient="top", symbolOpacity=1, columns=legend_columns(list(data.colours)), **LEGEND_TEXT
        ),
    )
    across = alt.X(
        "score:Q",
        title=data.scale.axis_title,
        scale=alt.Scale(zero=False, nice=False),
        axis=alt.Axis(**AXIS_TEXT, tickCount=6),
    )
    share: dict[str, Any] = {
        "title": "Runs above",
        "scale": alt.Scale(domain=[0, 1]),
        "axis": alt.Axis(format=".0%", **AXIS_TEXT),
    }
    lines = alt.Chart(data.lines)
    tooltip = [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("score:Q", title=data.scale.title, format=".3~f"),
        alt.Tooltip("share:Q", title="Runs above", format=".0%"),
    ]
    reading = [
        "Share of runs that score above each value, every task counting the same; band: 95 %",
        _by_chance(data),
    ]
    half = alt.Chart(pd.DataFrame({"share": [0.5]})).mark_rule(color=REFERENCE, strokeDash=[4, 3])
    return skeleton.layered(
        half.encode(y=alt.Y("share:Q", **share)),
        lines.mark_area().encode(
            x=across,
            y=alt.Y("low:Q", **share),
            y2="high:Q",
            color=colour,
            opacity=strength(0.16),
        ),
        lines.mark_line(strokeWidth=2.2, cursor="pointer")
        .encode(
            x=across,
            y=alt.Y("share:Q", **share),
            color=colour,
            opacity=strength(),
            tooltip=tooltip,
        )
        .add_params(arm_param()),
    ).properties(
        height=HEIGHT,
        title=title("Performance profile", [each for each in reading if each]),
        autosize=dict(FIT_WIDTH),
    )


def profiles_spec(result: StudyResult, chosen: str | None = None) -> dict[str, Any]:
    """The Vega-Lite spec of `profiles`, for a page; see `skeleton.spec_of`."""
    return skeleton.spec_of(profiles(result, chosen))


def _by_chance(data: Profiles) -> str:
    """What guessing scores on these tasks; empty where that is not known."""
    if not data.chances:
        return ""
    return f"Guessing scores {level_text(data.chances)}, by task"
