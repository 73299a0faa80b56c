"""What guessing would score, as a dotted line."""

from __future__ import annotations

from typing import Any

import altair as alt
import pandas as pd

from attnlab.charts.palette import NOTE, NOTE_SIZE, REFERENCE
from attnlab.charts.scale import ScoreScale

_DOTTED: dict[str, Any] = {"strokeDash": [2, 3], "strokeWidth": 1.2, "color": REFERENCE}
_WORDS: dict[str, Any] = {"fontSize": NOTE_SIZE, "color": NOTE}


def chance_level(
    scale: ScoreScale, domain: tuple[float, float], settings: dict[str, Any]
) -> list[alt.Chart]:
    """A line across at the chance level, with its name; nothing where the axis does not reach it.

    `domain` is what the axis of scores shows and `settings` how its channel is drawn.
    """
    if scale.chance is None or not domain[0] <= scale.factor * scale.chance <= domain[1]:
        return []
    row = pd.DataFrame({"score": [scale.factor * scale.chance], "words": ["chance"]})
    base = alt.Chart(row).encode(y=alt.Y("score:Q", **settings))
    return [
        base.mark_rule(**_DOTTED),
        base.mark_text(align="left", dy=9, **_WORDS).encode(
            x=alt.XValue(6), text=alt.Text("words:N")
        ),
    ]


def chance_line(
    levels: pd.DataFrame, domain: tuple[float, float], x: alt.X, settings: dict[str, Any]
) -> list[alt.Chart]:
    """A line through the chance levels of a task's doses, with its name, as far as the axis goes.

    `levels` has a row per dose, ascending: dose, score (the level, in the unit of the axis).
    """
    lowest, highest = domain
    within = levels[levels["score"].between(lowest, highest)].head(1)
    if within.empty:
        return []
    y = alt.Y("score:Q", **settings)
    name = alt.Chart(within.assign(words="chance"))
    return [
        alt.Chart(levels).mark_line(clip=True, **_DOTTED).encode(x=x, y=y),
        name.mark_text(align="left", dx=6, dy=-7, **_WORDS).encode(
            x=x, y=y, text=alt.Text("words:N")
        ),
    ]


def uniform_level(n: int, y: alt.Y) -> list[alt.Chart]:
    """A dotted line at 1/n, where attention looks at nothing in particular."""
    row = alt.Chart(pd.DataFrame({"weight": [round(1 / n, 5)], "words": ["uniform"]}))
    line = row.mark_rule(**_DOTTED).encode(
        y=y, tooltip=[alt.Tooltip("weight:Q", title="Uniform, 1/n", format=".4~f")]
    )
    name = row.mark_text(align="left", dx=4, fontSize=NOTE_SIZE, color=NOTE)
    return [line, name.encode(x=alt.XValue("width"), y=y, text=alt.Text("words:N"))]
