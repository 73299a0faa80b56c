"""The sign-flip test and its interval: worked by hand, held against each other and SciPy."""

import math
from itertools import chain, combinations

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.analysis import flips
from attnlab.analysis.flips import (
    DRAWN,
    MOST_EXACT,
    flip_interval,
    reaching,
    sign_flip,
)

INF = math.inf
ONE_TO_SIX = [1, 2, 3, 4, 5, 6]
HALF_TIES = [0, 0, 0, 0, 0, 1, 1, 2, 1, 3]
LEVELS = [0.05, 0.1, 0.05 / 2, 0.05 / 3, 0.05 / 7]

differences = st.lists(
    st.one_of(st.integers(-3, 3), st.floats(-1, 1).map(lambda value: round(value, 6))),
    min_size=1,
    max_size=14,
)


@pytest.mark.parametrize(
    ("values", "level", "ends"),
    [
        (ONE_TO_SIX, 0.05, (1, 6)),
        (ONE_TO_SIX, 0.1, (2, 5)),
        (ONE_TO_SIX[:5], 0.05, (-INF, INF)),
        (ONE_TO_SIX[:5], 0.1, (1, 5)),
        (HALF_TIES, 0.05, (0, 1.5)),
        ([0.25] * 6, 0.05, (0.25, 0.25)),
        ([2.0], 0.05, (-INF, INF)),
    ],
)
def test_intervals_worked_by_hand(values, level, ends):
    assert flip_interval(values, level) == pytest.approx(ends, abs=1e-12)


def test_p_values_worked_by_hand():
    assert sign_flip(ONE_TO_SIX) == (0.03125, True)
    assert sign_flip(ONE_TO_SIX[:5]) == (0.0625, True)
    assert sign_flip(HALF_TIES) == (0.0625, True)


def test_nothing_has_neither_p_nor_ends():
    assert math.isnan(sign_flip([])[0])
    assert all(math.isnan(end) for end in flip_interval([], 0.05))


@given(differences, st.sampled_from(LEVELS))
def test_zero_is_outside_exactly_when_p_is_below_the_level(values, level):
    low, high = flip_interval(values, level)
    assert low <= np.mean(values) + 1e-12
    assert high >= np.mean(values) - 1e-12
    assert (not low <= 0 <= high) == (sign_flip(values)[0] < level)


@settings(max_examples=25, deadline=None)
@given(st.integers(19, 45), st.integers(0, 2**20), st.integers(0, 3), st.sampled_from(LEVELS))
def test_they_agree_where_subsets_are_counted_or_drawn(n, seed, digits, level):
    values = np.round(np.random.default_rng(seed).normal(0.5, 1, n), digits)
    low, high = flip_interval(values, level)
    assert (not low <= 0 <= high) == (sign_flip(values)[0] < level)


@settings(max_examples=40, deadline=None)
@given(st.integers(6, 60), st.integers(0, 2**20), st.sampled_from([-0.3, 0.0, 0.3]))
def test_they_agree_at_levels_next_to_p_in_whatever_order(n, seed, mean):
    """Where one flip more or less decides, and whichever of the two arms is the higher one."""
    values = np.random.default_rng(seed).normal(mean, 1, n)
    p, _ = sign_flip(values)
    assert sign_flip(np.sort(values))[0] == p
    for level in (p * (1 - 1e-6), p * (1 + 1e-6)):
        low, high = flip_interval(values, level)
        assert (not low <= 0 <= high) == (p < level)


@settings(max_examples=50, deadline=None)
@given(differences, st.sampled_from(LEVELS))
def test_the_ends_are_those_of_all_subsets(values, level):
    """Listed by Python itself, and in exact order."""
    rank = math.ceil(level / 2 * 2 ** len(values)) - 1
    assert rank == reaching(len(values), level)
    subsets = chain.from_iterable(combinations(values, size) for size in range(1, len(values) + 1))
    means = sorted(sum(subset) / len(subset) for subset in subsets)
    expected = (means[rank - 1], means[-rank]) if rank else (-INF, INF)
    assert flip_interval(values, level) == pytest.approx(expected, abs=1e-8)


@pytest.mark.parametrize("n", [20, 23])
def test_counting_gives_the_ends_that_a_list_gives(n, monkeypatch):
    values = np.random.default_rng(n).normal(0.3, 1, n)
    counted = flip_interval(values, 0.05)
    monkeypatch.setattr("attnlab.analysis.flips._MOST_LISTED", n)
    flips._cached_lower_end.cache_clear()
    assert flip_interval(values, 0.05) == pytest.approx(counted)


def test_drawn_flips_come_close_to_counted_ones(monkeypatch):
    values = np.random.default_rng(5).normal(0.3, 1, 30)
    ends, (p, exact) = flip_interval(values, 0.05), sign_flip(values)
    assert exact
    monkeypatch.setattr("attnlab.analysis.flips.MOST_EXACT", 29)
    drawn_p, exact = sign_flip(values)
    assert not exact
    assert drawn_p == pytest.approx(p, abs=0.01)
    flips._cached_lower_end.cache_clear()
    assert flip_interval(values, 0.05) == pytest.approx(ends, abs=0.03)


def test_no_drawn_p_is_below_one_in_ten_thousand():
    assert sign_flip(np.ones(MOST_EXACT + 1)) == (1 / (DRAWN + 1), False)


@given(differences, st.sampled_from(LEVELS))
def test_a_reference_that_changes_places_mirrors_all(values, level):
    low, high = flip_interval(values, level)
    mirrored = flip_interval(-np.array(values), level)
    assert mirrored == pytest.approx((-high, -low), abs=1e-12)
    assert sign_flip(-np.array(values))[0] == sign_flip(values)[0]


def test_it_covers_normal_differences_as_often_as_promised():
    """0.955 at ten pairs, by 20,000 studies; 1,500 here are off by 0.011 at most."""
    rng = np.random.default_rng(0)
    ends = [flip_interval(rng.normal(0.3, 1, 10), 0.05) for _ in range(1500)]
    assert np.mean([low <= 0.3 <= high for low, high in ends]) == pytest.approx(0.952, abs=0.018)


def test_p_is_that_of_scipy():
    values = np.round(np.random.default_rng(7).normal(0.5, 1, 12), 1)

    def far(flipped, axis):
        return np.round(np.abs(flipped.sum(axis=axis)), 8)

    expected = scipy.stats.permutation_test(
        (values,), far, permutation_type="samples", n_resamples=2**12, alternative="greater"
    )
    assert sign_flip(values)[0] == pytest.approx(expected.pvalue, abs=1e-12)


@settings(max_examples=25, deadline=None)
@given(st.integers(19, 24), st.integers(0, 2**20), st.sampled_from([0, 1, 9]))
def test_the_ends_that_are_searched_for_leave_as_many_subsets_as_they_should(n, seed, digits):
    """Also where values are large beside their differences, and many tie."""
    values = 1e6 * (seed % 2) + np.round(np.random.default_rng(seed).normal(0.3, 1, n), digits)
    rank, spread = reaching(n, 0.05), np.ptp(values)
    low = flip_interval(values, 0.05).low
    assert flips._subsets_at_most(values, low) >= rank
    assert flips._subsets_at_most(values, low - 1e-8 * spread - 1e-9) < rank
