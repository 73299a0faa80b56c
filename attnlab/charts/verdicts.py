"""What a verdict looks like, in words, colour and shape; and the numbers behind it as text."""

from __future__ import annotations

import math
from types import MappingProxyType
from typing import Any, NamedTuple

import altair as alt
import pandas as pd

from attnlab.analysis.rounding import MISSING
from attnlab.analysis.statistics import LEVEL, Comparison
from attnlab.charts.palette import DIFFERS, HELPS, HURTS, REFERENCE, SAME, arm_names
from attnlab.charts.scale import ScoreScale
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.verdict import DIFFERENCES, Verdict
from attnlab.results.wording import CANNOT_DECIDE


class Mark(NamedTuple):
    """The colour and shape of a verdict; an outline alone where there is none yet."""

    colour: str
    shape: str
    filled: bool = True


MARKS = MappingProxyType(
    {
        Verdict.REFERENCE.value: Mark(REFERENCE, "square"),
        Verdict.CONTROL.value: Mark(REFERENCE, "cross"),
        Verdict.HELPS.value: Mark(HELPS, "triangle-up"),
        Verdict.HURTS.value: Mark(HURTS, "triangle-down"),
        Verdict.HIGHER.value: Mark(DIFFERS, "triangle-right"),
        Verdict.LOWER.value: Mark(DIFFERS, "triangle-left"),
        Verdict.SAME.value: Mark(SAME, "square"),
        Verdict.NOT_SHOWN.value: Mark(REFERENCE, "circle"),
        Verdict.NOT_ENOUGH.value: Mark(REFERENCE, "circle", filled=False),
        Verdict.TRAINING.value: Mark(REFERENCE, "circle", filled=False),
        Verdict.NO_PAIRS.value: Mark(REFERENCE, "circle", filled=False),
        Verdict.FIRST_STAGE.value: Mark(REFERENCE, "circle", filled=False),
        Verdict.EXPLORATORY.value: Mark(REFERENCE, "diamond"),
        Verdict.STOPPED.value: Mark(REFERENCE, "diamond"),
        Verdict.NOT_PLANNED.value: Mark(REFERENCE, "diamond"),
        Verdict.DEPENDS.value: Mark(REFERENCE, "diamond"),
    }
)
"""By verdict; the shapes distinguish them without colours."""

TOOLTIP = MappingProxyType(
    {
        "name": "Arm",
        "verdict_words": "Verdict",
        "unit_words": "Difference",
        "interval_words": "Interval",
        "p_words": "p, corrected",
        "d_words": "Cohen's d",
        "improvement_words": "Share of pairs won",
        "shown_words": "Could have shown",
        "score_words": "Score",
        "n": "Seeds",
        "pairs": "Pairs",
    }
)
"""What the pointer shows of an arm: titles by column."""


SHOWN = tuple(verdict.value for verdict in DIFFERENCES)
"""The verdicts that something was shown."""


def verdict_shape() -> alt.Shape:
    """Shapes by verdict, without a legend: the words stand beside them."""
    shapes = [mark.shape for mark in MARKS.values()]
    return alt.Shape("verdict:N", legend=None, scale=alt.Scale(domain=list(MARKS), range=shapes))


def verdict_rows(result: StudyResult, scale: ScoreScale) -> pd.DataFrame:
    """A row per arm: label, is_reference, verdict with its colour, the numbers of its difference
    (as they are measured), and what `TOOLTIP` lists, as text."""
    names = arm_names(result)
    return pd.DataFrame([_verdict_row(arm, names[arm.label], scale) for arm in result.arms])


def _verdict_row(arm: ArmResult, name: str, scale: ScoreScale) -> dict[str, Any]:
    difference, score = arm.difference, arm.score
    same = arm.comparison.equivalence if arm.comparison else None
    difference_words = scale.difference_text(difference.mean, difference.low, difference.high)
    shown = scale.difference_text(arm.smallest_shown, math.nan, math.nan).lstrip("+")
    return {
        "label": arm.label,
        "is_reference": arm.is_reference,
        "verdict": arm.verdict.value,
        "verdict_words": arm.verdict_text,
        "difference": difference.mean,
        "low": difference.low if difference.is_bounded else math.nan,
        "high": difference.high if difference.is_bounded else math.nan,
        "same_low": same.low if same else math.nan,
        "same_high": same.high if same else math.nan,
        "pairs": difference.n,
        "is_paired": difference.sizes is None,
        "n": score.n,
        "shown": arm.smallest_shown,
        "name": name,
        "colour": MARKS[arm.verdict.value].colour,
        "score_words": scale.score_text(score.mean, score.low, score.high, score.n),
        "difference_words": difference_words,
        "unit_words": scale.with_unit(difference_words),
        "interval_words": interval_text(difference),
        "p_words": _p_text(arm),
        "d_words": _number(difference.d),
        "improvement_words": _won(difference.improvement, scale.better),
        "shown_words": scale.with_unit(shown),
    }


def interval_text(difference: Comparison) -> str:
    """Which interval a difference has: "95 %", or corrected for several arms; why it has none."""
    if not difference.n:
        return MISSING
    if not difference.is_bounded:
        return "too few seeds for one"
    return "95 %" if difference.level == LEVEL else "95 % for all arms together"


def verdict_tooltip(scale: ScoreScale) -> list[Any]:
    """What the pointer shows of an arm, of the columns of `verdict_rows`."""
    won = TOOLTIP["improvement_words"] if scale.better else "Share of pairs higher"
    titles = {**TOOLTIP, "improvement_words": won, "score_words": scale.title}
    return [alt.Tooltip(f"{column}:N", title=title) for column, title in titles.items()]


def _p_text(arm: ArmResult) -> str:
    p = arm.p_corrected
    if arm.comparison and not arm.comparison.can_decide:
        return CANNOT_DECIDE
    if not math.isfinite(p):
        return MISSING
    return "less than 0.001" if p < 0.001 else f"{p:.3f}"


def _won(higher: float, better: int) -> str:
    """In what share of the pairs the arm is the better one, or the higher one where neither is."""
    return _number(1 - higher if better < 0 else higher)


def _number(value: float) -> str:
    return f"{value:.2f}".replace("-", "−") if math.isfinite(value) else MISSING
