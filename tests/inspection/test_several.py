"""Inspections averaged over seeds, against SciPy and by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from attnlab.inspection.found import CURVES, ROWS, RunInspection
from attnlab.inspection.several import over_seeds


def found(seed, value, score=0.5, note=""):
    rows = [
        ("feature", "hit", value, 0.1, 0.25, 20, note),
        ("", "retrained ablation", 0.125, 0.02, 0.0, 10, ""),
    ]
    curve = [("feature", "deletion", "top", 0.0, 1.0), ("feature", "deletion", "top", 1.0, score)]
    arrays = {
        "feature/adversary JSD": np.full(3, float(seed)),
        "feature/mean": np.full(4, float(seed)),
        "feature/shape": np.array([4]),
        "feature/by class": np.ones((seed + 1, 4)),
    }
    return RunInspection(
        {"arm": "dense", "seed": seed},
        pd.DataFrame(rows, columns=list(ROWS)),
        pd.DataFrame(curve, columns=list(CURVES)),
        arrays,
    )


def test_the_interval_is_over_seeds():
    values = [0.2, 0.5, 0.9]
    mean = over_seeds([found(seed, value) for seed, value in enumerate(values)])
    row = mean.table.set_index("measure").loc["hit"]
    low, high = stats.t.interval(0.95, 2, np.mean(values), stats.sem(values))
    assert (row["value"], row["n"]) == (pytest.approx(np.mean(values)), 3)
    assert (row["value"] - row["half"], row["value"] + row["half"]) == pytest.approx((low, high))
    assert row["chance"] == 0.25
    assert mean.about["seeds"] == 3


def test_what_rests_on_all_seeds_already_stays():
    row = over_seeds([found(0, 0.1), found(1, 0.2)]).table.set_index("measure")
    assert row.loc["retrained ablation", ["value", "half", "n"]].tolist() == [0.125, 0.02, 10]


def test_a_seed_without_a_value_is_left_out_and_no_value_has_its_reason():
    row = over_seeds([found(0, np.nan, note="no example has it"), found(1, 0.2)]).table.iloc[0]
    assert (row["value"], row["n"], row["note"]) == (0.2, 1, "")
    row = over_seeds([found(seed, np.nan, note="no example has it") for seed in (0, 1)]).table
    assert (row["n"].iloc[0], row["note"].iloc[0]) == (0, "no example has it")


def test_curves_and_means_are_averaged_and_examples_put_together():
    mean = over_seeds([found(0, 0.1, score=0.2), found(1, 0.1, score=0.6)])
    assert mean.curves["score"].tolist() == [1.0, pytest.approx(0.4)]
    assert list(mean.curves) == list(CURVES)
    assert mean.arrays["feature/mean"].tolist() == [0.5] * 4
    assert mean.arrays["feature/adversary JSD"].tolist() == [0, 0, 0, 1, 1, 1]
    assert "feature/by class" not in mean.arrays


def test_one_is_given_back_and_none_is_refused():
    one = found(0, 0.1)
    assert over_seeds([one]) is one
    with pytest.raises(ValueError, match="at least one"):
        over_seeds([])
