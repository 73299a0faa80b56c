"""The columns that tables of results have: each declared once, with its words and its format."""

from __future__ import annotations

import math
from collections.abc import Callable

from attnlab.analysis.attention import TruthFound, is_truth_per_sample
from attnlab.analysis.intervals import Interval
from attnlab.analysis.rounding import (
    MISSING,
    difference_text,
    epochs_text,
    figures_text,
    level_text,
    mean_text,
    p_text,
    percent_text,
    points_text,
    samples_text,
    share_text,
)
from attnlab.results.levels import level, level_in_cell, level_in_head
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.table import Cell, Column, Heading
from attnlab.results.wording import CANNOT_DECIDE, direction_text, pairs_or
from attnlab.spec import VALIDATED, Measure, Metric

INTERVAL_NOTE = "mean ± 95 % interval"


def headed(title: str, note: str = "", short: str = "") -> Callable[[StudyResult], Heading]:
    """The same heading for every result."""
    return lambda result: Heading(title, note, short)


def signed(number: str) -> str:
    """A number as text, with a true minus."""
    return number.replace("-", "−")


def score_text(metric: Metric, score: Interval) -> str:
    """A mean score with half the width of its interval: "35.1 ± 2.8 %", "0.351 ± 0.028"."""
    text = percent_text if metric.share else mean_text
    return text(score.mean, score.half, score.n)


# Who it is


ARM = Column("arm", headed("Arm"), lambda result, arm: Cell(_name(result, arm)), is_text=True)
LABEL = Column("label", headed("arm"), lambda result, arm: Cell(arm.label), is_text=True)


def _against(result: StudyResult, arm: ArmResult) -> Cell:
    return Cell(MISSING if arm.is_reference else _name(result, result.arm(arm.against)))


def _name(result: StudyResult, arm: ArmResult) -> str:
    """An arm's title; of several tasks, for which there is a column, without its task."""
    own = (part.by_label[arm.label] for part in result.parts if arm.label in part.by_label)
    return next(own, arm).title


AGAINST = Column(
    "against",
    headed("Against"),
    _against,
    applies=lambda result: any(
        len({arm.against for arm in part.compared}) > 1 for part in result.parts or (result,)
    ),
    is_text=True,
)

# What it scored


def _chance_levels(result: StudyResult) -> list[float]:
    levels = [arm.chance for arm in result.arms if not math.isnan(arm.chance)]
    return list(dict.fromkeys(levels))


def _truth_levels(result: StudyResult) -> list[float]:
    levels = [arm.attention.chance for arm in result.arms if arm.attention is not None]
    return list(dict.fromkeys(level for level in levels if not math.isnan(level)))


def _accuracy_heading(result: StudyResult) -> Heading:
    levels = level_in_head(_chance_levels(result), level(result))
    return Heading(
        result.metric.title,
        ", ".join([INTERVAL_NOTE, *levels]),
        "val accuracy" if result.study.task.has_accuracy else result.metric.title,
    )


def _accuracy(result: StudyResult, arm: ArmResult) -> Cell:
    score = arm.score
    notes = [f"n = {score.n}"] if score.n > 1 and math.isfinite(score.half) else []
    notes += level_in_cell(_chance_levels(result), arm.chance, level(result))
    return Cell(score_text(result.metric, score), tuple(notes))


ACCURACY = Column("accuracy", _accuracy_heading, _accuracy)
"""Of a result by accuracy, or the main metric of a task without it, with its chance level."""


def _score(result: StudyResult, arm: ArmResult) -> Cell:
    text, metric = score_text(result.metric, arm.score), result.metric
    unit = f" {metric.unit}" if not metric.share and metric.unit and arm.score.n else ""
    return Cell(f"{text}{unit}", (f"n = {arm.score.n}",), text)


SCORE = Column(
    "score",
    lambda result: Heading(result.metric.title, INTERVAL_NOTE),
    _score,
)
CHANCE = Column(
    "chance",
    headed("Chance"),
    lambda result, arm: Cell(level(result)([arm.chance])),
    applies=lambda result: len(_chance_levels(result)) > 1,
)
SEEDS = Column("seeds", headed("n"), lambda result, arm: Cell(str(arm.score.n)))
FINISHED = Column("finished", headed("n"), lambda result, arm: Cell(str(arm.finished)))


def extra_columns(result: StudyResult) -> list[Column]:
    """A column for each number that the task measures besides its main metric and loss, and the
    metric of the study."""
    entry = result.study.task.entry
    measures = (*entry.extra_metrics, *entry.end_metrics)
    shown = (entry.main, result.metric.name.removeprefix(VALIDATED))
    return [_extra(measure) for measure in measures if measure.name not in shown]


def _extra(measure: Measure) -> Column:
    def cell(result: StudyResult, arm: ArmResult) -> Cell:
        value = arm.extra[measure.name]
        text = percent_text if measure.share else mean_text
        return Cell(text(value.mean, value.half, arm.score.n))

    return Column(f"extra {measure.name}", headed(measure.title, INTERVAL_NOTE), cell)


KEPT = Column(
    "kept",
    headed("Kept epoch", "mean, range; lowest validation loss"),
    lambda result, arm: Cell(epochs_text(arm.kept.mean, arm.kept.first, arm.kept.last)),
    applies=lambda result: result.study.stops_early,
)

# What it cost


