"""The score of each run: the number its study is judged by, or any other that is stored."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from attnlab.analysis.attention import over_places
from attnlab.results.rows import StudyRows
from attnlab.spec import ON_TEST, TESTED, VALIDATED, Judging, Metric, is_possible
from attnlab.store import Status

KEYS = ["arm", "seed"]


def score_of_each_run(
    rows: StudyRows, metric: Metric, rule: Judging, *, interim: bool = False
) -> pd.DataFrame:
    """Return a row per finished run that has the score: arm, seed, value.

    With `interim`, runs that are still training count with what their latest epoch gave, on the
    validation samples as they are not tested yet. `rule` says how the score is read of a run. Of
    time, seeds that trained together give one score. Where several places of a network have
    attention that was measured, their mean counts.
    """
    counted = [Status.FINISHED, Status.RUNNING] if interim else [Status.FINISHED]
    runs = rows.runs[rows.runs["status"].isin(counted)]
    match metric.kind:
        case "curve" | "end" if rule.score in ON_TEST:
            scores = _column(runs, TESTED + metric.name.removeprefix(VALIDATED))
            if rule.score == "test":
                latest = _column(runs, metric.name)["value"]
                scores["value"] = scores["value"].where(runs["status"] != Status.RUNNING, latest)
        case "curve" if rule.score == "mean":
            scores = _mean_of_last(_of(rows.curves, runs), metric.name, rule.last)
        case "curve" | "end" | "inspected":
            scores = _column(runs, metric.name)
        case "attention":
            scores = _attention(_of(rows.measured, runs), metric.name, rule)
        case "size":
            totals = {label: size.total for label, size in rows.parameters.items()}
            known = {label: total for label, total in totals.items() if total is not None}
            scores = runs[KEYS].assign(value=runs["arm"].map(known).astype("float64"))
        case _:
            scores = _column(_one_of_each_clock(runs, rows.curves), "seconds")
    return scores.dropna(subset=["value"]).reset_index(drop=True)


def by_arm(
    scores: pd.DataFrame, arms: Sequence[str], seeds: Sequence[int]
) -> dict[str, np.ndarray]:
    """The scores of each arm (seeds,), NaN where it has none."""
    table = scores.pivot(index="seed", columns="arm", values="value")
    table = table.reindex(index=list(seeds), columns=list(arms))
    return {label: table[label].to_numpy(dtype=float) for label in arms}


def seeds_in_order(scores: Mapping[int, float], seeds: Sequence[int]) -> np.ndarray:
    """The scores (seeds,) of one arm, NaN where it has none."""
    return np.array([scores.get(seed, np.nan) for seed in seeds], dtype=float)


def rule_for(metric: Metric, judging: Judging) -> Judging:
    """The plan's rule, or, if this metric has no such value, the value of the epoch kept."""
    if is_possible(judging.score, metric):
        return judging
    return judging.model_copy(update={"score": "final"})


def _column(runs: pd.DataFrame, name: str) -> pd.DataFrame:
    values = runs[name] if name in runs else float("nan")
    return runs[KEYS].assign(value=values).astype({"value": "float64"})


def _one_of_each_clock(runs: pd.DataFrame, curves: pd.DataFrame | None) -> pd.DataFrame:
    """The first run of those that trained together.

    Their seconds are shares of one measured time: to the last digit the same in the first epoch,
    in which all of them are there. Counted one by one they would be a sample where there is none.
    """
    first = _of(curves, runs)
    first = first.loc[first["epoch"] == first["epoch"].min(), [*KEYS, "seconds"]]
    return runs.merge(first.drop_duplicates(["arm", "seconds"])[KEYS], on=KEYS)


def _of(frame: pd.DataFrame | None, runs: pd.DataFrame) -> pd.DataFrame:
    """The rows that belong to these runs, in their order."""
    if frame is None:
        raise ValueError("the score of a run needs rows that were not read")
    return runs[KEYS].merge(frame, on=KEYS)


def _mean_of_last(frame: pd.DataFrame, name: str, last: int) -> pd.DataFrame:
    """The mean over each run's last epochs."""
    if name not in frame:
        return frame[KEYS].assign(value=float("nan"))
    final = frame.groupby(KEYS, sort=False)["epoch"].transform("max")
    late = frame[frame["epoch"] > final - last]
    return _mean(late, name)


def _attention(measured: pd.DataFrame, name: str, rule: Judging) -> pd.DataFrame:
    last = rule.last if rule.score == "mean" else 1
    return _mean_of_last(over_places(measured, name), "value", last)


def _mean(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    means = frame.groupby(KEYS, sort=False)[name].mean()
    return means.rename("value").reset_index()
