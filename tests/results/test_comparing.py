"""Verdicts: every word, what they rest on, and what seeds that are added later can change."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.analysis.power import seeds_to_show, smallest_shown
from attnlab.analysis.statistics import compare, holm, holm_levels
from attnlab.results.comparing import Rules, compare_arms
from attnlab.results.grounds import Unit

from .made_up import verdicts
from .scored import judge, scores


@pytest.mark.parametrize(
    ("better", "up", "down"),
    [(1, "helps", "hurts"), (-1, "hurts", "helps"), (0, "higher", "lower")],
)
def test_arms_that_differ_get_the_word_for_better_or_worse(better, up, down):
    table = judge(scores({"up": 0.01, "down": -0.01, "same": 0.0}, 10), better=better)
    assert table["verdict"].to_dict() == {
        "none": "reference",
        "up": up,
        "down": down,
        "same": "no difference shown",
    }
    assert (table.loc["up", "p_holm"] < 0.05) & (table.loc["up", "low"] > 0)


@pytest.mark.parametrize(
    ("pairs", "word"),
    [(0, "no pairs yet"), (1, "not enough seeds"), (4, "not enough seeds"), (6, "helps")],
)
def test_few_seeds_give_no_verdict(pairs, word):
    rows = scores({"se": 0.1}, 10)
    table = judge(rows[(rows["arm"] == "none") | (rows["seed"] < pairs)])
    assert table.loc["se", "verdict"] == word
    assert table.loc["se", "pairs"] == pairs


def test_five_seeds_can_show_nothing_and_say_so():
    row = judge(scores({"se": 0.1}, 5), planned=5).loc["se"]
    assert row["verdict"] == "not enough seeds"
    assert row["shown"] == math.inf
    assert row["seeds_needed"] == 6
    assert "over 5 seeds; a verdict takes at least 6." in row["basis"]
    several = judge(scores(dict.fromkeys(("se", "eca", "cbam", "han"), 0.1), 7), planned=7)
    assert set(several["verdict"]) == {"reference", "not enough seeds"}  # p / 4 takes eight


def test_the_numbers_are_those_of_the_comparison():
    rows = scores({"se": 0.004, "eca": 0.0}, 10)
    table = judge(rows)
    values = rows.pivot(index="seed", columns="arm", values="value")
    p_values = [compare(values[arm], values["none"]).p for arm in ("se", "eca")]
    levels = dict(zip(("se", "eca"), holm_levels(p_values), strict=True))
    found = {arm: compare(values[arm], values["none"], levels[arm]) for arm in levels}
    row = table.loc["se"]
    assert (row["interval"], row["interval_level"]) == ("sign-flip", levels["se"])
    names = ["low", "high", "p", "exact", "d", "improvement"]
    assert row[names].tolist() == [getattr(found["se"], name) for name in names]
    assert (row["difference"], row["pairs"]) == (found["se"].mean, 10)
    assert row["p_looks"] == row["p"]
    np.testing.assert_allclose(
        table.loc[["se", "eca"], "p_holm"], holm([found["se"].p, found["eca"].p])
    )
    assert row["shown"] == smallest_shown(found["se"].sd, 10, 0.025)
    assert row["seeds_needed"] == seeds_to_show(row["shown"] / 2, found["se"].sd, 0.025)


def test_the_score_is_that_of_all_the_arm_s_own_seeds():
    rows = scores({"se": 0.1}, 10)
    table = judge(rows[(rows["arm"] == "se") | (rows["seed"] < 7)])
    values = rows.loc[rows["arm"] == "se", "value"]
    row = table.loc["se"]
    assert (row["n"], row["pairs"], table.loc["none", "n"]) == (10, 7, 7)
    assert row["score"] == pytest.approx(values.mean())
    assert (row["score_low"] + row["score_high"]) / 2 == pytest.approx(values.mean())
    assert row["score_low"] < row["score"]


ROWS_OF_DIFFERENCES = st.lists(
    st.lists(st.integers(-3, 5).map(lambda points: points / 100), min_size=12, max_size=12),
    min_size=1,
    max_size=4,
)


@settings(max_examples=60, deadline=None)
@given(
    ROWS_OF_DIFFERENCES, st.sampled_from([6, 8, 10, 12]), st.sampled_from([[], [6], [8], [6, 8]])
)
def test_no_interval_contradicts_its_verdict(differences, seeds, looks):
    """Of however many arms and looks, planned or not."""
    arms = {f"arm {number}": row for number, row in enumerate(differences)}
    rows = pd.DataFrame(
        [
            (arm, seed, 0.5 + difference)
            for arm, row in {"none": [0.0] * 12, **arms}.items()
            for seed, difference in enumerate(row[:seeds])
        ],
        columns=["arm", "seed", "value"],
    )
    results = compare_arms(
        rows,
        ["none", *arms],
        "none",
        Rules(planned=seeds, most=12, looks=looks, seeds=range(12), explain=False),
    )
    for arm in results[1:]:
        leaves_out_zero = not arm.difference.low <= 0 <= arm.difference.high
        assert leaves_out_zero == (arm.p_corrected < 0.05)
        assert arm.verdict.is_difference <= leaves_out_zero


def test_intervals_of_three_arms_worked_by_hand():
    """A and B are shown at Holm's levels, C is not."""
    differences = {
        "A": [1, 2, 3, 4, 5, 6, 7, -1],
        "B": [1, 1, 2, 2, 3, 3, 4, 4],
        "C": [-2, 1, 3, -1, 2, 0, 1, -1],
    }
    rows = pd.DataFrame(
        [
            (arm, seed, float(value))
            for arm, row in {"none": [0] * 8, **differences}.items()
            for seed, value in enumerate(row)
        ],
        columns=["arm", "seed", "value"],
    )
    results = compare_arms(rows, ["none", *differences], "none", Rules(planned=8, seeds=range(8)))
    by_arm = {arm.label: arm for arm in results}
    assert [by_arm[arm].p_corrected for arm in "ABC"] == [0.046875, 0.0234375, 0.6875]
    ends = {arm: (by_arm[arm].difference.low, by_arm[arm].difference.high) for arm in "ABC"}
    assert ends == {"A": (0.5, 6), "B": (1, 4), "C": (-1, 2)}


