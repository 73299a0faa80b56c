"""Results as DataFrames, for the Python surface, CSV files and JSON: their columns by name."""

from __future__ import annotations

import math

import pandas as pd

from attnlab.analysis.attention import TruthFound
from attnlab.analysis.statistics import Comparison
from attnlab.results.model import ArmResult, StudyResult
from attnlab.results.questions import question
from attnlab.results.wording import direction_text
from attnlab.spec import Study
from attnlab.wording import seeds_text

ARMS, CONTRASTS = "arms", "contrasts"
"""The families of comparisons: with the reference, and those planned beside them."""

_NOTHING_FOUND = TruthFound(0, *[math.nan] * 6)


def scores_frame(result: StudyResult) -> pd.DataFrame:
    """A row per run that has a score: arm, seed, value."""
    rows = [(arm.label, seed, value) for arm in result.arms for seed, value in sorted_scores(arm)]
    frame = pd.DataFrame(rows, columns=["arm", "seed", "value"])
    return frame.astype({"arm": str, "seed": "int64", "value": "float64"})


def sorted_scores(arm: ArmResult) -> list[tuple[int, float]]:
    """An arm's scores as (seed, value), by seed."""
    return sorted(arm.scores.items())


def verdicts_frame(result: StudyResult) -> pd.DataFrame:
    """A row per arm, compared with its reference.

    Columns:
    - family: "arms", or of `contrasts_frame` "contrasts": p and intervals are corrected within it
    - question: what a contrast asks; "" for an arm
    - label, is_reference, against: the label of the arm it is compared with, "" for a reference
    - n, score, score_low, score_high: the arm's own runs, their mean and its 95 % t-interval
    - pairs, difference, p, exact, d, improvement: see `analysis.statistics.Comparison`, over the
      seeds that the verdict rests on
    - low, high: the interval of the difference, NaN where so few pairs give none; interval: what it
      is, "sign-flip", "permutation" of runs that are no pairs (`pairs` is 0), or "";
      interval_level: its level, 0.05 where one arm is compared (see
      `analysis.statistics.holm_levels`)
    - p_looks: p adjusted for earlier looks, p itself where there were none
    - p_holm: that, after Holm's correction over all arms of the study
    - margin: the plan's, below which a difference is practically none; NaN without one
    - p_same: of the two one-sided tests that the difference is smaller than it, the larger one; to
      be below 0.05 over the number of comparisons
    - verdict: one of `results.verdict.Verdict`
    - final: whether all seeds are there that it is to rest on, but for those that failed in an arm
      that has ended
    - shown: the smallest true difference that these pairs could have shown, with power 0.8 at 0.05
      over the number of arms; seeds_needed: with how many pairs a new study could show half of it,
      or, where nothing could be shown, could show anything
    - exploratory: whether seeds were added beyond those that the verdict rests on. They count for
      the score, and for nothing else
    - planned_difference, planned_p_holm: the same as difference and p_holm
    - basis: a sentence or some that say what the verdict rests on
    - title, attention_parameters, total_parameters, seconds: the mean of a run
    - seeds: which the scores are of, in words
    - new_low, new_high: on a fixed data set the approximate interval of the difference for new data
      like these (see `analysis.new_data`), at `interval_level`; NaN elsewhere
    - asked, takes, reaches: the half-width that the plan asks for, how many seeds that takes by the
      first stage, and how far those of the study were to reach; NaN where it asks for none
    - learning_rate: what the arm trained at; NaN until it is chosen, of a study that chooses it
    - collapsed: the seeds of runs that learned next to nothing among others that did well, "3, 11"
    """
    rows = [_verdict_row(arm, ARMS) for arm in result.arms]
    return pd.DataFrame({name: [row[name] for row in rows] for name in rows[0]})


def contrasts_frame(result: StudyResult) -> pd.DataFrame:
    """A row per planned contrast: an arm, compared with another one; columns as `verdicts_frame`
    has them."""
    rows = [
        _verdict_row(arm, CONTRASTS, question(result.study, arm.label, arm.against))
        for arm in result.contrasts
    ]
    return pd.DataFrame(rows, columns=verdicts_frame(result).columns)


def families_frame(result: StudyResult) -> pd.DataFrame:
    """The rows of `verdicts_frame`, and below them those of `contrasts_frame`; with the column
    task."""
    arms = verdicts_frame(result)
    if result.contrasts:
        arms = pd.concat([arms, contrasts_frame(result)], ignore_index=True)
    return with_task(arms, result.study, "label")


def with_task(rows: pd.DataFrame, study: Study, label: str = "arm") -> pd.DataFrame:
    """The rows with the column task at the end: what each arm is trained on, and its data set where
    the task has several (`TaskSpec.stream`)."""
    streams = {arm.label: study.task_of(arm).stream for arm in study.arms}
    return rows.assign(task=rows[label].map(streams))


