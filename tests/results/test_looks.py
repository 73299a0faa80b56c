"""Verdicts at planned looks, and seeds that are added."""

import math

import pandas as pd
import pytest

from attnlab.analysis.looks import adjusted_for_looks, spent
from attnlab.analysis.power import smallest_shown
from attnlab.analysis.statistics import compare
from attnlab.results.columns import signed

from .made_up import verdicts
from .scored import judge, scores


def test_a_verdict_is_provisional_until_all_planned_seeds_are_there():
    rows = scores({"se": 0.01}, 10)
    early = judge(rows[rows["seed"] < 8])
    assert not early["final"].any()
    assert early.loc["se", "verdict"] == "helps"
    assert early.loc["se", "basis"].endswith("Provisional: 8 of 10 seeds.")
    assert judge(rows)["final"].all()


def test_a_first_look_leaves_something_for_the_seeds_that_may_come():
    rows = scores({"se": 0.0032}, 10)
    plain, first = judge(rows).loc["se"], judge(rows, most=15).loc["se"]
    assert first["p"] == plain["p"]
    assert first["p_looks"] == adjusted_for_looks([first["p"]], [10], 15) > first["p"]
    assert (plain["verdict"], first["verdict"]) == ("helps", "no difference shown")
    assert "some of the 5 % being kept for 15 seeds" in first["basis"]


def test_a_planned_extension_is_tested_at_what_is_left():
    rows = scores({"se": 0.0028, "eca": 0.0}, 15)
    table = judge(rows, planned=15, most=15, looks=[10])
    first = judge(rows[rows["seed"] < 10])
    row = table.loc["se"]
    p_values = [first.loc["se", "p"], row["p"]]
    assert row["pairs"] == 15
    assert row["p_looks"] == adjusted_for_looks(p_values, [10, 15], 15) > row["p"]
    level = spent([10, 15], 15, 0.025)[-1]
    sd = row["difference"] / row["d"]
    assert row["shown"] == pytest.approx(smallest_shown(sd, 15, level))
    assert "after a look at 10 seeds and Holm's correction over 2 comparisons" in row["basis"]
    assert not table["exploratory"].any()


def test_looks_may_come_in_any_order_and_more_than_once():
    rows = scores({"se": 0.003}, 20)
    options = {"planned": 20, "most": 20}
    pd.testing.assert_frame_equal(
        judge(rows, **options, looks=[15, 10, 15, 20]), judge(rows, **options, looks=[10, 15])
    )


def test_a_look_that_could_show_nothing_costs_nothing():
    arms = {"se": 0.003, "a": 0, "b": 0, "c": 0}
    row = judge(scores(arms, 20), planned=20, most=20, looks=[10]).loc["se"]
    assert row["p_looks"] == row["p"]
    assert "look" not in row["basis"]


@pytest.mark.parametrize("options", [{}, {"most": 10}, {"planned": 15, "looks": [10]}])
def test_seeds_added_without_a_plan_change_no_verdict(options):
    """The arm looks the same at ten seeds, and far better at the five that were added."""
    rows = scores({"se": 0.0, "eca": 0.01}, 15)
    rows.loc[(rows["arm"] == "se") & (rows["seed"] >= 10), "value"] += 0.1
    rows.loc[(rows["arm"] == "eca") & (rows["seed"] >= 10), "value"] -= 0.1
    table = judge(rows, **options, seeds=range(15))
    planned = judge(rows[rows["seed"] < 10])
    assert table["verdict"].to_dict() == planned["verdict"].to_dict()
    assert table.loc["se", "verdict"] == "no difference shown"
    assert table.loc["eca", "verdict"] == "helps"
    assert table["exploratory"].to_dict() == {"none": False, "se": True, "eca": True}
    for name in ("difference", "p_holm"):
        pd.testing.assert_series_equal(table[f"planned_{name}"], planned[name], check_names=False)
    values = rows.pivot(index="seed", columns="arm", values="value")
    row, every = table.loc["se"], compare(values["se"], values["none"])
    for name in ("pairs", "difference", "low", "high", "p", "p_holm"):
        pd.testing.assert_series_equal(table[name], planned[name])
    assert f"spent: {signed(f'{100 * every.mean:+.1f}')}" in row["basis"]
    assert "Seeds 11 to 15 were added after the verdict" in row["basis"]
    assert "plan a new study with fresh seeds to confirm" in row["basis"]


@pytest.mark.parametrize(("seeds", "most", "arms"), [(10, 50, 10), (10, 200, 1), (40, 80, 10)])
def test_a_first_look_that_may_spend_next_to_nothing_gives_no_verdict_and_says_why(
    seeds, most, arms
):
    names = [f"arm {number}" for number in range(arms)]
    rows = scores(dict.fromkeys(names, 5.0), seeds)
    table = verdicts(
        rows, ["none", *names], "none", planned=seeds, most=most, seeds=range(seeds)
    ).set_index("label")
    row = table.loc["arm 0"]
    assert row["verdict"] == "not enough seeds"
    assert f"a look at {seeds} seeds may spend, of a study that may grow to {most}" in row["basis"]
    assert math.isinf(row["shown"])
