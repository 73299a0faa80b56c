"""Whether attention found what a task planted, for each arm."""

from __future__ import annotations

import json
from typing import NamedTuple

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.spec import Study
from attnlab.tasks import measures as measure


def is_truth_per_sample(study: Study) -> bool:
    """Whether every sample has its own truth, so that samples count and not seeds."""
    return bool(study.task.truth_axis) and not study.task.truth


class TruthFound(NamedTuple):
    """Whether the attention of one arm found what its task planted.

    - n: the seeds that this rests on
    - hit: the share of seeds, or of samples where each has a truth of its own, in which the largest
      weight lies on the truth; hit_half: the half-width of its 95 % t-interval over seeds, NaN
      where seeds are counted
    - mass, mass_half: the mean share of attention on the truth, with its 95 % t-interval: the
      metric of this name, over all places of a network where it is measured
    - chance, mass_chance: the levels of hit and of mass by guessing
    """

    n: int
    hit: float
    hit_half: float
    mass: float
    mass_half: float
    chance: float
    mass_chance: float


def found_truth(
    traces: pd.DataFrame, study: Study, measured: pd.DataFrame | None = None
) -> dict[str, TruthFound]:
    """Return for every arm whether its attention found the truth, at each run's last epoch.

    By label, for each arm of the study that has a trace on the truth's axis. Empty for a task
    without planted truth.

    Where the truth is the same in every sample, `hit` is the share of seeds whose mean attention
    in `traces` peaks at the truth of the arm's own task. Where every sample has a truth of its own,
    it is the mean share of samples in which attention peaks there, from `measured`: a row per arm,
    seed, epoch, axis and measure, with its value. `mass` is always that of `measured`; of mean
    attention only where that is missing.
    """
    if is_truth_per_sample(study):
        return _found_by_sample(measured, study)
    by_arm = {}
    on_truth = _stored(measured, "mass")
    last = last_traces(traces)
    for arm in study.arms:
        truth = study.task_of(arm).truth
        of_arm = _on_truth(last[last["arm"] == arm.label], study)
        weights = [_mean_weights(trace) for _, trace in of_arm.groupby("seed")]
        if not (truth and weights):
            continue
        by_seed = np.stack(weights)
        planted = np.isin(np.arange(by_seed.shape[1]), truth)
        chance = float(measure.chance(planted))
        mass = mean_interval(on_truth.get(arm.label, measure.mass(by_seed, planted)))
        by_arm[arm.label] = TruthFound(
            n=len(by_seed),
            hit=float(measure.hit(by_seed, planted).mean()),
            hit_half=float("nan"),
            mass=mass.mean,
            mass_half=mass.half,
            chance=chance,
            mass_chance=chance,
        )
    return by_arm


def over_places(measured: pd.DataFrame, name: str) -> pd.DataFrame:
    """A measure of each arm, seed and epoch as `value`: where several places of a network have
    attention that was measured, their mean."""
    rows = measured[measured["name"] == name]
    means = rows.groupby(["arm", "seed", "epoch"], sort=False)["value"].mean()
    return means.reset_index()


def _stored(measured: pd.DataFrame | None, name: str) -> dict[str, np.ndarray]:
    """A measure of each seed's last epoch, by the label of each arm that has it."""
    if measured is None:
        return {}
    rows = over_places(measured, name).sort_values("epoch")
    last = rows.groupby(["arm", "seed"])["value"].last().dropna()
    return {str(label): own.to_numpy() for label, own in last.groupby("arm", sort=False)}


