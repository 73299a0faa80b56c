"""The Pareto front: nobody is better for less."""

import numpy as np
import pytest

from attnlab.analysis.pareto import pareto_front

NAN = float("nan")


def front(cost, score, better=1):
    return pareto_front(cost, score, better).tolist()


def test_who_is_beaten_at_no_higher_cost_is_not_on_it():
    assert front([1, 2, 3, 4], [0.5, 0.7, 0.6, 0.8]) == [True, True, False, True]


def test_the_order_of_the_arms_does_not_matter():
    assert front([4, 3, 1, 2], [0.8, 0.6, 0.5, 0.7]) == [True, False, True, True]


def test_a_lower_score_can_be_the_better_one():
    assert front([1, 2, 3], [0.5, 0.7, 0.4], better=-1) == [True, False, True]


def test_of_equal_costs_only_the_best_is_on_it():
    assert front([1, 1, 1], [0.5, 0.7, 0.6]) == [False, True, False]


def test_of_equal_scores_only_the_cheapest_is_on_it():
    assert front([3, 1, 2], [0.5, 0.5, 0.5]) == [False, True, False]


def test_arms_equal_in_both_are_on_it_together():
    assert front([1, 1, 2], [0.5, 0.5, 0.4]) == [True, True, False]


def test_missing_numbers_beat_nobody():
    assert front([NAN, 1, 2, 0], [0.9, 0.5, 0.6, NAN]) == [False, True, True, False]
    assert front([], []) == []


def test_against_every_pair_on_random_arms():
    chance = np.random.default_rng(0)
    cost, score = chance.integers(0, 8, 60), chance.integers(0, 8, 60)
    beaten = [
        any(
            c <= own and s >= got and (c < own or s > got) for c, s in zip(cost, score, strict=True)
        )
        for own, got in zip(cost, score, strict=True)
    ]
    assert front(cost, score) == [not each for each in beaten]


def test_one_way_must_be_better():
    with pytest.raises(ValueError, match="better"):
        pareto_front([1], [1], 0)
