"""The controls in a chart of doses: a dashed line each, with its name at the right."""

from __future__ import annotations

import textwrap
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.varied import Varied
from attnlab.charts.palette import NOTE, NOTE_SIZE, REFERENCE
from attnlab.charts.scale import ScoreScale
from attnlab.results.by_parameter import controls
from attnlab.results.model import StudyResult

ROOM = 92
"""Pixels at the right of the plot for their names."""

_DASHES = ([2, 3], [7, 4], [10, 3, 2, 3])
_LINE = 13
_NAME_WIDTH = 14


class Controls(NamedTuple):
    """Controls as they are drawn, in the unit of the scale.

    `across` has a row for each that belongs to several doses, `through` one for each of a dose:
    kind, dose, label, score, low, high, n, words. `kinds` are what they are called.
    """

    across: pd.DataFrame
    through: pd.DataFrame
    kinds: list[str]

    @property
    def scores(self) -> pd.Series:
        """Those that the chart has to reach over."""
        return pd.concat([self.across["score"], self.through["score"]])

    @property
    def width(self) -> str:
        """How wide the plot is beside the names, as an expression of Vega."""
        return f"max(60, width - {ROOM})" if self.kinds else "width"


def collect_controls(result: StudyResult, parameter: Varied, scale: ScoreScale) -> Controls:
    """What is drawn of the controls of a parameter's arms, of those that have a score."""
    frame = controls(result, parameter)
    frame = frame[frame["score"].notna()]
    means = frame[["score", "low", "high", "n"]].itertuples(index=False)
    table = frame.assign(
        **{name: scale.factor * frame[name] for name in ("score", "low", "high")},
        words=pd.Series([scale.score_text(*row) for row in means], frame.index, dtype=object),
    )
    is_across = table["dose"].isna()
    through = table[~is_across].sort_values("dose", kind="stable")
    return Controls(table[is_across], through, list(dict.fromkeys(table["kind"])))


def control_layers(
    data: Controls, x: alt.X, up: dict[str, Any], domain: tuple[float, float], height: int
) -> list[alt.Chart]:
    """A line for each kind of control, across or through the doses, and their names."""
    if not data.kinds:
        return []
    dash = alt.StrokeDash(
        "kind:N",
        legend=None,
        scale=alt.Scale(
            domain=data.kinds,
            range=[_DASHES[place % len(_DASHES)] for place in range(len(data.kinds))],
        ),
    )
    tooltip = [
        alt.Tooltip("kind:N", title="Control"),
        alt.Tooltip("words:N", title="Mean and 95 % interval"),
        alt.Tooltip("n:Q", title="Seeds"),
    ]
    y = alt.Y("score:Q", **up)
    end = alt.XValue({"expr": f"{data.width} + 6"})
    return [
        alt.Chart(data.across)
        .mark_rule(strokeWidth=1.6, color=REFERENCE)
        .encode(x=alt.XValue(0), x2=alt.X2Value({"expr": data.width}), y=y, strokeDash=dash),
        alt.Chart(data.through)
        .mark_line(strokeWidth=1.6, color=REFERENCE)
        .encode(x=x, y=y, strokeDash=dash),
        alt.Chart(data.through)
        .mark_point(filled=True, size=36, color=REFERENCE, opacity=1)
        .encode(x=x, y=y, tooltip=tooltip),
        alt.Chart(_names(data, domain, height))
        .mark_text(align="left", baseline="middle", fontSize=NOTE_SIZE, color=NOTE)
        .encode(x=end, y=alt.Y("at:Q", **up), text=alt.Text("words:N")),
    ]


def _names(data: Controls, domain: tuple[float, float], height: int) -> pd.DataFrame:
    """The names beside the ends of their lines, apart from each other: a row for each line."""
    ends = [
        *data.across[["kind", "score"]].itertuples(index=False),
        *data.through.groupby("kind")[["kind", "score"]].tail(1).itertuples(index=False),
    ]
    lowest, highest = domain
    pixel = (highest - lowest) / height
    rows: list[dict[str, Any]] = []
    bottom = lowest
    for kind, score in sorted(ends, key=lambda end: end[1]):
        lines = textwrap.wrap(kind, _NAME_WIDTH)
        half = _LINE * pixel * len(lines) / 2
        middle = max(score, bottom + half)
        bottom = middle + half
        rows += [
            {"words": line, "at": middle + half - _LINE * pixel * (place + 0.5)}
            for place, line in enumerate(lines)
        ]
    return pd.DataFrame(rows, columns=["words", "at"])
