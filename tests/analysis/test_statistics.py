"""Paired comparisons: worked by hand, held against SciPy and statsmodels, and at the edges."""

import math
import warnings

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from attnlab.analysis.flips import flip_interval
from attnlab.analysis.statistics import (
    LEVEL,
    compare,
    holm,
    holm_levels,
    paired_differences,
)

NAN, INF = math.nan, math.inf


def drawn(n, seed=0, shift=0.5):
    rng = np.random.default_rng(seed)
    return rng.normal(shift, 1, n), rng.normal(0, 1, n)


def test_six_differences_worked_by_hand():
    """Of ±1 … ±6, those with minus signs must sum to 6 or less, or 15 or more: 14 ways each."""
    differences = np.array([1, 2, 3, 4, 5, -6])
    found = compare(0.5 + differences / 100, np.full(6, 0.5))
    assert found.n == 6
    assert found.mean == pytest.approx(0.015)
    assert found.sd == pytest.approx(math.sqrt(15.5) / 100)
    assert found.d == pytest.approx(1.5 / math.sqrt(15.5))
    assert found.improvement == pytest.approx(5 / 6)
    assert (found.p, found.exact) == (28 / 64, True)
    assert (found.low, found.high) == pytest.approx((-0.06, 0.05))
    assert found.level == LEVEL


@pytest.mark.parametrize("level", [0.05, 0.05 / 4])
@pytest.mark.parametrize("n", [6, 9, 14])
def test_the_interval_is_that_of_the_test_at_the_level(n, level):
    arm, reference = drawn(n)
    found = compare(arm, reference, level)
    assert (found.low, found.high) == flip_interval(paired_differences(arm, reference), level)
    assert (not found.low <= 0 <= found.high) == (found.p < level)
    assert found.is_bounded == (2 ** (1 - n) < level)


@pytest.mark.parametrize("n", [1, 3, 8, 11, 40])
def test_swapping_the_arms_turns_the_sign(n):
    arm, reference = drawn(n, seed=n)
    one, other = compare(arm, reference), compare(reference, arm)
    assert other.mean == -one.mean
    assert (other.p, other.n, other.exact) == (one.p, n, one.exact)
    assert other.improvement == pytest.approx(1 - one.improvement)
    np.testing.assert_array_equal([other.low, other.high], [-one.high, -one.low])
    np.testing.assert_array_equal([other.d, other.sd], [-one.d, one.sd])


def test_the_order_of_seeds_does_not_matter():
    arm, reference = drawn(15)
    order = np.random.default_rng(5).permutation(15)
    assert compare(arm[order], reference[order]) == compare(arm, reference)


def test_pairs_without_two_values_are_left_out():
    arm, reference = drawn(10)
    with_gaps = compare([*arm, NAN, 1.0, INF], [*reference, 0.5, NAN, 0.5])
    assert with_gaps == compare(arm, reference)


def test_differences_that_rounding_errors_set_apart_are_equal():
    """0.3 − 0.2, 0.4 − 0.3 and so on are all different floats."""
    reference = np.arange(1, 10) / 10
    found = compare(reference + 0.1, reference)
    assert (found.mean, found.sd, found.low, found.high) == (0.1, 0.0, 0.1, 0.1)
    assert found.p == 2 / 2**9
    assert math.isnan(found.d)


def test_nothing_that_differs_has_p_one():
    found = compare(np.full(8, 0.1 + 0.2), np.full(8, 0.3))
    assert (found.mean, found.p, found.improvement, found.sd) == (0, 1, 0.5, 0)
    assert math.isnan(found.d)


def test_ties_count_half_for_improvement():
    assert compare([1, 2, 3, 4], [0, 2, 3, 5]).improvement == 0.5


def test_little_is_said_of_one_pair_and_nothing_of_none():
    one = compare([0.6], [0.5])
    assert (one.n, one.mean, one.p, one.is_bounded) == (1, 0.1, 1.0, False)
    assert (one.low, one.high) == (-INF, INF)
    assert all(math.isnan(value) for value in (one.d, one.sd))
    none = compare([NAN], [0.5])
    assert (none.n, none.is_bounded) == (0, False)
    assert all(math.isnan(value) for value in (none.mean, none.low, none.p, none.improvement))


def test_degenerate_values_raise_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for arm in ([], [1], [1] * 9, [0] * 9, [0] * 8 + [1], [INF] * 9, [1e300] * 9, [1e-300] * 9):
            found = compare(arm, np.zeros(len(arm)))
            assert found.n in (0, len(arm))


def test_values_that_do_not_pair_are_refused():
    with pytest.raises(ValueError, match="two rows of values"):
        compare([1, 2], [1, 2, 3])


def test_holm_worked_by_hand():
    np.testing.assert_allclose(holm([0.03, 0.01, 0.02, 0.4]), [0.06, 0.04, 0.06, 0.4])
    np.testing.assert_array_equal(holm([0.6, 0.7]), [1, 1])


def test_holm_is_that_of_statsmodels():
    p_values = np.random.default_rng(1).uniform(0, 0.2, 9)
    np.testing.assert_allclose(holm(p_values), multipletests(p_values, method="holm")[1], atol=1e-9)


def test_holm_counts_no_missing_value():
    np.testing.assert_array_equal(holm([NAN, 0.01, NAN, 0.02]), [NAN, 0.02, NAN, 0.02])
    assert np.isnan(holm([NAN, NAN])).all()
    assert len(holm([])) == 0


@given(st.lists(st.integers(1, 64).map(lambda k: k / 64) | st.just(NAN), min_size=1, max_size=8))
def test_levels_agree_with_holm(p_values):
    """An arm is rejected exactly when its own p is below the level of its interval."""
    levels = holm_levels(p_values)
    below = np.array(p_values) < levels
    assert (below == (holm(p_values) < LEVEL)).all()


def test_levels_worked_by_hand():
    np.testing.assert_allclose(holm_levels([0.0234, 0.0078, 0.6875]), [LEVEL / 2, LEVEL / 3, LEVEL])
    np.testing.assert_allclose(holm_levels([0.01, 0.01, 0.5]), [LEVEL / 3, LEVEL / 3, LEVEL])
    np.testing.assert_allclose(holm_levels([0.04, 0.5]), [LEVEL / 2, LEVEL / 2])
    np.testing.assert_allclose(holm_levels([NAN, 0.01]), [LEVEL, LEVEL])


def test_lopsided_differences_are_seen():
    rng = np.random.default_rng(3)
    assert compare(np.round(rng.exponential(1, 30), 6), np.zeros(30)).is_skewed
    assert not compare([1, 2, 3, 4, 5, 6], np.zeros(6)).is_skewed
    assert not compare([1, 2], [0, 0]).is_skewed
    assert not compare(np.ones(9), np.zeros(9)).is_skewed
    values = rng.normal(0, 1, 12)
    assert compare(values, np.zeros(12)).skew == pytest.approx(
        scipy.stats.skew(paired_differences(values, np.zeros(12)), bias=False)
    )
