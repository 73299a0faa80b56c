"""What becomes of a claim, word by word, on verdict tables made by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.analysis.flips import sign_flip
from attnlab.claims import CLAIMS
from attnlab.claims.claim import Check
from attnlab.claims.compared import AS_CLAIMED, OPPOSITE
from attnlab.claims.outcome import (
    CONTRADICTED,
    NOT_CONTRADICTED,
    NOT_SHOWN,
    OPPOSITE_ONCE,
    PARTLY,
    SURVIVED_ONCE,
    SURVIVES,
    TOO_FEW,
    Standing,
    outcome,
)
from attnlab.claims.shipped import shipped

from .held_against import DOWN, MARGIN, UP, came, came_of, check, claim_of
from .made_up import result_of_scores


@pytest.mark.parametrize(
    ("expected", "differences", "word"),
    [
        ("higher", {"a": UP, "b": UP}, SURVIVES),
        ("higher", {"a": UP}, PARTLY),
        ("higher", {}, NOT_SHOWN),
        ("higher", {"a": DOWN}, OPPOSITE_ONCE),
        ("higher", {"a": UP, "b": DOWN}, OPPOSITE_ONCE),
        ("lower", {"a": DOWN, "b": DOWN}, SURVIVES),
        ("lower", {"b": DOWN}, PARTLY),
        ("lower", {}, NOT_SHOWN),
        ("lower", {"a": DOWN, "b": UP}, OPPOSITE_ONCE),
        ("same", {}, NOT_CONTRADICTED),
        ("same", {"a": UP}, OPPOSITE_ONCE),
        ("same", {"b": DOWN}, OPPOSITE_ONCE),
        ("not higher", {}, NOT_CONTRADICTED),
        ("not higher", {"a": DOWN}, NOT_CONTRADICTED),
        ("not higher", {"a": DOWN, "b": DOWN}, SURVIVES),
        ("not higher", {"a": UP}, OPPOSITE_ONCE),
    ],
)
def test_the_word_follows_what_the_arms_show(expected, differences, word):
    found = came(claim_of(check(expected)), differences)
    assert found.word == word
    assert [each.word for each in found.checks] == [word]


@pytest.mark.parametrize(
    ("expected", "differences", "word"),
    [
        ("same", {}, SURVIVES),
        ("same", {"a": 0.003}, SURVIVES),  # a difference, but below the margin
        ("same", {"a": MARGIN}, NOT_CONTRADICTED),
        ("same", {"a": UP}, OPPOSITE_ONCE),
        ("same", {"a": DOWN}, OPPOSITE_ONCE),
        ("not higher", {}, SURVIVES),
        ("not higher", {"a": DOWN}, SURVIVES),
        ("not higher", {"a": MARGIN}, NOT_CONTRADICTED),
        ("not higher", {"a": UP}, OPPOSITE_ONCE),
    ],
)
def test_with_a_margin_that_nothing_differs_can_be_shown(expected, differences, word):
    found = came(claim_of(check(expected, margin=MARGIN)), differences, seeds=14)
    assert found.word == word


def test_the_margin_is_held_against_the_right_value():
    """The ten differences of the issue: p .011719 and .033203 at a margin of .2."""
    claim = claim_of(check("same", "a", margin=0.2))
    [arm] = came_of(claim, [0.2, -0.3, 0.1, 0.4, -0.2, 0, 0.3, -0.1, 0.1, -0.2]).arms
    assert arm.word == AS_CLAIMED
    assert arm.p == pytest.approx(0.033203, abs=1e-6)
    assert -0.2 < arm.low < arm.high < 0.2


def test_all_shown_needs_no_correction_and_some_shown_does():
    """p = .03125 for each arm: both are below 0.05, neither is after Holm's correction."""
    claim = claim_of(check("higher"))
    first = [1, 2, 3, 4, 5, 6]
    both = result_of_scores(claim, {"none": np.zeros(6), "a": first, "b": first})
    found = outcome(claim, {"val_accuracy": both})
    assert found.word == SURVIVES
    assert [arm.p for arm in found.arms] == [0.03125, 0.03125]
    ends = [(arm.low, arm.high) for arm in found.arms]
    assert ends == [(1, math.inf)] * 2  # six seeds cannot show the opposite of two
    one = result_of_scores(claim, {"none": np.zeros(6), "a": first, "b": [-1, 2, 3, -4, 5, 6]})
    found = outcome(claim, {"val_accuracy": one})
    assert found.word == NOT_SHOWN
    assert found.arms[0].p == 0.0625
    assert found.arms[0].low == -np.inf


def test_the_opposite_is_corrected_over_all_metrics_and_arms():
    """Seven falls in a row are p = .015625: shown among three comparisons, not among four."""
    falls, level = -np.arange(1.0, 8.0), np.zeros(7)
    ups_and_downs = [1.0, -1.0, 2.0, -2.0, 1.5, -1.5, 0.5]
    three = claim_of(check("higher"), check("higher", "a", metric="val_loss"))
    four = claim_of(check("higher"), check("higher", metric="val_loss"))
    for claim, word in ((three, OPPOSITE_ONCE), (four, NOT_SHOWN)):
        found = outcome(
            claim,
            {
                "val_accuracy": result_of_scores(
                    claim, {"none": level, "a": falls, "b": ups_and_downs}
                ),
                "val_loss": result_of_scores(
                    claim, {"none": level, "a": ups_and_downs, "b": ups_and_downs}, "val_loss"
                ),
            },
        )
        assert found.word == word
    unshown = found.arms[0]  # by itself below 0.05, so that its interval has to be wider
    assert unshown.p == pytest.approx(4 * 0.015625)
    assert (unshown.low, unshown.high) == (-math.inf, math.inf)


