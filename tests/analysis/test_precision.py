"""Two stages: the number of seeds a precision takes, and the interval that keeps its promise."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from attnlab.analysis.flips import sign_flip
from attnlab.analysis.precision import (
    half_width_allowed,
    seeds_for_exact,
    seeds_for_precision,
    stein_interval,
)

NAN = math.nan
ONE_TO_TEN = np.arange(1.0, 11.0)  # standard deviation 3.0277
firsts = st.lists(st.floats(-9, 9).map(lambda value: round(value, 3)), min_size=2, max_size=12)


def test_seeds_worked_by_hand():
    """(2.262 · 3.0277 / 1)² = 46.9; and from Σd² = 385: (2.228 · 6.2048 / 2)² = 47.8"""
    assert seeds_for_precision(ONE_TO_TEN, 1.0, 100) == 47
    assert seeds_for_exact(ONE_TO_TEN, 2.0, 100) == 48


def test_there_are_never_fewer_than_the_first_nor_more_than_the_cap():
    assert seeds_for_precision(ONE_TO_TEN, 50.0, 100) == 10
    assert seeds_for_precision(ONE_TO_TEN, 0.01, 100) == 100
    assert seeds_for_precision(ONE_TO_TEN, 0.01, 5) == 10
    assert seeds_for_precision([0.1] * 10, 0.01, 100) == 10


def test_the_cap_allows_a_width_of_its_own():
    assert half_width_allowed(ONE_TO_TEN, 25) == pytest.approx(2.2622 * 3.02765 / 5, abs=1e-4)


@given(firsts, st.floats(0.05, 5))
def test_the_number_is_the_smallest_that_reaches_the_half_width(first, half):
    seeds = seeds_for_precision(first, half, 10**9)
    assert half_width_allowed(first, seeds) <= half * (1 + 1e-6)
    assert seeds == len(first) or half_width_allowed(first, seeds - 1) > half


@given(firsts, st.data())
def test_no_flip_of_signs_and_no_order_changes_the_number_for_the_exact_test(first, data):
    signs = data.draw(st.lists(st.sampled_from([-1, 1]), min_size=len(first), max_size=len(first)))
    changed = data.draw(st.permutations([a * b for a, b in zip(first, signs, strict=True)]))
    assert seeds_for_exact(first, 0.5, 10**6) == seeds_for_exact(changed, 0.5, 10**6)


def test_spread_and_freedom_stay_those_of_the_first_stage():
    values = np.concatenate([ONE_TO_TEN, np.full(15, 100.0)])
    interval = stein_interval(values, 10)
    assert interval.mean == values.mean()
    assert interval.half == half_width_allowed(ONE_TO_TEN, 25)
    assert interval.n == 25


def test_failed_runs_are_left_out():
    values = [1.0, NAN, 2.0, 4.0, NAN, 3.0]
    interval = stein_interval(values, 4)
    t = scipy.stats.t.ppf(0.975, 2)
    assert interval.half == pytest.approx(t * np.std([1, 2, 4], ddof=1) / 2)
    assert (interval.mean, interval.n) == (2.5, 4)
    assert seeds_for_precision([1.0, NAN, 1.0], 0.1, 50) == 3


def test_too_little_to_tell_from_is_refused():
    with pytest.raises(ValueError, match="two differences"):
        seeds_for_precision([1.0, NAN], 0.1, 50)
    with pytest.raises(ValueError, match="half-width"):
        seeds_for_precision([1.0, 2.0], 0.0, 50)


def test_it_covers_as_often_as_it_says_with_and_without_the_cap():
    """By 20,000 studies 0.950; 3,000 here are off by 0.012 at most."""
    rng = np.random.default_rng(0)
    for most in (200, 20):
        held = []
        for values in rng.normal(0.3, 1, (3000, 200)):
            seeds = seeds_for_precision(values[:10], 0.4, most)
            interval = stein_interval(values[:seeds], 10)
            held.append(interval.low <= 0.3 <= interval.high)
        assert np.mean(held) == pytest.approx(0.95, abs=0.012)


def test_the_exact_test_stays_exact_over_a_number_chosen_from_squares():
    """At most 0.05; 1,000 studies here are off by 0.022 at most."""
    alarms = []
    for values in np.random.default_rng(0).standard_t(3, (1000, 16)):
        seeds = seeds_for_exact(values[:6], 1.2, 16)
        alarms.append(sign_flip(values[:seeds])[0] < 0.05)
    assert np.mean(alarms) <= 0.05 + 0.022
