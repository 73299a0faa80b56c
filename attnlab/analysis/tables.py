"""The results of a study: a row an arm, compared with the reference over the seeds they share."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import NamedTuple

import pandas as pd

from attnlab.analysis.attention import found_truth
from attnlab.analysis.deciding import NOT_ENOUGH, REFERENCE, Word, words
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import compare
from attnlab.spec import Study

FINISHED = "finished"
"""The status of a run that trained to its end; only such runs count."""


class ArmParameters(NamedTuple):
    """Trainable parameters of an arm's network: of its attention alone, and altogether."""

    attention: int
    total: int


def results(
    study: Study,
    runs: pd.DataFrame,
    parameters: Mapping[str, tuple[int, int]],
    traces: pd.DataFrame,
    measured: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return a row per arm, in the study's order, from finished runs alone.

    `runs` has a row per run: arm, seed, status, seconds, kept_epoch, val_accuracy (of that epoch),
    and what the task measures besides, `val_` before its name.
    `parameters` gives `ArmParameters` (attention, total) by arm label; arms may be missing.
    `traces` is the long table of attention weights and `measured` that of its measures; both may be
    empty.

    Columns:
    - label, title, is_reference: whether it is compared with nothing
    - attention_parameters, total_parameters (missing until known)
    - chance: the accuracy of guessing in the arm's own task
    - n: finished seeds; accuracy, accuracy_half: validation accuracy, its 95 % t-interval's
      half-width (NaN below two seeds)
    - kept, kept_first, kept_last: the epoch whose weights a seed has: mean, earliest and latest
    - difference, difference_low, difference_high: accuracy minus that of what the arm is compared
      with (see `Study.references`) over the `pairs` seeds that finished in both, with the 95 %
      interval of the verdicts (see `statistics.Comparison`); NaN for a reference
    - words: "reference", or the verdict on the arm's accuracy (see `deciding.words`): "higher",
      "lower", "no difference shown", "no pairs yet", or how many seeds are missing for one
    - each measure of the task's own by its name, and with `_half` its interval's half-width
    - found, found_half, found_n, found_chance, mass, mass_half: see `attention.found_truth`
    - seconds: mean seconds of a run
    """
    finished = runs[runs["status"] == FINISHED]
    accuracy = {label: own.set_index("seed")["val_accuracy"] for label, own in _by_arm(finished)}
    seconds = {label: own["seconds"].mean() for label, own in _by_arm(finished)}
    kept = {label: own["kept_epoch"] for label, own in _by_arm(finished)}
    if measured is not None:
        measured = _of_runs(measured, finished)
    found = found_truth(_of_runs(traces, finished), study, measured).set_index("arm")
    nothing = pd.Series(dtype=float)
    against, shown = study.references, words(accuracy, study)
    rows = []
    for arm in study.arms:
        own = accuracy.get(arm.label, nothing)
        mean = mean_interval(own)
        is_reference = arm.label not in against
        reference = accuracy.get(against.get(arm.label), nothing)
        difference = compare(*(nothing if is_reference else own).align(reference))
        size = parameters.get(arm.label, (None, None))
        row = {
            "label": arm.label,
            "title": arm.title,
            "is_reference": is_reference,
            "attention_parameters": size[0],
            "total_parameters": size[1],
            "chance": study.task_of(arm).chance,
            "n": mean.n,
            "accuracy": mean.mean,
            "accuracy_half": mean.half,
            "kept": kept.get(arm.label, nothing).mean(),
            "kept_first": kept.get(arm.label, nothing).min(),
            "kept_last": kept.get(arm.label, nothing).max(),
            "difference": difference.mean,
            "difference_low": difference.low,
            "difference_high": difference.high,
            "pairs": difference.n,
            "words": REFERENCE if is_reference else _words(shown[arm.label]),
            **_own_measures(study, finished[finished["arm"] == arm.label]),
            "found": math.nan,
            "found_half": math.nan,
            "found_n": 0,
            "found_chance": math.nan,
            "mass": math.nan,
            "mass_half": math.nan,
            "seconds": seconds.get(arm.label, math.nan),
        }
        if arm.label in found.index:
            seen = found.loc[arm.label]
            row |= {"found": seen["found"], "found_half": seen["found_half"]}
            row |= {"found_n": int(seen["n"])}
            row |= {"found_chance": seen["chance"]}
            row |= {"mass": seen["mass"], "mass_half": seen["mass_half"]}
        rows.append(row)
    counts = {"attention_parameters": "Int64", "total_parameters": "Int64"}
    return pd.DataFrame(rows).astype(counts)


def _words(shown: Word) -> str:
    if shown.verdict == NOT_ENOUGH:
        of = f" of {shown.fewest}" if shown.pairs < shown.fewest < math.inf else ""
        return f"{NOT_ENOUGH} for a verdict ({shown.pairs}{of})"
    return shown.verdict


def _own_measures(study: Study, runs: pd.DataFrame) -> dict[str, float]:
    row = {}
    for own in study.task.entry.own:
        values = mean_interval(runs.get(f"val_{own.name}", []))
        row |= {own.name: values.mean, f"{own.name}_half": values.half}
    return row


def _by_arm(runs: pd.DataFrame):
    return runs.groupby("arm", sort=False)


def _of_runs(traces: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The traces that belong to these runs."""
    return traces.merge(runs[["arm", "seed"]].drop_duplicates(), on=["arm", "seed"])