def test_a_claim_is_contradicted_by_the_same_comparison_twice():
    claim = claim_of(check("higher"))
    a, b, neither, right = (
        came(claim, differences)
        for differences in ({"a": DOWN}, {"b": DOWN}, {}, {"a": UP, "b": UP})
    )
    assert Standing(a).word == OPPOSITE_ONCE
    assert Standing(a, a).word == CONTRADICTED
    assert Standing(a, a).word_of(0) == CONTRADICTED
    assert Standing(a, b).word == OPPOSITE_ONCE  # another arm, so nothing was seen twice
    assert Standing(a, neither).word == OPPOSITE_ONCE
    assert Standing(right, a).word == OPPOSITE_ONCE
    assert Standing(right).word == Standing(right, right).word == SURVIVES
    assert Standing(right, neither).word == Standing(right, neither).word_of(0) == SURVIVED_ONCE
    assert Standing(right).replicates is None
    assert (Standing(right, neither).replicates, Standing(a, b).replicates) == (False, True)


def test_gains_are_compared_seed_by_seed():
    arms = {
        "none": "none",
        "none at 3": "none@classes=3",
        "a": "dense",
        "a at 3": "dense@classes=3",
    }
    claim = claim_of(
        Check("val_accuracy", ("a at 3",), "higher", "a gains more at 3", gain_over="a"), arms=arms
    )
    rng = np.random.default_rng(3)
    scores = {label: rng.normal(size=8) for label in arms}
    [arm] = outcome(claim, {"val_accuracy": result_of_scores(claim, scores)}).arms
    differences = (scores["a at 3"] - scores["none at 3"]) - (scores["a"] - scores["none"])
    assert arm.difference == pytest.approx(differences.mean())
    opposite = sign_flip(differences)[0]
    assert arm.p == pytest.approx(opposite)
    assert (arm.label, arm.against) == ("Gain: a at 3", "gain: a")
    scores["a at 3"] = scores["a at 3"] + 100
    [arm] = outcome(claim, {"val_accuracy": result_of_scores(claim, scores)}).arms
    assert (arm.word, arm.p) == (AS_CLAIMED, 2 / 2**8)


def agrees(arm):
    """Whether the interval lies where the word says."""
    least, most = arm.claimed
    inside = (least < arm.low or math.isinf(least)) and (arm.high < most or math.isinf(most))
    outside = arm.high < arm.claimed.low or arm.low > arm.claimed.high
    is_in_order = arm.low <= arm.difference <= arm.high
    return inside == (arm.word == AS_CLAIMED) and outside == (arm.word == OPPOSITE) and is_in_order


NUMBERS = st.integers(-30, 30).map(lambda number: number / 100)
ROWS = st.integers(5, 12).flatmap(
    lambda n: st.tuples(*[st.lists(NUMBERS, min_size=n, max_size=n) for _ in range(4)])
)


@settings(max_examples=150, deadline=None)
@given(
    rows=ROWS,
    expected=st.tuples(*[st.sampled_from(["higher", "lower", "same", "not higher"])] * 2),
    margin=st.sampled_from([0.0, 0.05, 0.1]),
    shift=st.sampled_from([-0.3, -0.1, 0.0, 0.1, 0.3]),
)
def test_no_interval_contradicts_its_word(rows, expected, margin, shift):
    accuracy, loss = expected
    claim = claim_of(
        check(accuracy, margin=margin if accuracy in ("same", "not higher") else 0.0),
        check(loss, metric="val_loss", margin=margin if loss in ("same", "not higher") else 0.0),
    )
    a, b, c, d = (np.array(row) + shift for row in rows)
    level = np.zeros(len(a))
    found = outcome(
        claim,
        {
            "val_accuracy": result_of_scores(claim, {"none": level, "a": a, "b": b}),
            "val_loss": result_of_scores(claim, {"none": level, "a": c, "b": d}, "val_loss"),
        },
    )
    assert all(agrees(arm) for arm in found.arms if arm.word != TOO_FEW)


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.name)
def test_no_shipped_interval_contradicts_its_word(claim):
    entry = shipped()[claim.name]
    assert entry.fits(claim)
    standing = entry.standing(claim)
    for of in (standing.first, standing.again):
        assert all(agrees(arm) for arm in of.arms)


@pytest.mark.parametrize("expected", ["higher", "lower", "same", "not higher"])
def test_with_too_few_seeds_nothing_is_said_either_way(expected):
    found = came(claim_of(check(expected)), {"a": UP, "b": UP}, seeds=4)
    assert found.word == TOO_FEW
    assert "too few seeds" in found.sentence


def test_arms_that_a_check_does_not_name_do_not_count():
    assert came(claim_of(check("higher", "a")), {"a": UP, "b": DOWN}).word == SURVIVES


def test_less_of_a_loss_counts_as_lower_not_as_better():
    claim = claim_of(check("lower", metric="val_loss"))
    assert came(claim, {"a": DOWN, "b": DOWN}).word == SURVIVES