def test_holm_takes_what_one_arm_alone_would_have_shown():
    alone = judge(scores({"se": 0.0032}, 10)).loc["se"]
    among = judge(scores({"se": 0.0032, "a": 0, "b": 0, "c": 0, "d": 0}, 10)).loc["se"]
    assert among["p"] == alone["p"]
    assert (alone["verdict"], among["verdict"]) == ("helps", "no difference shown")
    assert among["p_holm"] == pytest.approx(5 * alone["p"])


def test_arms_that_have_not_started_are_counted():
    """Else a verdict could go again when another arm comes in."""
    rows = scores({"se": 0.01}, 10)
    table = verdicts(rows, ["none", "se", "eca"], "none", planned=10, seeds=range(10))
    assert table["p_holm"].tolist() == pytest.approx([math.nan, 4 / 1024, math.nan], nan_ok=True)


def test_neither_the_order_of_rows_nor_of_seeds_matters():
    rows = scores({"se": 0.004, "eca": -0.01}, 10)
    shuffled = judge(rows.sample(frac=1, random_state=0), seeds=range(9, -1, -1))
    pd.testing.assert_frame_equal(shuffled.loc[["none", "se", "eca"]], judge(rows), rtol=1e-12)


def test_seeds_that_are_not_the_study_s_do_not_count():
    table = judge(scores({"se": 0.01}, 12), seeds=range(10))
    assert table.loc["se", "pairs"] == 10


def test_missing_values_are_missing_pairs():
    rows = scores({"se": 0.01}, 10)
    rows.loc[(rows["arm"] == "se") & (rows["seed"] == 3), "value"] = math.nan
    row = judge(rows).loc["se"]
    assert (row["n"], row["pairs"], row["final"]) == (9, 9, False)


