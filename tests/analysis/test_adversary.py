"""Attention that could have been otherwise, held against a search of all attention."""

import itertools
import math

import numpy as np
import pytest

from attnlab.analysis.adversary import adversary
from attnlab.analysis.divergence import jensen_shannon, total_variation
from attnlab.analysis.weights import NoDistributionError

RANDOM = np.random.default_rng(7)
SIMPLEX = np.array(
    [
        np.array([a, b, 40 - a - b]) / 40
        for a, b in itertools.product(range(41), repeat=2)
        if a + b <= 40
    ]
)


def flat(tried, factors):
    return np.zeros_like(tried)


def test_predictions_that_ignore_attention_let_it_be_wholly_different():
    weights = np.array([[0.9, 0.1, 0.0]])
    found = adversary(lambda _: np.full((1, 2), 0.5), flat, weights)
    assert found.divergence[0] == pytest.approx(math.log(2))
    assert found.weights[0].tolist() == [0, 0, 1]
    assert found.moved[0] == 0


def test_predictions_that_are_the_attention_hold_it_nearly_where_it_is():
    weights = RANDOM.dirichlet(np.ones(3), 8)
    found = adversary(lambda tried: tried, lambda _, factors: factors, weights, epsilon=0.05)
    assert (found.moved <= 0.05).all()
    np.testing.assert_allclose(total_variation(found.weights, weights), found.moved)
    most = [
        jensen_shannon(own, SIMPLEX[total_variation(SIMPLEX, own) <= 0.05]).max(initial=0.0)
        for own in weights
    ]
    assert 0.7 * np.mean(most) < found.divergence.mean() < 0.06


def test_it_finds_nearly_as_much_as_a_search_of_all_attention():
    values = RANDOM.normal(size=(12, 3))
    weights = RANDOM.dirichlet(np.ones(3), 12)

    def predict(tried):
        yes = 1 / (1 + np.exp(-(tried * values).sum(axis=-1)))
        return np.stack([yes, 1 - yes], axis=-1)

    def slope(tried, factors):
        both = predict(tried).prod(axis=-1) * (factors[:, 0] - factors[:, 1])
        return both[:, None] * values

    found = adversary(predict, slope, weights, epsilon=0.02)
    assert (found.moved <= 0.02).all()
    np.testing.assert_allclose(jensen_shannon(weights, found.weights), found.divergence)
    wanted = predict(weights)
    most = []
    for row, own in enumerate(weights):
        moved = total_variation(
            predict(np.broadcast_to(SIMPLEX[:, None], (len(SIMPLEX), 12, 3)))[:, row], wanted[row]
        )
        most.append(jensen_shannon(own, SIMPLEX[moved <= 0.02]).max(initial=0.0))
    assert np.mean(found.divergence) > 0.9 * np.mean(most)


def test_padding_gets_no_attention():
    valid = np.array([[True, True, False]])
    found = adversary(lambda _: np.ones((1, 1)), flat, np.array([[0.7, 0.3, 0.0]]), valid)
    assert found.weights[0, 2] == 0
    assert found.divergence[0] > 0.3


def test_a_single_position_could_not_have_been_otherwise():
    valid = np.array([[True, False]])
    assert (
        adversary(lambda _: np.ones((1, 1)), flat, np.array([[1.0, 0.0]]), valid).divergence[0] == 0
    )


def test_a_row_without_weight_has_no_answer():
    found = adversary(lambda _: np.ones((1, 1)), flat, np.zeros((1, 2)))
    assert np.isnan(found.divergence[0])


def test_gates_and_a_negative_epsilon_are_refused():
    with pytest.raises(NoDistributionError, match="the adversary needs weights that sum to one"):
        adversary(lambda tried: tried, flat, np.ones((1, 2)), kind="gate")
    with pytest.raises(ValueError, match="epsilon"):
        adversary(lambda tried: tried, flat, np.ones((1, 2)), epsilon=-1)


def test_among_many_positions_it_goes_round_what_moves_the_predictions():
    """Straight lines alone come to 0.35 here, steps uphill that move the predictions to 0.49."""
    random = np.random.default_rng(0)
    values = 3 * random.normal(size=(200, 16))
    weights = random.dirichlet(np.full(16, 0.5), 200)

    def predict(tried):
        return 1 / (1 + np.exp(-(tried * values).sum(axis=-1, keepdims=True)))

    def slope(tried, factors):
        yes = predict(tried)
        return factors * yes * (1 - yes) * values

    def distance(first, second):
        return np.abs(first - second)[:, 0]

    found = adversary(predict, slope, weights, epsilon=0.05, distance=distance)
    assert found.divergence.mean() > 0.52
