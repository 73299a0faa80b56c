"""How attention is spread over its positions, held against SciPy, hand-made rows and chance."""

import numpy as np
import pytest
import scipy.stats

from attnlab.analysis import distributions
from attnlab.analysis.distributions import SPREAD_MEASURES, by_class, mean_weights, of_rows
from attnlab.analysis.weights import NoDistributionError

RANDOM = np.random.default_rng(3)
TRUTH = np.isin(np.arange(8), [2, 5])


def test_entropy_is_that_of_scipy_over_valid_positions():
    weights = RANDOM.dirichlet(np.ones(6), 20)
    valid = np.arange(6) < RANDOM.integers(2, 7, (20, 1))
    expected = [
        scipy.stats.entropy(row[of]) / np.log(of.sum())
        for row, of in zip(weights, valid, strict=True)
    ]
    np.testing.assert_allclose(distributions.entropy(weights, valid), expected, rtol=1e-12)


def test_gini_is_half_the_relative_mean_difference():
    weights = RANDOM.dirichlet(np.ones(7), 5)
    differences = np.abs(weights[:, :, None] - weights[:, None]).mean(axis=(1, 2))
    np.testing.assert_allclose(distributions.gini(weights), differences / (2 * weights.mean(1)))


def test_spread_of_gates_is_their_standard_deviation():
    gates = RANDOM.random((4, 5))
    np.testing.assert_allclose(distributions.spread(gates), gates.std(axis=1))


@pytest.mark.parametrize("name", ["entropy", "gini"])
def test_gates_are_refused_where_only_a_distribution_makes_sense(name):
    with pytest.raises(NoDistributionError, match="these are gates, each free between 0 and 1"):
        of_rows(name, np.full((2, 3), 0.5), "gate")


def test_a_spread_of_gates_is_not_measured_of_a_distribution():
    with pytest.raises(ValueError, match="sd is a measure of gates, got a distribution"):
        of_rows("sd", np.full((2, 3), 1 / 3), "distribution")


@pytest.mark.parametrize(
    ("name", "kind"),
    [(name, kind) for name, each in SPREAD_MEASURES.items() for kind in each.kinds],
)
def test_uniform_attention_scores_at_chance(name, kind):
    measure = SPREAD_MEASURES[name]
    truth = TRUTH if measure.needs_truth else None
    scored = of_rows(name, np.full((3, 8), 1 / 8), kind, truth)
    np.testing.assert_allclose(scored, measure.chance_level(TRUTH, None), atol=1e-12)


@pytest.mark.parametrize("name", ["hit", "mass"])
def test_attention_drawn_at_random_scores_at_chance_and_the_planted_mask_scores_one(name):
    drawn = RANDOM.dirichlet(np.ones(8), 20_000)
    scored = of_rows(name, drawn, "distribution", TRUTH)
    error = scored.std() / np.sqrt(len(scored))
    assert abs(scored.mean() - 2 / 8) < 4 * error
    assert SPREAD_MEASURES[name].chance_level(TRUTH, None) == 2 / 8
    np.testing.assert_allclose(of_rows(name, TRUTH / 2.0, "distribution", TRUTH), 1.0)


@pytest.mark.parametrize("name", ["entropy", "gini"])
def test_a_single_position_has_no_spread(name):
    valid = [[True, False, False]]
    scored = of_rows(name, np.array([[1.0, 0.0, 0.0]]), "distribution", None, valid)
    assert np.isnan(scored[0]) or scored[0] == 0


def test_a_measure_of_truth_without_truth_is_refused():
    with pytest.raises(ValueError, match="expected a truth"):
        of_rows("hit", np.full((1, 3), 1 / 3), "distribution")


def test_mean_attention_counts_each_position_where_it_is_no_padding():
    weights = np.array([[0.5, 0.5, 0.0], [0.2, 0.3, 0.5]])
    valid = np.array([[True, True, False], [True, True, True]])
    np.testing.assert_allclose(mean_weights(weights, valid), [0.35, 0.4, 0.5])


def test_a_position_that_is_always_padding_has_no_attention():
    assert mean_weights(np.ones((2, 2)), np.array([True, False])).tolist() == [1.0, 0.0]


def test_attention_by_class_is_the_mean_over_its_examples():
    weights = RANDOM.dirichlet(np.ones(4), 6)
    labels = np.array([0, 2, 2, 0, 2, 0])
    found = by_class(weights, labels)
    assert list(found) == [0, 2]
    np.testing.assert_allclose(found[2], weights[[1, 2, 4]].mean(axis=0))


def test_labels_must_be_as_many_as_examples():
    with pytest.raises(ValueError, match="expected 2 labels"):
        by_class(np.ones((2, 3)), [0, 1, 1])
