"""Runs that fell to chance are named; runs that merely vary are not."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attnlab.analysis.collapses import collapsed

GOOD = [0.91, 0.90, 0.93, 0.89, 0.92, 0.90]


def test_runs_that_fell_to_chance_are_named():
    assert collapsed([0.91, 0.11, 0.90, 0.93, 0.10, 0.89, 0.92], 0.1).tolist() == [
        *(False, True, False, False),
        *(True, False, False),
    ]


@given(st.integers(5, 30), st.integers(0, 2**20), st.sampled_from([0.1, 0.5]), st.data())
def test_a_run_at_chance_among_good_ones_is_always_named(n, seed, chance, data):
    rng = np.random.default_rng(seed)
    scores = rng.uniform(0.88, 0.92, n)
    place = data.draw(st.integers(0, n - 1))
    scores[place] = chance + rng.uniform(-0.03, 0.03)
    assert np.flatnonzero(collapsed(scores, chance)).tolist() == [place]


@pytest.mark.parametrize("n", [5, 6, 8, 10, 20, 30])
@pytest.mark.parametrize("chance", [-6.0, -3.0, -1.5, -0.5])
def test_of_normal_scores_hardly_an_arm_has_one(n, chance):
    """Less than 1 %, wherever chance is; 3,000 arms here are off by 0.004 at most."""
    scores = np.random.default_rng(n).normal(0, 1, (3000, n))
    assert np.mean([collapsed(each, chance).any() for each in scores]) < 0.01


def test_a_run_between_the_others_and_chance_is_not_at_chance():
    assert not collapsed([*GOOD, 0.7], 0.1).any()


def test_scores_that_all_but_tie_do_not_make_the_last_one_a_collapse():
    assert not collapsed([1.0, 1.0, 1.0, 1.0, 1.0, 0.995], 0.5).any()
    assert collapsed([1.0, 1.0, 1.0, 1.0, 1.0, 0.5], 0.5)[-1]


def test_an_arm_of_which_half_fell_has_no_rare_collapses():
    assert not collapsed([0.9, 0.91, 0.92, 0.9, 0.1, 0.1, 0.1, 0.1], 0.1).any()


def test_failed_runs_and_arms_below_chance_have_none():
    assert collapsed([*GOOD, math.nan, 0.1], 0.1).tolist() == [False] * 7 + [True]
    assert not collapsed([math.nan] * 3, 0.1).any()
    assert not collapsed([], 0.1).any()
    assert not collapsed([0.05, 0.04, 0.05, 0.04, 0.05, 0.9], 0.1).any()


def test_few_runs_do_not_tell():
    assert not collapsed([0.9, 0.91, 0.92, 0.1], 0.1).any()
