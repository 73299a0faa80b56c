"""Families of comparisons: contrasts of their own, max-t, and what is practically the same."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.results.comparing import Rules, compare_arms, compare_pairs

RIGHT = [0.2, -0.3, 0.1, 0.4, -0.2, 0, 0.3, -0.1, 0.1, -0.2]
"""Practically the same at a margin of 0.2: one-sided p 12 and 34 in 1,024."""


def scores(**arms):
    """Runs of these arms, a score a seed, next to "none" at 0."""
    seeds = max(map(len, arms.values()))
    rows = [("none", seed, 0.0) for seed in range(seeds)]
    rows += [(arm, seed, float(v)) for arm, row in arms.items() for seed, v in enumerate(row)]
    return pd.DataFrame(rows, columns=["arm", "seed", "value"])


def rules(seeds, **more):
    return Rules(seeds=range(seeds), planned=seeds, **more)


def one(differences, **more):
    table = scores(a=differences)
    return compare_arms(table, ["none", "a"], "none", rules(len(differences), **more))[1]


def test_the_same_by_a_margin_has_the_right_values():
    arm = one(RIGHT, margin=0.2)
    assert arm.verdict == "practically the same"
    same = arm.comparison.equivalence
    assert sorted([same.p_low, same.p_high]) == [12 / 1024, 34 / 1024]
    assert arm.basis.endswith(
        "Smaller than 20 points, the margin (one-sided p = 0.012 and p = 0.033)."
    )
    assert one(RIGHT, margin=0.1).verdict == "no difference shown"
    assert one(RIGHT).comparison.equivalence is None


def test_five_pairs_can_be_the_same_though_they_cannot_differ():
    assert one([0.01, -0.01, 0.02, 0, -0.02], margin=0.05).verdict == "practically the same"
    assert one([0.01, -0.01, 0.02, 0, -0.02]).verdict == "not enough seeds"
    assert one([0.01, -0.01, 0.02, 0], margin=0.05).verdict == "not enough seeds"


def test_a_difference_may_be_shown_and_be_below_the_margin():
    arm = one([0.01, 0.012, 0.008, 0.011, 0.009, 0.01, 0.013, 0.007], margin=0.02)
    assert arm.verdict == "helps"
    assert arm.verdict_text == "helps, by less than the margin"


def test_of_several_arms_each_has_its_share_of_the_level():
    table = scores(a=RIGHT, b=RIGHT, c=RIGHT)
    arms = compare_arms(table, ["none", *"abc"], "none", rules(10, margin=0.2))
    assert {arm.verdict for arm in arms[1:]} == {"no difference shown"}  # 0.033 > 0.05 / 3


def test_a_family_of_contrasts_is_corrected_by_itself():
    helped = [1, 2, 3, 4, 5, 6.0]
    table = scores(a=helped, b=[0.1, -0.2, 0.3, -0.1, 0.2, -0.3], c=[0, 0.1, 0, -0.1, 0, 0.2])
    main = compare_arms(table, ["none", *"abc"], "none", rules(6))
    assert main[1].p_corrected == 3 * 0.03125
    [alone] = compare_pairs(table, [("a", "b")], rules(6))
    assert alone.p_corrected == 0.03125
    assert (alone.label, alone.against, alone.verdict) == ("a", "b", "helps")
    several = compare_pairs(table, [("a", "b"), ("a", "c"), ("b", "c")], rules(6))
    assert [(each.label, each.against) for each in several] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert several[0].p_corrected == 3 * 0.03125


def test_max_t_shows_what_holm_cannot():
    """Six arms that go up together at seven seeds: by Holm no p is small enough."""
    base = np.array([1.0, 1.2, 0.8, 1.1, 0.9, 1.3, 0.7])
    table = scores(**{name: base + 0.01 * place for place, name in enumerate("abcdef")})
    arms = ["none", *"abcdef"]
    by_holm = compare_arms(table, arms, "none", rules(7))
    by_max_t = compare_arms(table, arms, "none", rules(7, correction="max-t"))
    assert {arm.verdict for arm in by_holm[1:]} == {"not enough seeds"}
    assert {arm.verdict for arm in by_max_t[1:]} == {"helps"}
    assert "after step-down max-t over 6 comparisons" in by_max_t[1].basis


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.integers(-5, 5), min_size=10, max_size=10), min_size=1, max_size=5),
    st.sampled_from(["holm", "max-t"]),
    st.sampled_from([0.0, 1.0, 3.0]),
)
def test_no_interval_contradicts_its_verdict(differences, correction, margin):
    named = {f"arm {number}": row for number, row in enumerate(differences)}
    results = compare_arms(
        scores(**named),
        ["none", *named],
        "none",
        rules(10, correction=correction, margin=margin, explain=False),
    )
    for arm in results[1:]:
        leaves_out_zero = not arm.difference.low <= 0 <= arm.difference.high
        assert leaves_out_zero == (arm.p_corrected < 0.05)
        assert arm.verdict.is_difference == leaves_out_zero
        if arm.verdict == "practically the same":
            assert arm.comparison.equivalence.low > -margin
            assert arm.comparison.equivalence.high < margin


def test_a_plans_own_controls_are_asked(store_of_controls):
    result = store_of_controls
    assert result.arm("uniform:kind=distribution").verdict == "control"
    [contrast] = result.contrasts
    assert (contrast.label, contrast.against) == ("dense", "uniform:kind=distribution")
    assert contrast.verdict == "helps"
    assert contrast.title == "Dense attention"
    assert [arm.label for arm in result.references] == ["none"]


@pytest.fixture
def store_of_controls(home):
    from attnlab.results.judge import judge
    from tests.export.studies import recorded

    steps = [0.001 * step for step in range(8)]
    chosen = {
        "none": [0.5 + step for step in steps],
        "dense": [0.7 - step for step in steps],
        "uniform:kind=distribution": [0.52 + step for step in steps],
    }
    store, study_id = recorded(home, chosen, contrasts=["dense against uniform:kind=distribution"])
    yield judge(store, study_id)
    store.close()