def _parameters(result: StudyResult, arm: ArmResult) -> Cell:
    attention, total = arm.parameters
    if total is None:
        return Cell(MISSING)
    line = f"{total:,} ({attention:,})" if attention else f"{total:,}"
    return Cell(f"{attention or 0:,}", (f"of {total:,}",), line)


def _seconds(result: StudyResult, arm: ArmResult) -> Cell:
    if math.isnan(arm.seconds):
        return Cell(MISSING)
    return Cell(figures_text(arm.seconds, 2), line=f"{arm.seconds:.1f}")


PARAMETERS = Column(
    "parameters",
    headed("Parameters", "attention of all", "parameters (attention)"),
    _parameters,
)
SECONDS = Column("seconds", headed("Seconds", "a run", "s/run"), _seconds)

# How it compares


def _difference_heading(result: StudyResult) -> Heading:
    wide = ", corrected for all arms" if len(result.compared) > 1 else ""
    unit = "percentage points, " if result.metric.share else ""
    same = pairs_or(result, ", same seeds", "")
    return Heading("Difference to the reference", f"{unit}95 % interval{wide}{same}")


def _difference(result: StudyResult, arm: ArmResult) -> Cell:
    if arm.is_reference:
        return Cell(arm.verdict.value)
    difference = arm.difference
    text = points_text if result.metric.share else difference_text
    words = text(difference.mean, difference.low, difference.high)
    return Cell(words, (direction_text(arm),))


def p_cell(result: StudyResult, arm: ArmResult) -> Cell:
    """The p that the verdict rests on; a dash where none of these pairs could have decided."""
    if arm.is_reference:
        return Cell(MISSING)
    notes = (CANNOT_DECIDE,) if arm.comparison and not arm.comparison.can_decide else ()
    return Cell(p_text(arm.p_shown).removeprefix("p = ").removeprefix("p "), notes)


def _number(value: float, form: str, unit: str = "") -> Cell:
    return Cell(MISSING if math.isnan(value) else signed(f"{value:{form}}{unit}"))


def _pairs_won(result: StudyResult, arm: ArmResult) -> Cell:
    """In what share of the pairs the arm was the better one; the higher one where neither is."""
    higher = arm.difference.improvement
    return _number(100 * (1 - higher if result.metric.helping < 0 else higher), ".0f", " %")


def _verdict(result: StudyResult, arm: ArmResult) -> Cell:
    if arm.is_reference:
        return Cell(arm.verdict.value)
    return Cell(f"{arm.verdict.sign} {arm.verdict_text}".strip(), (arm.basis,), is_strong=True)


DIFFERENCE = Column(
    "difference",
    _difference_heading,
    _difference,
)
P = Column("p", headed("p", "corrected for all arms"), p_cell)
EFFECT_SIZE = Column(
    "effect size",
    lambda result: Heading(
        "Effect size", f"Cohen's d {pairs_or(result, 'of the pairs', 'pooled')}"
    ),
    lambda result, arm: _number(arm.difference.d, "+.2f"),
)
PAIRS_WON = Column(
    "pairs won",
    lambda result: Heading(
        "Pairs won" if result.metric.helping else "Pairs higher",
        f"share of {pairs_or(result, 'seeds', 'all pairs of runs')}, ties half",
    ),
    _pairs_won,
)
VERDICT = Column("verdict", headed("Verdict", "and what it rests on"), _verdict, is_text=True)

# What its attention found


def _hit_heading(result: StudyResult) -> Heading:
    entry = result.study.task.entry
    counted = (
        "of the samples" if is_truth_per_sample(result.study) else "seeds, largest weight there"
    )
    note = ", ".join([counted, *level_in_head(_truth_levels(result))])
    return Heading(f"Found {entry.sought}", note, f"attention peaks at {entry.sought}")


def _hit(result: StudyResult, arm: ArmResult) -> Cell:
    truth = arm.attention
    if truth is None:
        return Cell(MISSING)
    notes = tuple(level_in_cell(_truth_levels(result), truth.chance))
    if is_truth_per_sample(result.study):
        text = samples_text(truth.hit, truth.hit_half)
        return Cell(text, notes, f"in {text} of the samples")
    text = share_text(truth.hit, truth.n)
    return Cell(text, notes, f"in {text} seeds")


def _on_truth(result: StudyResult, arm: ArmResult) -> Cell:
    truth: TruthFound | None = arm.attention
    return Cell(MISSING if truth is None else mean_text(truth.mass, truth.mass_half, truth.n))


def has_truth(result: StudyResult) -> bool:
    """Whether the task plants something for attention to find."""
    return bool(result.study.task.truth_axis)


def _both_by_chance(truth: TruthFound | None) -> Cell:
    if truth is None:
        return Cell(MISSING)
    levels = dict.fromkeys(level_text([each]) for each in (truth.chance, truth.mass_chance))
    return Cell(", ".join(levels))


HIT = Column("hit", _hit_heading, _hit, applies=has_truth)
ON_TRUTH = Column(
    "on truth",
    lambda result: Heading(
        f"Attention on {result.study.task.entry.truth_words}", INTERVAL_NOTE, "attention on it"
    ),
    _on_truth,
    applies=has_truth,
)
TRUTH_CHANCE = Column(
    "truth chance",
    headed("Both by chance"),
    lambda result, arm: _both_by_chance(arm.attention),
    applies=lambda result: len(_truth_levels(result)) > 1,
)
