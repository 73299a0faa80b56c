"""Whether attention found what a task planted: one row an arm."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from attnlab import measures as measure
from attnlab.analysis.intervals import mean_interval
from attnlab.spec import Study

_FOUND = ["arm", "n", "found", "mass", "mass_half", "chance"]


def found_truth(
    traces: pd.DataFrame, study: Study, measured: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Say for every arm whether the attention found the truth, at each run's last epoch.

    A row per arm of the study that has a trace on the truth's axis. Columns: arm, n (seeds), found,
    mass and mass_half (the mean attention on the truth and its 95 % t-interval's half-width),
    chance (the level of both by guessing). Empty for a task without planted truth.

    Where the truth is the same in every sample, `found` is the share of seeds whose mean attention
    in `traces` peaks at the truth of the arm's own task. Where every sample has a truth of its own,
    it is the mean share of samples in which attention peaks there, from `measured`: a row per arm,
    seed, epoch, axis and measure, with its value.
    """
    if study.task.entry.truth_axis and not study.task.truth:
        return _found_by_sample(measured, study)
    rows = []
    last = last_traces(traces)
    for arm in study.arms:
        truth = study.task_of(arm).truth
        own = _on_truth(last[last["arm"] == arm.label], study)
        weights = [_mean_weights(seed) for _, seed in own.groupby("seed")]
        if not (truth and weights):
            continue
        weights = np.stack(weights)
        planted = np.isin(np.arange(weights.shape[1]), truth)
        on_truth = mean_interval(measure.mass(weights, planted))
        rows.append(
            {
                "arm": arm.label,
                "n": len(weights),
                "found": float(measure.hit(weights, planted).mean()),
                "mass": on_truth.mean,
                "mass_half": on_truth.half,
                "chance": float(measure.chance(planted)),
            }
        )
    return pd.DataFrame(rows, columns=_FOUND)


def _found_by_sample(measured: pd.DataFrame | None, study: Study) -> pd.DataFrame:
    rows = []
    for arm in study.arms if measured is not None else ():
        own = _on_truth(measured[measured["arm"] == arm.label], study)
        own = own[own["name"].isin(("hit", "mass", "chance"))]
        if own.empty:
            continue
        last = own["epoch"] == own.groupby("seed")["epoch"].transform("max")
        values = own[last].pivot(index="seed", columns="name", values="value")
        on_truth = mean_interval(values["mass"])
        rows.append(
            {
                "arm": arm.label,
                "n": len(values),
                "found": float(values["hit"].mean()),
                "mass": on_truth.mean,
                "mass_half": on_truth.half,
                "chance": float(values["chance"].mean()),
            }
        )
    return pd.DataFrame(rows, columns=_FOUND)


def last_traces(traces: pd.DataFrame) -> pd.DataFrame:
    """The rows of each run's last epoch."""
    if traces.empty:
        return traces
    last = traces.groupby(["arm", "seed"])["epoch"].transform("max")
    return traces[traces["epoch"] == last]


def weighed_axis(axis: str) -> str:
    """What a trace axis has weights for: "channel" of "block1/channel", "step" of "head,step"."""
    return axis.rpartition("/")[2].rpartition(",")[2]


def truth_on(study: Study, arm: str, axis: str) -> tuple[int, ...]:
    """What the task of the arm with this label planted on a trace axis; empty on other axes.

    Positions mean something at the task's own slot alone, not inside the blocks of a network.
    """
    at_slot = "/" not in axis and weighed_axis(axis) == study.task.entry.truth_axis
    return study.task_of(arm).truth if at_slot else ()


def _on_truth(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The rows on the first axis that weighs what the task's truth is about."""
    fitting = [
        axis for axis in rows["axis"].unique() if weighed_axis(axis) == study.task.entry.truth_axis
    ]
    if study.task.truth:
        fitting = [axis for axis in fitting if "/" not in axis]
    return rows[rows["axis"] == min(fitting)] if fitting else rows.iloc[:0]


def _mean_weights(trace: pd.DataFrame) -> np.ndarray:
    """One trace as flat weights (n,): several heads or queries are averaged."""
    weights = trace.sort_values("index")["weight"].to_numpy(dtype=float)
    leading = trace["axis"].iloc[0].rpartition("/")[2].count(",")
    if not leading:
        return weights
    shape = json.loads(trace["shape"].iloc[0])
    return weights.reshape(shape).mean(axis=tuple(range(leading)))
