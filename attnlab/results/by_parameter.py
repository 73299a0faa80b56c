"""Results by what a study varies: the rows behind doses, grids and parallel coordinates."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from attnlab.analysis.varied import Varied
from attnlab.results.frames import verdicts_frame
from attnlab.results.model import StudyResult


def doses(result: StudyResult, parameter: Varied) -> pd.DataFrame:
    """A row per value of one parameter, and one for each reference: dose, label, title, score, low,
    high, n, is_reference.

    A reference that has the parameter too (in a study held against one of its own doses) is a dose
    like the others. References that differ in it, as those of a task's parameter do, have their
    values; one that all are compared with has none.
    """
    beside = parameter.beside if len(set(parameter.beside.values())) > 1 else {}
    values = {**beside, **parameter.values}
    return pd.DataFrame(
        [
            {
                "dose": values.get(arm.label, math.nan),
                "label": arm.label,
                "title": arm.title,
                "score": arm.score.mean,
                "low": arm.score.low,
                "high": arm.score.high,
                "n": arm.score.n,
                "is_reference": arm.label not in parameter.values,
            }
            for arm in result.arms
            if arm.label in parameter.values or (arm.is_reference and not arm.is_control)
        ],
        columns=["dose", "label", "title", "score", "low", "high", "n", "is_reference"],
    )


def controls(result: StudyResult, parameter: Varied) -> pd.DataFrame:
    """A row per control of the arms of one parameter: kind, dose (missing where it belongs to
    several), label, score, low, high, n."""
    rows = [
        {
            "kind": kind,
            "dose": math.nan if value is None else value,
            "label": label,
            "score": result.arm(label).score.mean,
            "low": result.arm(label).score.low,
            "high": result.arm(label).score.high,
            "n": result.arm(label).score.n,
        }
        for kind, values in parameter.controls.items()
        for label, value in values.items()
    ]
    return pd.DataFrame(rows, columns=["kind", "dose", "label", "score", "low", "high", "n"])


def grid(result: StudyResult, x: Varied, y: Varied) -> pd.DataFrame:
    """A row per arm of a grid of two parameters: the columns of `verdicts_frame`, x and y."""
    frame = verdicts_frame(result)
    taken = frame[frame["label"].isin(x.values)]
    return taken.assign(x=taken["label"].map(x.values), y=taken["label"].map(y.values)).reset_index(
        drop=True
    )


def parameters(result: StudyResult, every: Sequence[Varied]) -> pd.DataFrame:
    """A row per arm: label, title, score, and each parameter by its key, such as "task units"."""
    return pd.DataFrame(
        [
            {
                "label": arm.label,
                "title": arm.title,
                "score": arm.score.mean,
                **{each.key: each.values[arm.label] for each in every},
            }
            for arm in result.arms
            if arm.label in every[0].values
        ],
        columns=["label", "title", "score", *(each.key for each in every)],
    )
