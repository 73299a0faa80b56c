"""What so many seeds can show."""

import math

import numpy as np
import pytest
from scipy.special import ndtr
from statsmodels.stats.power import TTestPower

from attnlab.analysis.power import (
    fewest_seeds,
    power,
    reaching,
    seeds_to_show,
    smallest_shown,
)
from attnlab.analysis.statistics import sign_flip

NAN = math.nan


@pytest.mark.parametrize(
    ("comparisons", "seeds"), [(0, 6), (1, 6), (2, 7), (3, 7), (4, 8), (6, 8), (7, 9), (20, 10)]
)
def test_fewest_seeds_are_those_whose_smallest_p_goes_under(comparisons, seeds):
    assert fewest_seeds(comparisons) == seeds
    assert sign_flip(np.ones(seeds))[0] < 0.05 / max(comparisons, 1)
    assert sign_flip(np.ones(seeds - 1))[0] >= 0.05 / max(comparisons, 1)


def test_values_of_p_below_a_level_are_counted():
    """Ten pairs know 512 values of p; a p at the level is not below it."""
    assert reaching(10, 0.05) == 25
    assert reaching(10, 1 / 512) == 0
    assert reaching(10, 1.01 / 512) == 1
    assert reaching(0, 0.5) == 0


def test_of_more_pairs_than_are_counted_out_p_has_the_values_of_the_drawn_flips():
    assert reaching(33, 0.05) == reaching(1000, 0.05) == 499
    assert reaching(32, 1e-5) > 0
    assert reaching(33, 1e-5) == 0
    assert sign_flip(np.ones(33))[0] == pytest.approx(1e-4)  # the smallest there is


def test_a_level_that_no_number_of_seeds_can_reach_takes_infinitely_many():
    assert fewest_seeds(1, 1e-9) == 31
    assert fewest_seeds(1, 1e-10) == math.inf
    assert seeds_to_show(1.0, 1.0, 1e-10) == math.inf
    assert smallest_shown(1.0, 40, 1e-10) == math.inf
    assert power(9.0, 1.0, 40, 1e-10) == 0


def test_where_only_exact_counts_reach_a_level_more_seeds_are_not_promised():
    assert seeds_to_show(3.0, 1.0, 1e-6) <= 32
    assert seeds_to_show(0.1, 1.0, 1e-6) == math.inf


def test_power_where_all_signs_must_agree():
    assert power(0.02, 0.02, 8, 0.0125) == pytest.approx(ndtr(1) ** 8 + ndtr(-1) ** 8)


@pytest.mark.parametrize("values", [2, 3])
def test_power_where_few_signs_will_do(values):
    level = (values + 0.5) / 2**8
    draws = np.random.default_rng(0).normal(0.9, 1, (6000, 9))
    simulated = np.mean([sign_flip(each)[0] < level for each in draws])
    assert power(0.9, 1, 9, level) == pytest.approx(simulated, abs=0.02)


@pytest.mark.parametrize(("n", "level"), [(10, 0.05), (20, 0.0125), (50, 0.05)])
def test_power_is_that_of_the_t_test_at_a_p_that_can_be_had(n, level):
    reached = reaching(n, level) / (2 ** (n - 1) if n <= 32 else 10_000)
    assert reached < level
    assert power(0.3, 0.5, n, level) == pytest.approx(TTestPower().power(0.6, n, reached), abs=1e-9)


def test_power_is_a_share_whatever_the_difference():
    """statsmodels gives NaN for either tail of some differences that are large."""
    for n in (8, 10, 40, 3000):
        for level in (0.05, 0.0125):
            shares = [power(effect, 1.0, n, level) for effect in (0, 0.01, *range(1, 20), 1e6)]
            assert all(0 <= share <= 1 for share in shares)
            assert shares == pytest.approx(sorted(shares))
    assert power(-0.3, 0.5, 20, 0.05) == power(0.3, 0.5, 20, 0.05)


def test_power_at_the_edges():
    assert power(1, 1, 5, 0.05) == 0  # p is never below 0.0625
    assert power(1, 0, 6, 0.05) == 1
    assert power(0, 0, 6, 0.05) == 0
    assert power(1, 0, 5, 0.05) == 0
    assert math.isnan(power(NAN, 1, 10, 0.05))
    assert math.isnan(power(1, NAN, 10, 0.05))


@pytest.mark.parametrize(("n", "level"), [(6, 0.05), (8, 0.0125), (10, 0.05), (40, 0.01)])
def test_the_smallest_difference_shown_is_shown_eight_times_in_ten(n, level):
    assert power(smallest_shown(0.02, n, level), 0.02, n, level) == pytest.approx(0.8, abs=1e-6)


def test_the_smallest_difference_at_the_edges():
    assert smallest_shown(0.02, 7, 0.0125) == math.inf
    assert smallest_shown(0.0, 8, 0.0125) == 0
    assert math.isnan(smallest_shown(NAN, 8, 0.0125))


@pytest.mark.parametrize("effect", [0.05, 0.4, 0.9, 1.5])
def test_seeds_to_show_are_the_fewest(effect):
    seeds = seeds_to_show(-effect, 1.0, 0.0125)
    assert (
        power(effect, 1.0, int(seeds), 0.0125) >= 0.8 > power(effect, 1.0, int(seeds) - 1, 0.0125)
    )


def test_seeds_to_show_are_never_fewer_than_can_show_anything():
    assert seeds_to_show(1000, 1, 0.0125) == seeds_to_show(1, 0, 0.0125) == fewest_seeds(4) == 8


def test_seeds_to_show_at_the_edges():
    assert seeds_to_show(0, 1, 0.05) == math.inf
    assert math.isnan(seeds_to_show(NAN, 1, 0.05))
    assert math.isnan(seeds_to_show(1, NAN, 0.05))
