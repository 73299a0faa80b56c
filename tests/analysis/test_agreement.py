"""Rank correlations, held against SciPy, with ties, masks and single positions."""

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attnlab.analysis import agreement
from attnlab.analysis.agreement import kendall_tau, permuted, permuted_tau, seeds_agreement
from attnlab.analysis.weights import dense_ranks

RANDOM = np.random.default_rng(5)
FEW_VALUES = st.integers(0, 4).map(float)  # so that many tie


@settings(max_examples=60, deadline=None)
@given(
    arrays(float, (3, 6), elements=FEW_VALUES),
    arrays(float, (3, 6), elements=FEW_VALUES),
    arrays(bool, (3, 6)),
)
@pytest.mark.parametrize("most", [0, 256])  # one by one, and by pairs
def test_tau_is_that_of_scipy_with_ties_and_masks(most, first, second, valid):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(agreement, "MOST_PAIRED", most)
        taus = kendall_tau(first, second, valid)
    for row, of in enumerate(valid):
        one, other = first[row, of], second[row, of]
        if len(set(one)) < 2 or len(set(other)) < 2:
            assert np.isnan(taus[row])
        else:
            assert taus[row] == pytest.approx(scipy.stats.kendalltau(one, other).statistic)


def test_long_rows_are_compared_alike_however_many_are_held_at_once(monkeypatch):
    first, second = RANDOM.normal(size=(2, 30, 40))
    whole = kendall_tau(first, second)
    monkeypatch.setattr(agreement, "_AT_ONCE", 1000)
    np.testing.assert_array_equal(kendall_tau(first, second), whole)


def test_axes_before_the_positions_stay():
    values = RANDOM.normal(size=(2, 3, 5))
    np.testing.assert_allclose(kendall_tau(values, values), np.ones((2, 3)))
    np.testing.assert_allclose(kendall_tau(values, -values), -np.ones((2, 3)))


def test_uniform_weights_agree_with_nothing():
    assert np.isnan(kendall_tau(np.full((1, 4), 0.25), RANDOM.normal(size=(1, 4)))[0])


def test_rounding_of_float32_is_a_tie():
    weights = np.array([0.25, 0.25 * (1 + 1e-7), 0.5])
    assert dense_ranks(weights).tolist() == [0, 0, 1]


def test_padding_has_no_rank_and_moves_none():
    ranks = dense_ranks(np.array([[3.0, -9.0, 1.0]]), np.array([[True, False, True]]))
    assert ranks.tolist() == [[1, -1, 0]]


def test_values_that_are_no_numbers_are_refused():
    with pytest.raises(ValueError, match="expected finite numbers"):
        kendall_tau(np.array([[np.nan, 1.0]]), np.ones((1, 2)))


def test_arrays_must_have_one_shape():
    with pytest.raises(ValueError, match=r"got \(1, 2\) and \(1, 3\)"):
        kendall_tau(np.ones((1, 2)), np.ones((1, 3)))


def test_permuted_attention_agrees_by_chance_alone():
    values = RANDOM.normal(size=(2000, 10))
    baseline = permuted_tau(values, values, times=5)
    assert abs(baseline.mean()) < 0.02
    assert kendall_tau(values, values).mean() == 1


@settings(max_examples=40, deadline=None)
@given(arrays(bool, (2, 7)), st.integers(0, 99))
def test_a_permutation_moves_valid_positions_alone(valid, seed):
    weights = np.arange(14.0).reshape(2, 7)
    moved = permuted(weights, valid, np.random.default_rng(seed))
    np.testing.assert_array_equal(moved[~valid], weights[~valid])
    for row, of in enumerate(valid):
        assert sorted(moved[row, of]) == sorted(weights[row, of])


def test_seeds_agree_by_their_mean_correlation():
    traces = RANDOM.dirichlet(np.ones(6), 4)
    correlations = np.corrcoef(traces)[np.triu_indices(4, 1)]
    assert seeds_agreement(traces) == pytest.approx(correlations.mean())


def test_seeds_with_the_same_profile_agree_fully_and_one_seed_with_nobody():
    trace = RANDOM.dirichlet(np.ones(6))
    assert seeds_agreement([trace, trace, trace]) == pytest.approx(1)
    assert np.isnan(seeds_agreement([trace]))
    assert np.isnan(seeds_agreement(np.full((3, 6), 1 / 6)))
