"""The picture of a claim's comparisons: what is claimed is shaded, each set of seeds has a row."""

import math
from dataclasses import replace

import pytest

from attnlab.charts.claimed import claimed, claimed_spec, collect_claimed
from attnlab.claims import BY_NAME
from attnlab.claims.outcome import outcome
from tests.claims.made_up import result_as

SAME, HIGHER = BY_NAME["the-ratio-hardly-matters"], BY_NAME["any-squeeze-and-excitation-beats-none"]


def check_of(claim, differences, seeds=12):
    return outcome(
        claim, {"val_accuracy": result_as(claim, differences, seeds, "val_accuracy")}
    ).checks[0]


def test_rows_are_those_of_the_comparisons_in_points():
    check = check_of(SAME, {"Ratio 8": 0.05})
    data = collect_claimed(check)
    assert list(data.rows["name"]) == ["Ratio 8", "Ratio 16"]
    assert list(data.rows["headline"]) == [arm.word for arm in check.arms]
    assert list(data.rows["low"]) == pytest.approx([100 * arm.low for arm in check.arms])
    assert (data.low, data.high, data.against) == (-1.0, 1.0, "Ratio 4")


def test_fresh_seeds_stand_below_the_first():
    check = check_of(SAME, {"Ratio 8": 0.05})
    data = collect_claimed(check, check_of(SAME, {}))
    assert list(data.rows["name"]) == ["Ratio 8", "on fresh seeds", "Ratio 16", "on fresh seeds"]
    assert data.rows["headline"].nunique() == 2


def test_what_is_claimed_is_shaded_up_to_the_ends_of_the_axis():
    check = check_of(HIGHER, {"Ratio 2": 0.05})
    sets = claimed_spec(check)["datasets"]
    shaded = sets["claim"].iloc[0]
    assert shaded["low"] == 0
    assert shaded["high"] > 100 * max(arm.high for arm in check.arms)
    assert list(sets["ends"]["end"]) == [0]
    both = claimed_spec(check_of(SAME, {"Ratio 8": 0.05}))["datasets"]
    assert list(both["ends"]["end"]) == [-1.0, 1.0]


def test_an_interval_without_an_end_reaches_the_edge():
    check = check_of(HIGHER, {"Ratio 2": 0.05}, seeds=6)  # too few for five to be corrected
    assert any(math.isinf(arm.high) for arm in check.arms)
    ranges = claimed_spec(check)["datasets"]["ranges"]
    assert ranges["high"].map(math.isfinite).all()


def test_a_check_without_any_pair_is_drawn_empty():
    check = check_of(SAME, {})
    nan = math.nan
    empty = tuple(
        replace(arm, n=0, difference=nan, low=nan, high=nan, word="too few seeds")
        for arm in check.arms
    )
    chart = claimed(replace(check, arms=empty))
    assert chart.to_dict()["height"] > 0
