"""The score of each run: the number its study is judged by, or any other that is stored."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from attnlab.spec import VALIDATED, Judging, Metric

FINISHED, RUNNING = "finished", "running"
TESTED = "test_"
KEYS = ["arm", "seed"]


def scores(
    runs: pd.DataFrame,
    metric: Metric,
    judging: Judging,
    *,
    curves: pd.DataFrame | None = None,
    measured: pd.DataFrame | None = None,
    parameters: Mapping[str, int] | None = None,
    interim: bool = False,
) -> pd.DataFrame:
    """Return a row per finished run that has the score: arm, seed, value.

    With `interim`, runs that are still training count with what their latest epoch gave.

    `runs` has a row per run, with the numbers of the epoch whose weights it kept; `curves` has a
    row per run and epoch, and is needed for a mean over epochs and for time, of which seeds that
    trained together give one score. `measured` is the long table of attention measures: of every
    epoch for a mean over epochs, else of the epoch kept; where several places have been measured,
    their mean counts. `parameters` are those of an arm's network, by its
    label. How the score is read of a run is in `judging`.
    """
    counted = [FINISHED, RUNNING] if interim else [FINISHED]
    finished = runs[runs["status"].isin(counted)]
    match metric.kind:
        case "curve" if judging.score == "best":
            found = _column(finished, TESTED + metric.name.removeprefix(VALIDATED))
        case "curve" if judging.score == "mean":
            found = _mean_of_last(_of(curves, finished), metric.name, judging.last)
        case "curve":
            found = _column(finished, metric.name)
        case "attention":
            found = _attention(_of(measured, finished), metric.name, judging)
        case "size":
            found = finished["arm"].map(parameters or {}).astype("float64")
            found = finished[KEYS].assign(value=found)
        case _:
            found = _column(_one_of_each_clock(finished, curves), "seconds")
    return found.dropna(subset=["value"]).reset_index(drop=True)


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


def _of(frame: pd.DataFrame, runs: pd.DataFrame) -> pd.DataFrame:
    """The rows that belong to these runs, in their order."""
    return runs[KEYS].merge(frame, on=KEYS)


def _mean_of_last(frame: pd.DataFrame, name: str, last: int) -> pd.DataFrame:
    """The mean over each run's last epochs."""
    if name not in frame:
        return frame[KEYS].assign(value=float("nan"))
    final = frame.groupby(KEYS, sort=False)["epoch"].transform("max")
    late = frame[frame["epoch"] > final - last]
    return _mean(late, name)


def _attention(measured: pd.DataFrame, name: str, judging: Judging) -> pd.DataFrame:
    rows = measured[measured["name"] == name]
    by_epoch = rows.groupby([*KEYS, "epoch"], sort=False)["value"].mean().reset_index()
    last = judging.last if judging.score == "mean" else 1
    return _mean_of_last(by_epoch, "value", last)


def _mean(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    means = frame.groupby(KEYS, sort=False)[name].mean()
    return means.rename("value").reset_index()
