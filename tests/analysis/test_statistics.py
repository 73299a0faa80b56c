"""Paired comparisons: worked by hand, held against SciPy and statsmodels, and at the edges."""

import math
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.stats
from statsmodels.stats.multitest import multipletests

from attnlab.analysis.statistics import (
    COVERAGE,
    MOST_EXACT,
    compare,
    coverage,
    coverage_note,
    holm,
    paired_differences,
    sign_flip,
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
    half = 2.5705818 * math.sqrt(15.5) / 100 / math.sqrt(6)
    assert (found.low, found.high) == pytest.approx((0.015 - half, 0.015 + half))
    assert found.interval == "t"


@pytest.mark.parametrize("n", [2, 3, 7, 10, 13])
@pytest.mark.parametrize("digits", [1, 9])
def test_p_is_that_of_scipy(n, digits):
    """With one digit many sums tie, which SciPy is told by rounding them."""
    differences = np.round(drawn(n, seed=n)[0], digits)

    def far(flipped, axis):
        return np.round(np.abs(flipped.sum(axis=axis)), 8)

    expected = scipy.stats.permutation_test(
        (differences,), far, permutation_type="samples", n_resamples=2**n, alternative="greater"
    )
    p, exact = sign_flip(differences)
    assert exact
    assert p == pytest.approx(expected.pvalue, abs=1e-12)


def test_a_sum_that_differs_by_rounding_alone_is_as_far():
    """0.1 + 0.2 − 0.3 is not 0 in floating point: a minus at 0.3 is one at both 0.1 and 0.2."""
    assert sign_flip([0.1, 0.2, -0.3]) == (1.0, True)
    assert sign_flip([0.1, 0.2, -0.3, 0.4])[0] == 10 / 16
    assert sign_flip([-0.1, -0.2, 0.3, 0.4])[0] == 10 / 16


def test_p_is_exact_up_to_the_most_pairs_and_drawn_beyond():
    assert sign_flip(np.ones(MOST_EXACT)) == (2.0 ** (1 - MOST_EXACT), True)
    many = np.ones(MOST_EXACT + 1)
    assert sign_flip(many) == (1 / 10_000, False)
    differences = drawn(40, shift=0.2)[0]
    p, exact = sign_flip(differences)
    assert not exact
    assert p == pytest.approx(scipy.stats.ttest_1samp(differences, 0).pvalue, abs=0.02)
    assert sign_flip(differences)[0] == p


def test_the_interval_is_that_of_scipy():
    arm, reference = drawn(12)
    differences = np.sort(paired_differences(arm, reference))
    expected = scipy.stats.bootstrap(
        (differences,),
        np.mean,
        n_resamples=9_999,
        method="BCa",
        random_state=np.random.default_rng(0),
    ).confidence_interval
    found = compare(arm, reference)
    assert found.interval == "BCa"
    assert (found.low, found.high) == pytest.approx(tuple(expected), abs=1e-9)


@pytest.mark.parametrize(("n", "interval"), [(2, "t"), (7, "t"), (8, "BCa"), (20, "BCa")])
def test_the_interval_is_a_bootstrap_from_eight_pairs_on(n, interval):
    assert compare(*drawn(n)).interval == interval


def test_a_bootstrap_that_gives_nothing_is_replaced(monkeypatch):
    nothing = SimpleNamespace(confidence_interval=SimpleNamespace(low=NAN, high=NAN))
    monkeypatch.setattr(scipy.stats, "bootstrap", lambda *given, **options: nothing)
    arm, reference = drawn(9, seed=123)
    found = compare(arm, reference)
    expected = scipy.stats.ttest_rel(arm, reference).confidence_interval()
    assert found.interval == "t"
    assert (found.low, found.high) == pytest.approx(tuple(expected))


@pytest.mark.parametrize("n", [1, 3, 8, 11, 40])
def test_swapping_the_arms_turns_the_sign(n):
    arm, reference = drawn(n, seed=n)
    one, other = compare(arm, reference), compare(reference, arm)
    assert other.mean == -one.mean
    assert (other.p, other.n, other.interval, other.exact) == (one.p, n, one.interval, one.exact)
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
    assert found.interval == "t"
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
    assert (one.n, one.mean, one.p, one.interval) == (1, 0.1, 1.0, "")
    assert all(math.isnan(value) for value in (one.low, one.high, one.d, one.sd))
    none = compare([NAN], [0.5])
    assert (none.n, none.interval) == (0, "")
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


def test_an_interval_of_few_seeds_says_that_it_is_narrow():
    said = "At 10 seeds this interval covers the truth about 90 times in 100 rather than 95."
    assert coverage_note(10, "BCa") == said
    assert coverage_note(10, "t") == ""
    assert coverage_note(max(COVERAGE), "BCa") == ""


def test_more_seeds_never_cover_less():
    shares = [coverage(n) for n in range(8, 200)]
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (COVERAGE[8], 0.95)
    assert COVERAGE[10] < coverage(12) < COVERAGE[15]
