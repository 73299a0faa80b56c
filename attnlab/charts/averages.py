"""The numbers behind a learning curve: means over seeds, single seeds, what stopping keeps."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import t_factor
from attnlab.analysis.rounding import mean_text, percent_text
from attnlab.charts.palette import arm_names
from attnlab.charts.stopping import last_epoch, of_all_seeds, seeds_so_far
from attnlab.spec import Study
from attnlab.tasks import measures
from attnlab.wording import capitalised

MOST_ROWS = 4_500
"""Rows that one layer of a chart may have; epochs are skipped evenly beyond it."""
MOST_SEED_LINES = 120
"""Beyond this many lines the single seeds are not drawn: the band says more."""

TRAINING, VALIDATION = "Training", "Validation"
FIRST_EPOCH = 1


class CurveMetric(NamedTuple):
    """What a curve shows: its column is `"val_" + name`, and `name` on the training data.

    `percent` says whether it is shown in percent; `top` is where its scale ends, None where that
    depends on the data.
    """

    name: str
    title: str
    percent: bool
    top: float | None


def metric_named(name: str, study: Study) -> CurveMetric:
    """Accuracy, loss, what the task measures besides, or a measure of attention."""
    if name in measures.ABOUT:
        top = 0.5 if name == "sd" else 1.0  # numbers between 0 and 1 are no further apart
        return CurveMetric(name, measures.ABOUT[name].title, percent=False, top=top)
    if name == "loss":
        return CurveMetric(name, "Loss", percent=False, top=None)
    for each in study.task.entry.extra_metrics:
        if each.name == name:
            return CurveMetric(name, each.title, percent=each.share, top=each.top)
    return CurveMetric(name, capitalised(name), percent=True, top=1.0)


@dataclass(frozen=True)
class Averages:
    """One metric over the epochs.

    `mean` has a row per arm, split and epoch: arm, name, split, epoch, value (mean over seeds),
    low, high (95 % t-interval of the mean; missing below two seeds), n, words. `seeds` has a row
    per arm, seed and epoch: arm, name, seed, epoch, value, of the validation only. `kept` has
    those of its rows that early stopping keeps, one a seed; so far, while a seed still trains.
    `stops` says whether any arm has early stopping; the epochs go up to `last`.
    """

    mean: pd.DataFrame
    seeds: pd.DataFrame
    kept: pd.DataFrame
    stops: bool
    last: int

    def highlights(self, chosen: str | None) -> bool:
        """Whether an arm stands out: it is chosen, and there."""
        return chosen is not None and bool((self.mean["arm"] == chosen).any())

    def in_crowd(self, chosen: str | None) -> Averages:
        """What is drawn of them among many arms: the validation's means, and the chosen arm."""
        is_validation = self.mean["split"] == VALIDATION
        mean = self.mean[is_validation | (self.mean["arm"] == chosen)].copy()
        mean.loc[mean["arm"] != chosen, ["low", "high"]] = math.nan
        return replace(
            self,
            mean=mean,
            seeds=self.seeds[self.seeds["arm"] == chosen],
            kept=self.kept[self.kept["arm"] == chosen],
        )


def collect_averages(curves: pd.DataFrame, study: Study, name: str) -> Averages:
    """Average one metric of the store's curves over seeds; keeps few enough rows to draw.

    `curves` has a row per arm, seed and epoch with val_loss and the columns of the metric: `name`
    (not all are measured on the training data) and `"val_" + name`, which may be missing until
    something was measured. With early stopping an arm's mean ends where the first of its seeds
    does.
    """
    curves = curves[curves["arm"].isin([arm.label for arm in study.arms])]
    splits = [
        curves[["arm", "seed", "epoch"]].assign(split=split, value=curves.get(column, np.nan))
        for split, column in ((TRAINING, name), (VALIDATION, f"val_{name}"))
    ]
    long = pd.concat(splits).astype({"value": float})
    long = long[np.isfinite(long["value"])]
    seeds, names = seeds_so_far(curves, study), arm_names(study)

    def named(rows: pd.DataFrame) -> pd.DataFrame:
        return rows.assign(name=rows["arm"].map(names))

    return Averages(
        named(_mean_over_seeds(of_all_seeds(long, seeds), study, metric_named(name, study))),
        named(_single_seeds(long, study)),
        named(_kept_by_stopping(long, seeds, study)),
        stops=bool(seeds["stops"].any()),
        last=last_epoch(seeds, study),
    )


def _mean_over_seeds(long: pd.DataFrame, study: Study, metric: CurveMetric) -> pd.DataFrame:
    long = long[_drawn(long["epoch"], study, series=2 * len(study.arms))]
    groups = long.groupby(["arm", "split", "epoch"], sort=True)["value"]
    mean = groups.agg(value="mean", sd="std", n="count").reset_index()
    half = t_factor(mean["n"]) * mean["sd"] / np.sqrt(mean["n"])
    text, highest = percent_text if metric.percent else mean_text, metric.top
    texts = [text(*row) for row in zip(mean["value"], half, mean["n"], strict=True)]
    lowest = 0 if (mean["value"] >= 0).all() else None
    mean["low"] = (mean["value"] - half).clip(lowest, highest)
    mean["high"] = (mean["value"] + half).clip(lowest, highest)
    mean["words"] = pd.Series(texts, dtype=object)
    return mean.drop(columns="sd").round({"value": 4, "low": 4, "high": 4})


def _single_seeds(long: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The validation of every seed; nothing where there is one seed, or too many to be seen."""
    seeds = long[long["split"] == VALIDATION].drop(columns="split")
    if seeds["seed"].nunique() < 2 or study.runs > MOST_SEED_LINES:
        return seeds.iloc[:0]
    return seeds[_drawn(seeds["epoch"], study, series=study.runs)].round({"value": 4})


def _kept_by_stopping(long: pd.DataFrame, seeds: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The validation of every seed at the epoch that it keeps, where there is early stopping."""
    if study.runs > MOST_SEED_LINES:
        seeds = seeds.iloc[:0]
    kept = seeds.loc[seeds["stops"], ["arm", "seed", "best"]].rename(columns={"best": "epoch"})
    validation = long[long["split"] == VALIDATION].drop(columns="split")
    return validation.merge(kept, on=["arm", "seed", "epoch"]).round({"value": 4})


def _drawn(epochs: pd.Series, study: Study, series: int) -> pd.Series:
    """Which epochs are drawn: all, or every k-th and the newest, the same ones as data grows."""
    step = math.ceil(series * study.training.epochs / MOST_ROWS)
    return (epochs % step == FIRST_EPOCH % step) | (epochs == epochs.max())
