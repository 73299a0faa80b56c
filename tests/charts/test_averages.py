"""The numbers behind a learning curve: means, intervals, early stopping, few enough rows."""

import numpy as np
import pytest
from scipy import stats

from attnlab.charts.averages import MOST_ROWS, VALIDATION, collect_averages

from .rows import LOSSES, STOPPING, curves, plan, stopped_curves


def test_the_mean_and_its_interval_are_taken_over_seeds():
    study = plan()
    mean = collect_averages(curves(study), study, "accuracy").mean
    row = mean[(mean["arm"] == "dense") & (mean["split"] == VALIDATION) & (mean["epoch"] == 2)]
    values = [0.22, 0.32, 0.42]
    half = stats.t.ppf(0.975, 2) * stats.sem(values)
    assert row["value"].item() == pytest.approx(0.32)
    assert row["low"].item() == pytest.approx(0.32 - half, abs=1e-4)
    assert row["high"].item() == pytest.approx(0.32 + half, abs=1e-4)
    assert row["n"].item() == 3
    assert row["words"].item() == "32 ± 25 %"


def test_the_band_of_an_accuracy_stays_within_its_bounds():
    study = plan(seeds=2)
    mean = collect_averages(curves(study), study, "accuracy").mean
    validation = mean[mean["split"] == VALIDATION]
    assert validation["low"].min() == 0.0
    assert validation["high"].max() <= 1.0


@pytest.mark.parametrize("metric", ["accuracy", "loss"])
def test_with_early_stopping_a_mean_goes_as_far_as_all_its_seeds(metric):
    data = collect_averages(stopped_curves(), STOPPING, metric)
    mean = data.mean[data.mean["split"] == VALIDATION]
    assert set(mean["n"]) == {3}
    assert mean.groupby("arm")["epoch"].max().to_dict() == {"none": 20, "dense@patience=2": 4}
    dense = data.seeds[data.seeds["arm"] == "dense@patience=2"]
    assert dense.groupby("seed")["epoch"].max().to_dict() == {0: 4, 1: 5, 2: 7}


def test_a_seed_that_still_trains_ends_no_mean():
    losses = {0: LOSSES[2], 1: [5, 4, 3]}
    mean = collect_averages(stopped_curves(losses), STOPPING, "accuracy").mean
    dense = mean[(mean["arm"] == "dense@patience=2") & (mean["split"] == VALIDATION)]
    assert list(dense["n"]) == [2, 2, 2, 1, 1, 1, 1]


def test_the_epochs_end_where_early_stopping_ended_every_seed():
    def last(losses, study):
        rows = stopped_curves(losses)
        rows = rows[rows["arm"].isin([arm.label for arm in study.arms])]
        return collect_averages(rows, study, "accuracy").last

    alone = plan(seeds=3, epochs=20, arms=("dense@patience=2",))
    assert last(LOSSES, alone) == 7
    assert last(LOSSES | {1: [5, 4, 3]}, alone) == 20  # one still trains
    assert last({0: LOSSES[0], 1: LOSSES[1]}, alone) == 20  # one has not begun
    assert last(LOSSES, STOPPING) == 20  # the other arm trains every epoch


def test_missing_and_infinite_values_are_left_out():
    study = plan(seeds=2)
    rows = curves(study)
    rows.loc[rows["seed"] == 1, "val_loss"] = np.inf
    rows.loc[rows["epoch"] == 4, "val_loss"] = np.nan
    mean = collect_averages(rows, study, "loss").mean
    validation = mean[mean["split"] == VALIDATION]
    assert validation["n"].unique().tolist() == [1]
    assert validation["epoch"].max() == 3


def test_a_very_large_study_skips_epochs_evenly_and_keeps_the_newest():
    study = plan(seeds=50, epochs=1000)
    data = collect_averages(curves(study, upto=998), study, "accuracy")
    assert len(data.seeds) <= MOST_ROWS + study.runs
    assert data.seeds["epoch"].max() == 998
    steps = np.diff(sorted(data.seeds["epoch"].unique()))[:-1]
    assert len(set(steps)) == 1
    assert data.seeds["epoch"].min() == 1


def test_with_too_many_seeds_the_band_speaks_alone():
    study = plan(seeds=100, epochs=2)
    data = collect_averages(curves(study), study, "accuracy")
    assert data.seeds.empty
    assert data.mean["low"].notna().all()