def _verdict_row(arm: ArmResult, family: str, asks: str = "") -> dict[str, object]:
    difference, comparison, grounds = arm.difference, arm.comparison, arm.grounds
    is_exploratory = comparison is not None and comparison.is_exploratory
    new = comparison.for_new_data if comparison else None
    asked = comparison.asked if comparison else None
    same = comparison.equivalence if comparison else None
    return {
        "family": family,
        "question": asks,
        "label": arm.label,
        "is_reference": arm.is_reference,
        "against": arm.against,
        "n": arm.score.n,
        "score": arm.score.mean,
        "score_low": arm.score.low,
        "score_high": arm.score.high,
        "pairs": difference.n if difference.sizes is None else 0,
        "difference": difference.mean,
        "low": difference.low if difference.is_bounded else math.nan,
        "high": difference.high if difference.is_bounded else math.nan,
        "interval": _test(difference) if difference.is_bounded else "",
        "interval_level": difference.level,
        "p": difference.p,
        "exact": difference.exact,
        "d": difference.d,
        "improvement": difference.improvement,
        "p_looks": comparison.p_looks if comparison else math.nan,
        "p_holm": arm.p_corrected,
        "margin": same.margin if same else math.nan,
        "p_same": same.p if same else math.nan,
        "verdict": arm.verdict.value,
        "final": arm.is_final,
        "shown": arm.smallest_shown,
        "seeds_needed": grounds.seeds_needed if grounds else math.nan,
        "exploratory": is_exploratory,
        "planned_difference": difference.mean,
        "planned_p_holm": arm.p_corrected,
        "basis": arm.basis,
        "title": arm.title,
        "attention_parameters": arm.parameters.attention,
        "total_parameters": arm.parameters.total,
        "seconds": arm.seconds,
        "seeds": seeds_text(sorted(arm.scores)) if arm.scores else "",
        "new_low": new.low if new else math.nan,
        "new_high": new.high if new else math.nan,
        "asked": asked.half if asked else math.nan,
        "takes": asked.takes if asked else math.nan,
        "reaches": asked.reaches if asked else math.nan,
        "learning_rate": arm.learning_rate,
        "collapsed": ", ".join(map(str, arm.collapsed)),
    }


def _test(difference: Comparison) -> str:
    return "sign-flip" if difference.sizes is None else "permutation"


def accuracy_frame(result: StudyResult) -> pd.DataFrame:
    """A row per arm of a study judged by accuracy (see `judge.judge_by_accuracy`).

    Columns:
    - label, title, is_reference: whether it is compared with nothing
    - attention_parameters, total_parameters (missing until known)
    - chance: what guessing scores in the arm's own task, mostly an accuracy
    - n: finished seeds; accuracy, accuracy_half: validation accuracy, its 95 % t-interval's
      half-width (NaN below two seeds); NaN of a task without accuracy, whose main metric is among
      the measures below
    - kept, kept_first, kept_last: the epoch whose weights a seed has: mean, earliest and latest
    - difference, difference_low, difference_high: accuracy minus that of what the arm is compared
      with over the `pairs` seeds that finished in both, with its 95 % interval; NaN for a reference
    - words: "reference", or how the arm's accuracy differs: "higher on these seeds", "lower on
      these seeds", "no difference shown on these seeds", "no pairs yet", or how many seeds are
      missing for a verdict
    - each measure of the task's own by its name, and with `_half` its interval's half-width
    - found, found_half, found_n, found_chance, mass, mass_half, mass_chance: see
      `analysis.attention.TruthFound`
    - seconds: mean seconds of a run
    """
    counts = {"attention_parameters": "Int64", "total_parameters": "Int64"}
    rows = [_accuracy_row(arm, result.study.task_of(arm.label).has_accuracy) for arm in result.arms]
    return pd.DataFrame(rows).astype(counts)


def _accuracy_row(arm: ArmResult, is_accuracy: bool) -> dict[str, object]:
    truth = arm.attention or _NOTHING_FOUND
    extra: dict[str, float] = {}
    for name, interval in arm.extra.items():
        extra |= {name: interval.mean, f"{name}_half": interval.half}
    return {
        "label": arm.label,
        "title": arm.title,
        "is_reference": arm.is_reference,
        "attention_parameters": arm.parameters.attention,
        "total_parameters": arm.parameters.total,
        "chance": arm.chance,
        "n": arm.score.n,
        "accuracy": arm.score.mean if is_accuracy else math.nan,
        "accuracy_half": arm.score.half if is_accuracy else math.nan,
        "kept": arm.kept.mean,
        "kept_first": arm.kept.first,
        "kept_last": arm.kept.last,
        "difference": arm.difference.mean,
        "difference_low": arm.difference.low if arm.difference.is_bounded else math.nan,
        "difference_high": arm.difference.high if arm.difference.is_bounded else math.nan,
        "pairs": arm.difference.n,
        "words": direction_text(arm),
        **extra,
        "found": truth.hit,
        "found_half": truth.hit_half,
        "found_n": truth.n,
        "found_chance": truth.chance,
        "mass": truth.mass,
        "mass_half": truth.mass_half,
        "mass_chance": truth.mass_chance,
        "seconds": arm.seconds,
    }
