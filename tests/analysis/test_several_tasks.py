"""Several tasks: partial conjunction against its definition, and the mean over tasks."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.multitest import multipletests

from attnlab.analysis.flips import flip_interval, sign_flip
from attnlab.analysis.several_tasks import holds_in, mean_over_tasks, partial_conjunction
from attnlab.analysis.statistics import LEVEL

NAN = math.nan
p_lists = st.lists(st.floats(0.0001, 1), min_size=1, max_size=8)


def test_worked_by_hand():
    p_values = [0.004, 0.5, 0.02, 0.01]
    expected = [4 * 0.004, 3 * 0.01, 2 * 0.02, 0.5]
    assert [partial_conjunction(p_values, u) for u in (1, 2, 3, 4)] == pytest.approx(expected)
    assert holds_in(p_values, [1, 1, 1, 1]) == (3, 0, 4)
    assert holds_in(p_values, [1, 1, -1, 1]) == (2, 0, 4)
    assert holds_in(p_values, [-1, 1, -1, -1]) == (0, 3, 4)


@given(p_lists)
def test_it_holds_in_as_many_as_every_smaller_number_is_shown(p_values):
    tasks = len(p_values)
    shown = [partial_conjunction(p_values, u) < LEVEL for u in range(1, tasks + 1)]
    expected = shown.index(False) if False in shown else tasks
    assert holds_in(p_values, np.ones(tasks)).higher == expected


@settings(max_examples=12, deadline=None)
@given(p_lists)
def test_that_is_as_many_as_holm_rejects(p_values):
    corrected = multipletests(p_values, method="holm")[1]
    assert holds_in(p_values, np.ones(len(p_values))).higher == (corrected < LEVEL).sum()


def test_a_task_without_a_p_counts_among_the_tasks_and_holds_not():
    assert holds_in([0.02, NAN], [1.0, NAN]) == (1, 0, 2)
    assert holds_in([0.03, NAN], [1.0, NAN]) == (0, 0, 2)
    assert partial_conjunction([0.001, NAN], 2) == 1.0
    assert holds_in([], []) == (0, 0, 0)


def test_more_tasks_than_there_are_are_refused():
    with pytest.raises(ValueError, match="expected 1 to 2 tasks, got 3"):
        partial_conjunction([0.1, 0.2], 3)


def test_a_number_of_tasks_is_too_large_no_more_often_than_the_level():
    rng = np.random.default_rng(0)
    too_many = []
    for _ in range(1500):
        table = rng.normal([2.5, 2.5, 0, 0], 1, (8, 4))
        p_values = [sign_flip(column)[0] for column in table.T]
        too_many.append(holds_in(p_values, table.mean(axis=0)).higher > 2)
    assert np.mean(too_many) <= LEVEL


def test_the_mean_over_tasks_of_as_many_seeds_is_that_of_all_differences():
    one, two = [1, 2, 3, 4], [0, 1, -1, 2]
    result = mean_over_tasks([one, two])
    assert (result.mean, result.tasks, result.n) == (1.5, 2, 8)
    assert (result.p, result.exact) == sign_flip(one + two)
    assert (result.low, result.high) == flip_interval(one + two, LEVEL)


def test_every_task_counts_the_same():
    result = mean_over_tasks([[1.0, 1.0, NAN, 1.0, 1.0], [3.0, 3.0], [NAN]])
    assert (result.mean, result.tasks, result.n) == (2.0, 2, 6)
    assert result.p == 2 / 64


@settings(deadline=None)
@given(
    st.lists(st.lists(st.integers(-3, 5), max_size=5), min_size=1, max_size=3),
    st.sampled_from([0.05, 0.1]),
)
def test_its_interval_agrees_with_its_p(differences, level):
    result = mean_over_tasks(differences, level)
    if result.n:
        assert (not result.low <= 0 <= result.high) == (result.p < level)
        assert result.low <= result.mean + 1e-9
        assert result.high >= result.mean - 1e-9
        mirrored = mean_over_tasks([np.negative(values) for values in differences], level)
        assert mirrored.p == result.p
    else:
        assert math.isnan(result.p)


def test_it_covers_where_tasks_differ():
    rng, means = np.random.default_rng(0), np.array([0.0, 0.5, 1.0])
    held = []
    for _ in range(400):
        result = mean_over_tasks(list(rng.normal(means, 1, (7, 3)).T))
        held.append(result.low <= 0.5 <= result.high)
    assert np.mean(held) >= 0.93
