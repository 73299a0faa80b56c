"""Runs that failed, as far as they decide: is the verdict another one with them at chance?"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from attnlab.results.model import ArmResult
from attnlab.results.scores import KEYS
from attnlab.results.verdict import Verdict
from attnlab.spec import VALIDATED, Metric, Study, TaskSpec
from attnlab.store import Status
from attnlab.wording import counted, noun


def at_chance(
    scores: pd.DataFrame, runs: pd.DataFrame, study: Study, metric: Metric
) -> pd.DataFrame:
    """The scores (arm, seed, value) with each failed run at what guessing gives by this metric.

    Without change where nothing failed, or where nobody knows what guessing gives.
    """
    failed = runs.loc[runs["status"] == Status.FAILED, KEYS]
    by_arm = {arm.label: chance_by(metric, study.task_of(arm)) for arm in study.arms}
    added = failed.assign(value=failed["arm"].map(by_arm).astype("float64"))
    added = added.dropna(subset=["value"])
    return pd.concat([scores, added], ignore_index=True) if len(added) else scores


def chance_by(metric: Metric, task: TaskSpec) -> float:
    """What guessing gives by this metric in this task; NaN for metrics of which it is not known.

    The loss of guessing is the cross-entropy of equal shares, −ln accuracy. Balanced accuracy
    counts every class alike, however common it is.
    """
    name = metric.name.removeprefix(VALIDATED)
    if not task.has_accuracy:
        return _of_numbers(name, task)
    if name in ("auc", "roc_auc"):
        return 0.5
    if name == "balanced_accuracy":
        return 1 / len(task.class_names) if task.class_names else math.nan
    if name not in ("accuracy", "loss", "log_loss"):
        return math.nan
    accuracy = task.chance
    if name == "accuracy":
        return accuracy
    return -math.log(accuracy) if accuracy > 0 else math.nan


def _of_numbers(name: str, task: TaskSpec) -> float:
    """What whoever always says the mean gets where the answer is a standardised number."""
    if name == task.entry.main:
        return task.chance
    return {"loss": 1.0, "r2": 0.0, "auc": 0.5}.get(name, math.nan)


def that_depend(
    arms: Sequence[ArmResult], with_failed: Sequence[ArmResult], runs: pd.DataFrame
) -> list[ArmResult]:
    """The results, with `DEPENDS` where the failed runs at chance change the verdict.

    `with_failed` are the same arms judged with them, in the same order. Where an arm and what it is
    compared with failed at the same seeds, nothing depends on that.
    """
    failed: Mapping[str, set[int]] = {
        str(label): set(rows["seed"])
        for label, rows in runs[runs["status"] == Status.FAILED].groupby("arm")
    }
    return [
        _depending(arm, again, failed)
        if failed.get(arm.label, set()) != failed.get(arm.against, set())
        else arm
        for arm, again in zip(arms, with_failed, strict=True)
    ]


def _depending(arm: ArmResult, again: ArmResult, failed: Mapping[str, set[int]]) -> ArmResult:
    if arm.is_reference or again.verdict == arm.verdict or not again.is_final:
        return arm
    if again.verdict in (Verdict.NOT_ENOUGH, Verdict.NO_PAIRS):
        return arm
    count = len(failed.get(arm.label, set()) ^ failed.get(arm.against, set()))
    reason = (
        f"{counted(count, 'run')} failed here or in the reference alone. Without "
        f"{noun(count, 'it', 'them')}: {arm.verdict}; at what guessing gives: {again.verdict}."
    )
    grounds = arm.grounds
    if grounds is not None:
        grounds = replace(grounds, sentences=f"{reason} {grounds.sentences}")
    return replace(arm, verdict=Verdict.DEPENDS, grounds=grounds)
