"""Practically the same: worked by hand, held against the interval and against subsets listed."""

import math
from itertools import product

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.analysis.equivalence import (
    cautious_sd,
    equivalence,
    margin_settled,
    seeds_to_settle,
)
from attnlab.analysis.flips import flip_interval, one_sided, sign_flip

OF_THE_ISSUE = [0.2, -0.3, 0.1, 0.4, -0.2, 0, 0.3, -0.1, 0.1, -0.2]
LEVELS = [0.05, 0.05 / 2, 0.05 / 3, 0.1]

tenths = st.lists(st.integers(-4, 4).map(lambda tenth: tenth / 10), min_size=1, max_size=11)
margins = st.integers(1, 6).map(lambda tenth: tenth / 10)


def test_the_two_p_values_worked_out_before():
    result = equivalence(OF_THE_ISSUE, 0.2)
    assert sorted([result.p_low, result.p_high]) == [12 / 1024, 34 / 1024]
    assert (result.p, result.is_same) == (34 / 1024, True)


@given(tenths, margins)
def test_p_is_the_share_of_all_signs_that_go_as_far(values, margin):
    """Listed by Python itself, in whole tenths, so that ties are ties."""
    distances = [round(10 * (value + margin)) for value in values]
    sums = [
        sum(sign * far for sign, far in zip(signs, distances, strict=True))
        for signs in product((-1, 1), repeat=len(values))
    ]
    assert one_sided(values, -margin) == np.mean([each >= sum(distances) for each in sums])


@given(tenths, margins, st.sampled_from(LEVELS))
def test_it_is_the_same_exactly_when_the_interval_lies_inside_the_margin(values, margin, level):
    """Ties at the margin among them, which are not inside."""
    result = equivalence(values, margin, level)
    assert result.is_same == (-margin < result.low and result.high < margin)
    assert (result.low, result.high) == pytest.approx(flip_interval(values, 2 * level), abs=1e-8)


@settings(max_examples=30, deadline=None)
@given(st.integers(17, 50), st.integers(0, 2**20), st.integers(1, 9), st.sampled_from(LEVELS))
def test_they_agree_where_subsets_are_counted_or_drawn(n, seed, digits, level):
    values = np.round(np.random.default_rng(seed).normal(0.1, 1, n), digits)
    result = equivalence(values, 0.5, level)
    assert result.is_same == (result.low > -0.5 and result.high < 0.5)
    assert result.low == pytest.approx(flip_interval(values, 2 * level).low, abs=1e-6)


@given(tenths, margins)
def test_a_reference_that_changes_places_changes_nothing(values, margin):
    result, mirrored = equivalence(values, margin), equivalence(-np.array(values), margin)
    assert (mirrored.p_low, mirrored.p_high) == (result.p_high, result.p_low)
    assert (mirrored.low, mirrored.high) == (-result.high, -result.low)


@given(tenths)
def test_either_side_has_half_of_the_p_of_both(values):
    sides = one_sided(values, 0), one_sided(np.negative(values), 0)
    assert min(1.0, 2 * min(sides)) == sign_flip(values)[0]


def test_five_pairs_can_settle_it_and_four_cannot():
    assert equivalence([0.0] * 5, 0.01).is_same
    assert not equivalence([0.0] * 4, 0.01).is_same
    assert seeds_to_settle(1.0, 0.0, 10) == 5
    assert math.isinf(margin_settled(0.1, 10, 4))


def test_nothing_is_settled_without_pairs_or_a_margin():
    assert math.isnan(equivalence([], 0.1).p)
    assert not equivalence([], 0.1).is_same
    assert math.isinf(seeds_to_settle(0.0, 1.0, 10))
    assert math.isnan(seeds_to_settle(0.1, 1.0, 1))
    with pytest.raises(ValueError, match="margin above 0"):
        equivalence([0.1], 0.0)


def test_a_standard_deviation_of_ten_is_taken_1_29_times():
    assert cautious_sd(1.0, 10) == pytest.approx(1.29, abs=0.005)
    assert cautious_sd(2.0, 7) == pytest.approx(2 * math.sqrt(6 / scipy.stats.chi2.ppf(0.2, 6)))


@pytest.mark.parametrize("ratio", [0.6, 1.0, 2.0, 5.0])
def test_seeds_are_those_of_the_rule_of_thumb(ratio):
    sd = ratio / cautious_sd(1.0, 10)
    assert seeds_to_settle(1.0, sd, 10) == pytest.approx(8.6 * ratio**2 + 2, abs=1.5)


@given(st.floats(0.1, 9), st.sampled_from(LEVELS), st.integers(2, 30))
def test_the_margin_that_seeds_settle_takes_no_more_of_them(margin, level, seen):
    seeds = seeds_to_settle(margin, 1.0, seen, level)
    assert margin_settled(1.0, seen, int(seeds), level) <= margin * (1 + 1e-9)


def test_it_shows_as_often_as_planned():
    """0.86 of studies of eleven pairs and a margin of one standard deviation, by 1,000 of them."""
    rng = np.random.default_rng(0)
    seeds = int(seeds_to_settle(1.0, 1 / cautious_sd(1.0, 10), 10))
    shown = [equivalence(rng.normal(0, 1, seeds), 1.0).is_same for _ in range(600)]
    assert np.mean(shown) == pytest.approx(0.85, abs=0.05)