def _found_by_sample(measured: pd.DataFrame | None, study: Study) -> dict[str, TruthFound]:
    by_arm: dict[str, TruthFound] = {}
    if measured is None:
        return by_arm
    on_truth, levels = _stored(measured, "mass"), _stored(measured, "chance")
    for arm in study.arms:
        of_arm = _on_truth(measured[measured["arm"] == arm.label], study)
        of_arm = of_arm[of_arm["name"].isin(("hit", "chance"))]
        if of_arm.empty:
            continue
        is_last = of_arm["epoch"] == of_arm.groupby("seed")["epoch"].transform("max")
        values = of_arm[is_last].pivot(index="seed", columns="name", values="value")
        hit, mass = mean_interval(values["hit"]), mean_interval(on_truth.get(arm.label, []))
        by_arm[arm.label] = TruthFound(
            n=len(values),
            hit=hit.mean,
            hit_half=hit.half,
            mass=mass.mean,
            mass_half=mass.half,
            chance=float(values["chance"].mean()),
            mass_chance=float(levels[arm.label].mean()),
        )
    return by_arm


def last_traces(traces: pd.DataFrame) -> pd.DataFrame:
    """The rows of each run's last epoch."""
    if traces.empty:
        return traces
    last = traces.groupby(["arm", "seed"])["epoch"].transform("max")
    return traces[traces["epoch"] == last]


class Axes(NamedTuple):
    """A trace axis such as "block1/head,query,step" in its parts."""

    slot: str
    leading: tuple[str, ...]
    weighed: str


def axes_of(axis: str) -> Axes:
    """The slot of a trace axis, the axes with several sets of weights, and the weighed axis."""
    slot, _, names = axis.rpartition("/")
    *leading, weighed = names.split(",")
    return Axes(slot, tuple(leading), weighed)


def weighed_axis(axis: str) -> str:
    """What a trace axis has weights for: "channel" of "block1/channel", "step" of "head,step"."""
    return axes_of(axis).weighed


def weighed_place(axis: str) -> str:
    """What is weighed and where, whichever heads or queries weigh it: "block1/channel", "step"."""
    slot, _, weighed = axes_of(axis)
    return f"{slot}/{weighed}" if slot else weighed


def heads_first(axis: str, weights: np.ndarray) -> tuple[str, np.ndarray]:
    """The weights of one trace with at most one axis for heads, first, then one for queries.

    Where both sentences and their words are queries, this averages over the words.
    """
    slot, leading, weighed = axes_of(axis)
    if leading.count("query") > 1:
        inner = len(leading) - 1 - leading[::-1].index("query")
        weights = weights.mean(axis=inner)
        leading = (*leading[:inner], *leading[inner + 1 :])
    if "head" in leading:
        weights = np.moveaxis(weights, leading.index("head"), 0)
        leading = ("head", *(name for name in leading if name != "head"))
    name = ",".join((*leading, weighed))
    return (f"{slot}/{name}" if slot else name), weights


def truth_on(study: Study, arm: str, axis: str) -> tuple[int, ...]:
    """The positions that the task of this arm planted on a trace axis; empty on other axes.

    Positions have a meaning at the task's own slot only, not inside the blocks of a network.
    """
    task = study.task_of(arm)
    at_slot = "/" not in axis and weighed_axis(axis) == task.truth_axis
    return task.truth if at_slot else ()


def position_names(study: Study, arm: str, axis: str) -> tuple[str, ...]:
    """The names of what is weighed on a trace axis, where it is the features that the task of this
    arm gives; else empty."""
    at_slot = axes_of(axis) == Axes("", (), "feature") or axis.endswith(",feature")
    task = study.task_of(arm)
    return task.input_names if at_slot and task.entry.slot == "features" else ()


def _on_truth(rows: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The rows on the first axis that weighs the axis of the task's truth."""
    fitting = [
        axis for axis in rows["axis"].unique() if weighed_axis(axis) == study.task.truth_axis
    ]
    if study.task.truth:
        fitting = [axis for axis in fitting if "/" not in axis]
    return rows[rows["axis"] == min(fitting)] if fitting else rows.iloc[:0]


def _mean_weights(trace: pd.DataFrame) -> np.ndarray:
    """One trace as flat weights (n,): the mean over heads and queries."""
    weights = trace.sort_values("index")["weight"].to_numpy(dtype=float)
    leading = len(axes_of(trace["axis"].iloc[0]).leading)
    if not leading:
        return weights
    shape = json.loads(trace["shape"].iloc[0])
    return weights.reshape(shape).mean(axis=tuple(range(leading)))
