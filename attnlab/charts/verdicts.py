"""What a verdict looks like, in words, colour and shape; and the numbers behind it as text."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import MISSING
from attnlab.charts.arm_rows import arm_names
from attnlab.charts.palette import DIFFERS, HELPS, HURTS, REFERENCE
from attnlab.charts.scale import Scale


class Mark(NamedTuple):
    """The colour and shape of a verdict; an outline alone where there is none yet."""

    colour: str
    shape: str
    filled: bool = True


MARKS = MappingProxyType(
    {
        "reference": Mark(REFERENCE, "square"),
        "helps": Mark(HELPS, "triangle-up"),
        "hurts": Mark(HURTS, "triangle-down"),
        "higher": Mark(DIFFERS, "triangle-right"),
        "lower": Mark(DIFFERS, "triangle-left"),
        "no difference shown": Mark(REFERENCE, "circle"),
        "not enough seeds": Mark(REFERENCE, "circle", filled=False),
        "still training": Mark(REFERENCE, "circle", filled=False),
        "no pairs yet": Mark(REFERENCE, "circle", filled=False),
    }
)
"""By verdict; the shapes tell them apart without colours."""

TOLD = MappingProxyType(
    {
        "name": "Arm",
        "verdict": "Verdict",
        "unit_words": "Difference",
        "interval_words": "Interval",
        "p_words": "p, Holm-corrected",
        "d_words": "Cohen's d",
        "improvement_words": "P(arm > reference)",
        "shown_words": "Could have shown",
        "score_words": "Score",
        "n": "Seeds",
        "pairs": "Pairs",
    }
)
"""What the pointer is told about an arm: titles by column."""

_NUMBERS = (
    *("score", "score_low", "score_high", "difference", "low", "high"),
    *("p_holm", "d", "improvement", "shown"),
)

SHOWN = ("helps", "hurts", "higher", "lower")
"""The verdicts that something was shown."""


def verdict_shape() -> alt.Shape:
    """Shapes by verdict, without a legend: the words stand beside them."""
    shapes = [mark.shape for mark in MARKS.values()]
    return alt.Shape("verdict:N", legend=None, scale=alt.Scale(domain=list(MARKS), range=shapes))


def told(verdicts: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The verdicts with each arm's name, its verdict's colour, and the numbers as text."""
    names = arm_names(verdicts)
    verdicts = verdicts.astype(dict.fromkeys(_NUMBERS, float))
    rows = list(verdicts.itertuples())
    texts = {
        "name": [names[row.label] for row in rows],
        "colour": [MARKS[row.verdict].colour for row in rows],
        "score_words": [
            scale.score_text(row.score, row.score_low, row.score_high, row.n) for row in rows
        ],
        "difference_words": [
            scale.difference_text(row.difference, row.low, row.high) for row in rows
        ],
        "unit_words": [
            scale.with_unit(scale.difference_text(row.difference, row.low, row.high))
            for row in rows
        ],
        "interval_words": [f"95 %, {row.interval}" if row.interval else MISSING for row in rows],
        "p_words": [_p_text(row.p_holm) for row in rows],
        "d_words": [_number(row.d) for row in rows],
        "improvement_words": [_number(row.improvement) for row in rows],
        "shown_words": [
            scale.with_unit(scale.difference_text(row.shown, math.nan, math.nan).lstrip("+"))
            for row in rows
        ],
    }
    return verdicts.assign(
        **{name: pd.Series(t, verdicts.index, object) for name, t in texts.items()}
    )


def verdict_tooltip(scale: Scale) -> list[Any]:
    """What the pointer is told about an arm, of the columns of `told`."""
    titles = {**TOLD, "score_words": scale.title}
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


def _p_text(p: float) -> str:
    if not math.isfinite(p):
        return MISSING
    return "less than 0.001" if p < 0.001 else f"{p:.3f}"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else MISSING
