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
        "no pairs yet": Mark(REFERENCE, "circle", filled=False),
    }
)
"""By verdict; the shapes tell them apart without colours."""

SHOWN = ("helps", "hurts", "higher", "lower")
"""The verdicts that something was shown."""


def verdict_colour() -> alt.Color:
    """Colours by verdict, without a legend: the words stand beside them."""
    colours = [mark.colour for mark in MARKS.values()]
    return alt.Color("verdict:N", legend=None, scale=alt.Scale(domain=list(MARKS), range=colours))


def verdict_shape() -> alt.Shape:
    """Shapes by verdict."""
    shapes = [mark.shape for mark in MARKS.values()]
    return alt.Shape("verdict:N", legend=None, scale=alt.Scale(domain=list(MARKS), range=shapes))


def told(verdicts: pd.DataFrame, scale: Scale) -> pd.DataFrame:
    """The verdicts with their numbers as text: name, score_words, difference_words, and so on."""
    names = arm_names(verdicts)
    rows = list(verdicts.itertuples())
    texts = {
        "name": [names[row.label] for row in rows],
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


def difference_tooltip(scale: Scale) -> list[Any]:
    """What the pointer is told about an arm, of the columns of `told`."""
    return [
        alt.Tooltip("name:N", title="Arm"),
        alt.Tooltip("verdict:N", title="Verdict"),
        alt.Tooltip("unit_words:N", title="Difference"),
        alt.Tooltip("interval_words:N", title="Interval"),
        alt.Tooltip("p_words:N", title="p, Holm-corrected"),
        alt.Tooltip("d_words:N", title="Cohen's d"),
        alt.Tooltip("improvement_words:N", title="P(arm > reference)"),
        alt.Tooltip("shown_words:N", title="Could have shown"),
        alt.Tooltip("score_words:N", title=scale.title),
        alt.Tooltip("n:Q", title="Seeds"),
        alt.Tooltip("pairs:Q", title="Pairs"),
    ]


def _p_text(p: float) -> str:
    if not math.isfinite(p):
        return MISSING
    return "less than 0.001" if p < 0.001 else f"{p:.3f}"


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else MISSING
