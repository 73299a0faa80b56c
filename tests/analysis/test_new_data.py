"""The interval for new data like these."""

import math

import numpy as np
import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.new_data import new_data_interval

VALUES = [0.02, -0.01, 0.03, 0.01, 0.0, 0.02, 0.04, -0.02, 0.01, 0.03]
values = st.lists(st.floats(-1, 1), min_size=2, max_size=30)


def test_worked_by_hand():
    """s = 0.018886, 2.26216 · s · √(1 / 10 + 300 / 1200) = 0.025276"""
    interval = new_data_interval(VALUES, 300, 1200)
    assert interval.mean == pytest.approx(0.013)
    assert interval.half == pytest.approx(0.025276, abs=2e-6)


@given(values, st.integers(1, 500), st.integers(1, 500))
def test_it_is_the_usual_one_widened(differences, held_out, trained):
    usual, corrected = mean_interval(differences), new_data_interval(differences, held_out, trained)
    factor = math.sqrt(1 + len(differences) * held_out / trained)
    assert corrected.mean == pytest.approx(usual.mean)
    assert corrected.half == pytest.approx(usual.half * factor, abs=1e-12)


def test_the_level_is_that_of_its_arm():
    interval = new_data_interval(VALUES, 1, 4, level=0.05 / 3)
    t = scipy.stats.t.ppf(1 - 0.05 / 6, 9)
    assert interval.half == pytest.approx(t * np.std(VALUES, ddof=1) * math.sqrt(0.1 + 0.25))


def test_too_few_values_leave_it_open():
    assert math.isnan(new_data_interval([0.1, math.nan], 1, 4).half)
    assert math.isnan(new_data_interval([], 1, 4).mean)


def test_samples_are_asked_for():
    with pytest.raises(ValueError, match="got 0 and 10"):
        new_data_interval(VALUES, 0, 10)
