"""Interquartile mean and performance profiles, held against SciPy and each other."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from attnlab.analysis.profiles import interquartile_mean, performance_profile

SCORES = [[0.1, 0.5, 0.7, 0.9], [0.2, 0.4, 0.6, 0.8]]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.floats(0, 1), min_size=1, max_size=9), min_size=1, max_size=4))
def test_the_interquartile_mean_is_the_trimmed_mean(scores):
    result = interquartile_mean(scores)
    pooled = np.concatenate(scores)
    assert result.mean == pytest.approx(scipy.stats.trim_mean(pooled, 0.25))
    assert result.n == len(pooled)
    assert result.low <= result.high


def test_one_run_far_off_does_not_move_it():
    scores = [[0.5, 0.5, 0.5, 0.5, -99.0]]
    assert interquartile_mean(scores).mean == 0.5


def test_runs_are_drawn_within_their_task():
    """Runs of a task that do not vary leave nothing to chance, however far the tasks are apart."""
    result = interquartile_mean([[0.1] * 5, [0.9] * 5])
    assert result.low == result.mean == result.high == pytest.approx(0.5)


def test_its_interval_is_the_bootstrap_of_scipy_for_one_task():
    scores = np.random.default_rng(0).normal(0, 1, 30)
    expected = scipy.stats.bootstrap(
        (scores,),
        lambda values, axis: scipy.stats.trim_mean(values, 0.25, axis=axis),
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    result = interquartile_mean([scores])
    assert (result.low, result.high) == pytest.approx(tuple(expected), abs=0.05)


def test_profiles_worked_by_hand():
    profile = performance_profile(SCORES, [0.0, 0.4, 0.5, 0.9])
    assert profile.share == pytest.approx([1.0, (3 / 4 + 2 / 4) / 2, 0.5, 0.0])
    assert (profile.low <= profile.share).all()
    assert (profile.share <= profile.high).all()
    assert (profile.low[0], profile.high[0]) == (1.0, 1.0)


def test_the_area_under_a_profile_is_the_mean_score():
    scores = np.random.default_rng(0).uniform(0, 1, (3, 10))
    edges = np.linspace(0, 1, 501)
    area = np.trapezoid(performance_profile(scores, edges).share, edges)
    assert area == pytest.approx(scores.mean(), abs=2e-3)


def test_the_band_of_a_share_is_about_as_wide_as_that_of_a_binomial():
    profile = performance_profile([np.arange(40)] * 2, [19.5])
    half = 1.96 * math.sqrt(0.25 / 80)
    assert profile.high[0] - profile.low[0] == pytest.approx(2 * half, abs=0.04)


def test_failed_runs_are_left_out_and_nothing_is_nan():
    assert interquartile_mean([[0.5, math.nan], [math.nan]])[:2] == (1, 0.5)
    assert math.isnan(interquartile_mean([[]]).mean)
    assert np.isnan(performance_profile([[]], [0.5]).share).all()
