"""The permutation test of two groups: SciPy is the oracle of p, and interval and p agree."""

import math

import numpy as np
import pytest
from scipy.stats import permutation_test

from attnlab.analysis.dividing import GroupSizes
from attnlab.analysis.unpaired import (
    compare_unpaired,
    equivalence_of,
    fewest_runs,
    permutation_interval,
    permutation_p,
    varies_more_where_fewer,
)
from attnlab.analysis.unpaired_power import runs_to_show, unpaired_power, unpaired_smallest_shown

SIZES = [(2, 5), (4, 4), (5, 5), (3, 9), (9, 3), (7, 8)]


def groups(sizes, digits, shift=0.6):
    rng = np.random.default_rng(sum(sizes))
    return [np.round(rng.normal(by, 1, n), digits) for n, by in zip(sizes, (shift, 0), strict=True)]


def by_scipy(arm, reference):
    def apart(own, other, axis):
        return own.mean(axis) - other.mean(axis)

    return permutation_test((arm, reference), apart, vectorized=True, n_resamples=np.inf).pvalue


@pytest.mark.parametrize("digits", [3, 1])  # one decimal gives ties
@pytest.mark.parametrize("sizes", SIZES)
def test_p_is_that_of_scipy(sizes, digits):
    arm, reference = groups(sizes, digits)
    p, exact = permutation_p(arm, reference)
    assert exact
    assert p == pytest.approx(by_scipy(arm, reference), abs=1e-12)


@pytest.mark.parametrize("sizes", [*SIZES, (13, 14), (16, 16), (20, 25)])
@pytest.mark.parametrize("level", [0.05, 0.3])
def test_the_interval_holds_what_the_test_does_not_reject(sizes, level):
    arm, reference = groups(sizes, 2, shift=1.0)
    ends = permutation_interval(arm, reference, level)
    if math.isinf(ends.low):
        assert not GroupSizes(*sizes).reaching(level)
        return
    for end, outwards in ((ends.low, -1), (ends.high, 1)):
        inside, outside = (end + side * outwards * 1e-6 for side in (-1, 1))
        assert permutation_p(arm - inside, reference)[0] >= level
        assert permutation_p(arm - outside, reference)[0] < level
    assert (permutation_p(arm, reference)[0] < level) == (not ends.low <= 0 <= ends.high)


@pytest.mark.parametrize("sizes", [(5, 7), (16, 16), (20, 20), (30, 20)])
def test_the_other_way_about_only_the_sign_changes(sizes):
    arm, reference = groups(sizes, 3)
    one, other = compare_unpaired(arm, reference), compare_unpaired(reference, arm)
    assert (one.p, one.n, one.sd) == (other.p, other.n, pytest.approx(other.sd))
    assert one.mean == pytest.approx(-other.mean)
    assert (one.low, one.high) == pytest.approx((-other.high, -other.low))
    assert one.improvement == pytest.approx(1 - other.improvement)


def test_ways_that_are_drawn_come_near_those_that_are_counted():
    arm, reference = groups((20, 25), 3, shift=0.7)
    p, exact = permutation_p(arm, reference)
    assert not exact
    assert p == permutation_p(arm[::-1], reference)[0]
    drawn = permutation_test(
        (arm, reference), lambda a, b: a.mean() - b.mean(), n_resamples=20_000, rng=1
    )
    assert p == pytest.approx(drawn.pvalue, abs=0.01)
    assert permutation_p(arm + 100, reference)[0] == 2 / 10_000


def test_one_run_against_five_shows_nothing():
    compared = compare_unpaired([8], [5, 5, 8, 7, 8])
    assert (compared.n, compared.sizes, compared.p) == (1, (1, 5), 1.0)
    assert math.isinf(compared.low)
    assert compared.mean == pytest.approx(1.4)
    assert not GroupSizes(1, 5).can_show(0.05)
    assert not GroupSizes(1, 1000).can_show(0.05)


def test_groups_without_runs_and_without_spread():
    assert math.isnan(compare_unpaired([], [1.0, 2.0]).mean)
    same = compare_unpaired([2.0] * 5, [2.0] * 6)
    assert (same.p, same.sd, same.low, same.high) == (1.0, 0.0, 0.0, 0.0)
    assert math.isnan(same.d)


def test_practically_the_same_is_when_the_interval_lies_inside_the_margin():
    arm, reference = groups((8, 9), 3, shift=0.0)
    low, high = permutation_interval(arm, reference, 0.1)
    reach = max(-low, high)
    assert equivalence_of(arm, reference, reach + 1e-6).is_same
    assert not equivalence_of(arm, reference, reach - 1e-6).is_same
    with pytest.raises(ValueError, match="above 0"):
        equivalence_of(arm, reference, 0)


def test_power_is_about_what_draws_show():
    rng, sizes = np.random.default_rng(0), GroupSizes(6, 9)
    shown = unpaired_smallest_shown(1.0, sizes, 0.05)
    draws = [permutation_p(rng.normal(shown, 1, 6), rng.normal(0, 1, 9))[0] for _ in range(400)]
    assert np.mean(np.array(draws) < 0.05) == pytest.approx(0.8, abs=0.06)
    assert unpaired_power(shown, 1.0, sizes, 0.05) == pytest.approx(0.8)
    runs = int(runs_to_show(1.0, 0.05))
    assert unpaired_power(1.0, 1.0, GroupSizes(runs, runs), 0.05) >= 0.8
    assert unpaired_power(1.0, 1.0, GroupSizes(runs - 1, runs - 1), 0.05) < 0.8
    assert runs_to_show(1e-6, 0.05) == math.inf
    many = GroupSizes(1250, 1250)  # where the noncentral t distribution is NaN
    assert unpaired_smallest_shown(1.0, many, 0.05) == pytest.approx(0.112, abs=0.001)
    assert unpaired_power(1.0, 1.0, many, 0.05) == pytest.approx(1.0)


def test_how_few_runs_can_show_anything():
    assert fewest_runs(0.05) == 4
    assert fewest_runs(0.05 / 25) == 7
    assert GroupSizes(16, 16).is_exact
    assert not GroupSizes(5000, 5000).is_exact


def test_a_small_group_that_varies_much_more_is_noticed():
    assert varies_more_where_fewer([0, 9, -9, 4], [0, 1, 2, 1, 0, 2, 1, 1])
    assert not varies_more_where_fewer([0, 1, 2, 1], [0, 1, 2, 1, 0, 2, 1, 1])
    assert not varies_more_where_fewer([0, 9, -9, 4], [0, 1, 2, 1, 0])
    assert varies_more_where_fewer([0.9, 1, 1, 0.5], [1.0] * 20)  # at the ceiling
    assert not varies_more_where_fewer([1.0] * 4, [1.0] * 20)
