"""What stands beside an inspection: the other seeds of the arm, and the arm without the module."""

from __future__ import annotations

from typing import Any

import pandas as pd

from attnlab.analysis.agreement import seeds_agreement
from attnlab.analysis.intervals import mean_interval
from attnlab.inspection.found import ROWS
from attnlab.spec import TESTED, Study
from attnlab.store import Status, Store

SEEDS_AGREE, NEEDED = "seeds agree", "retrained ablation"
NAN = float("nan")


def rows_beside(store: Store, study_id: str, arm: str) -> pd.DataFrame:
    """How far the mean traces of an arm's seeds agree, a row for each trace; and what the arm does
    better than one that was trained without the module, with the columns `ROWS`.

    The retrained ablation is the mean difference over the seeds of both, on the test samples: in
    accuracy, or, where there is none, by how much the loss is lower.
    """
    rows: list[tuple[Any, ...]] = []
    traces = store.traces(study_id, "last")
    for axis, of_axis in traces[traces["arm"] == arm].groupby("axis", sort=False):
        table = of_axis.pivot(index="seed", columns="index", values="weight")
        agreement = seeds_agreement(table.to_numpy(dtype=float))
        known = agreement == agreement
        why = "it takes two seeds whose mean attention is not the same everywhere"
        rows.append((axis, SEEDS_AGREE, agreement, NAN, 0.0, len(table), "" if known else why))
    study = store.study(study_id).study
    rows.append(_needed(study, store.runs(study_id), arm))
    return pd.DataFrame(rows, columns=list(ROWS))


def ablated(study: Study, arm: str) -> str | None:
    """The arm that is trained as this one without any module; None where the study has none."""
    task, training = study.task_of(arm), study.training_of(arm)
    for other in study.arms:
        if other.module.entry.fills or study.task_of(other) != task:
            continue
        if study.training_of(other) == training:
            return other.label
    return None


def _needed(study: Study, runs: pd.DataFrame, arm: str) -> tuple[Any, ...]:
    without = ablated(study, arm)
    if without is None:
        note = "the study has no arm with the same task and training and an empty slot"
        return ("", NEEDED, NAN, NAN, NAN, 0, note)
    has_accuracy = study.task_of(arm).has_accuracy
    column = TESTED + ("accuracy" if has_accuracy else "loss")
    finished = runs[runs["status"] == Status.FINISHED]
    if column not in finished:
        return ("", NEEDED, NAN, NAN, NAN, 0, "the runs were not tested")
    scores = finished.pivot(index="seed", columns="arm", values=column)
    if without not in scores or arm not in scores:
        return ("", NEEDED, NAN, NAN, NAN, 0, f"no run of {without} has finished")
    difference = scores[arm] - scores[without]
    found = mean_interval(difference if has_accuracy else -difference)
    return ("", NEEDED, found.mean, found.half, 0.0, found.n, "")