def test_what_is_planned_is_the_same_where_nothing_was_added():
    table = judge(scores({"se": 0.004}, 10))
    assert table.loc["se", "planned_difference"] == table.loc["se", "difference"]
    assert table.loc["se", "planned_p_holm"] == table.loc["se", "p_holm"]


def test_the_basis_is_a_sentence():
    table = judge(scores({"se": 0.01, "eca": 0.0}, 10))
    assert table.loc["none", "basis"] == "Other arms are compared with this one."
    assert table.loc["se", "basis"] == (
        "+0.98 (+0.63 to +1.32) points over 10 seeds; exact sign-flip p = 0.0039 after Holm's "
        "correction over 2 comparisons."
    )
    could_show = "A difference of 0.50 points would have been shown 8 times in 10; half of it takes"
    assert f"{could_show} 32 seeds." in table.loc["eca", "basis"]


def test_a_sentence_takes_the_unit_it_is_given():
    row = judge(scores({"se": 0.01}, 10), unit=Unit(1000, "ms")).loc["se"]
    assert " ms over 10 seeds; exact sign-flip p = 0.002." in row["basis"]


def test_one_seed_that_was_added_is_one():
    basis = judge(scores({"se": 0.01}, 11), seeds=range(11)).loc["se", "basis"]
    assert "Seed 11 was added after the verdict, when the 5 % were spent: " in basis


def test_too_few_seeds_say_how_many_a_verdict_takes():
    rows = scores({"se": 0.01}, 3)
    assert "over 3 seeds; a verdict takes at least 6." in judge(rows).loc["se", "basis"]
    basis = judge(rows[rows["arm"] == "none"]).loc["se", "basis"]
    assert basis == "No seed has a score both here and in the reference."


def test_no_runs_at_all_are_a_table_too():
    table = judge(scores({}, 0))
    assert table["verdict"].tolist() == ["reference", "no pairs yet"]
    assert table["n"].tolist() == [0, 0]


def test_what_cannot_be_judged_is_refused():
    rows = scores({"se": 0.01}, 3)
    with pytest.raises(ValueError, match="expected the reference to be one of"):
        verdicts(rows, ["se"], "none", planned=3, seeds=range(3))
    with pytest.raises(ValueError, match="duplicate"):
        judge(pd.concat([rows, rows]))


def test_a_reference_alone_has_nothing_to_be_compared_with():
    table = verdicts(scores({}, 10), ["none"], "none", planned=10, seeds=range(10))
    assert table["verdict"].tolist() == ["reference"]
    assert table["final"].tolist() == [True]


def test_each_arm_can_be_compared_with_a_reference_of_its_own():
    easy, hard = (
        scores({"se": 0.1}, 10),
        scores({"se": -0.1}, 10).assign(value=lambda t: t.value / 2),
    )
    hard["arm"] += "@classes=9"
    against = {"se": "none", "se@classes=9": "none@classes=9"}
    arms = ["none", "none@classes=9", "se", "se@classes=9"]
    rows = pd.concat([easy, hard])
    table = verdicts(rows, arms, against, planned=10, seeds=range(10)).set_index("label")
    assert list(table["is_reference"]) == [True, True, False, False]
    assert dict(table["against"]) == {"none": "", "none@classes=9": "", **against}
    assert table.loc["se", "difference"] == pytest.approx(0.1, abs=0.01)
    assert table.loc["se@classes=9", "difference"] == pytest.approx(-0.05, abs=0.01)
    assert table.loc["se", "p_holm"] == pytest.approx(2 * table.loc["se", "p"])  # of two, not three


def test_a_reference_that_is_no_arm_is_refused():
    with pytest.raises(ValueError, match="expected the reference to be one of"):
        verdicts(
            scores({"se": 0.1}, 5), ["none", "se"], {"se": "nobody"}, planned=5, seeds=range(5)
        )
