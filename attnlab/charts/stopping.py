"""Early stopping, as the curves show it: which seeds stopped, and what each keeps."""

from __future__ import annotations

import pandas as pd

from attnlab.spec import Study


def seeds_so_far(curves: pd.DataFrame, study: Study) -> pd.DataFrame:
    """How far each seed is: a row per arm and seed that has begun.

    Columns: arm, seed, last (its newest epoch), best (the first one with its lowest validation
    loss), stops (whether its arm has early stopping), stopped (whether it has ended by that).
    `curves` has a row per arm, seed and epoch, with val_loss.
    """
    runs = ["arm", "seed"]
    best_first = curves.sort_values(["val_loss", "epoch"]).drop_duplicates(runs).set_index(runs)
    last = curves.groupby(runs)["epoch"].max()
    seeds = pd.DataFrame({"last": last, "best": best_first["epoch"]}).reset_index()
    by_arm = {arm.label: study.training_of(arm).patience for arm in study.arms}
    patience = pd.Series([by_arm.get(arm, 0) for arm in seeds["arm"]], dtype="int64")
    seeds["stops"] = patience > 0
    seeds["stopped"] = seeds["stops"] & (seeds["last"] - seeds["best"] >= patience)
    return seeds


def last_epoch(seeds: pd.DataFrame, study: Study) -> int:
    """The epoch that the study's curves end at: the last planned one while any can still get there.

    `seeds` is what `seeds_so_far` gives.
    """
    planned = study.training.epochs
    ended = seeds["stopped"] | (seeds["last"] == planned)
    return int(seeds["last"].max()) if len(seeds) == study.runs and ended.all() else planned


def of_all_seeds(rows: pd.DataFrame, seeds: pd.DataFrame) -> pd.DataFrame:
    """Leave out, arm by arm, what comes after its first seed stopped.

    A mean over the seeds that are left would jump with each that stops, and those that train
    longest are not like the others.
    """
    first_stop = seeds[seeds["stopped"]].groupby("arm")["last"].min()
    return rows[~(rows["epoch"].to_numpy() > first_stop.reindex(rows["arm"]).to_numpy())]
