"""The columns that a metric has in tables for papers: their headings have the units."""

from __future__ import annotations

import math
from collections.abc import Mapping

from attnlab.analysis.intervals import Interval
from attnlab.analysis.rounding import (
    MISSING,
    difference_text,
    level_text,
    number_text,
    points_text,
)
from attnlab.results.columns import headed, p_cell, score_text, signed
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.table import Cell, Column, Heading
from attnlab.spec import Metric

BARE_SCORE, DIFFERENCE, P = "bare score", "bare difference", "bare p"


def _task_of(result: StudyResult, arm: ArmResult) -> str:
    """What people call the task that an arm is on."""
    on = (part for part in result.parts if arm.label in part.by_label)
    return next(on, result).task_title


TASK = Column(
    "task",
    headed("Task"),
    lambda result, arm: Cell(_task_of(result, arm)),
    applies=lambda result: bool(result.parts),
    is_text=True,
)
"""Of a result of several tasks."""


def unit_suffix(metric: Metric) -> str:
    """What the scores are written in: " (%)", " (s)", or nothing."""
    of = "%" if metric.share else metric.unit
    return f" ({of})" if of else ""


def bare_score_text(metric: Metric, score: Interval) -> str:
    """A mean score with half the width of its interval, without the unit."""
    if metric.kind == "size":
        return f"{score.mean:,.0f}" if math.isfinite(score.mean) else MISSING
    return score_text(metric, score).replace(" %", "")


def best_arms(result: StudyResult) -> set[str]:
    """The labels of the arms with the best score among those that have the same reference, a
    control beside the arm that it is asked by; of what is no performance none is best."""
    helping = result.metric.helping
    if not helping:
        return set()
    asks = {each.against: result.arm(each.label) for each in result.contrasts}
    groups: dict[str, list[ArmResult]] = {}
    for arm in result.arms:
        if math.isfinite(arm.score.mean):
            beside = asks[arm.label] if arm.is_control and arm.label in asks else arm
            groups.setdefault(beside.against or beside.label, []).append(arm)
    best = set()
    for group in groups.values():
        highest = max(helping * arm.score.mean for arm in group)
        best |= {arm.label for arm in group if helping * arm.score.mean == highest}
    return best


def bare_score(result: StudyResult, arm: ArmResult) -> Cell:
    """A score without its unit, strong where it is the best, with the mark of its verdict."""
    text = bare_score_text(result.metric, arm.score)
    return Cell(text, is_strong=arm.label in best_arms(result), mark=arm.verdict.mark)


def bare_difference(result: StudyResult, arm: ArmResult) -> Cell:
    """A difference without its unit."""
    if arm.is_reference:
        return Cell(arm.verdict.value)
    difference, metric = arm.difference, result.metric
    if metric.kind == "size" and math.isfinite(difference.mean):
        return Cell(signed(f"{difference.mean:+,.0f}"))
    text = points_text if metric.share else difference_text
    return Cell(text(difference.mean, difference.low, difference.high))


def _has_pairs(result: StudyResult) -> bool:
    return any(arm.pairs for arm in (*result.arms, *result.contrasts))


def metric_columns(levels: Mapping[str, float]) -> list[Column]:
    """The columns that a metric has in a paper; `levels` are those of chance, by label."""

    def chance(result: StudyResult, arm: ArmResult) -> Cell:
        level = levels.get(arm.label, math.nan)
        if not math.isfinite(level):
            return Cell(MISSING)
        share = result.metric.share
        return Cell(level_text([level]).removesuffix(" %") if share else number_text([level]))

    def difference_heading(result: StudyResult) -> Heading:
        return Heading(f"difference{' (points)' if result.metric.share else ''}")

    return [
        Column(BARE_SCORE, headed("score"), bare_score),
        Column("bare chance", headed("chance"), chance, applies=lambda result: bool(levels)),
        Column(DIFFERENCE, difference_heading, bare_difference, applies=_has_pairs),
        Column(P, headed("p"), p_cell, applies=_has_pairs),
    ]
