"""What max-t can show: held against SciPy and against verdicts of simulated studies."""

import math

import numpy as np
import pytest
import scipy.stats

from attnlab.analysis.max_t import max_t
from attnlab.analysis.max_t_power import (
    joint_level,
    max_t_power,
    max_t_seeds_to_show,
    max_t_smallest_shown,
)
from attnlab.analysis.power import power, seeds_to_show, smallest_shown
from attnlab.analysis.statistics import LEVEL


@pytest.mark.parametrize("arms", [2, 3, 5])
def test_the_joint_level_is_that_of_the_largest_of_correlated_normals(arms):
    critical = scipy.stats.norm.isf(joint_level(arms) / 2)
    correlated = scipy.stats.multivariate_normal(cov=0.5 * np.eye(arms) + 0.5)
    ends = np.full(arms, critical)
    assert 1 - correlated.cdf(ends, lower_limit=-ends) == pytest.approx(LEVEL, abs=1e-3)
    assert LEVEL / arms < joint_level(arms) < LEVEL


def test_one_arm_is_tested_as_ever():
    assert joint_level(1) == LEVEL
    assert max_t_power(1.0, 1.0, 10, 1) == power(1.0, 1.0, 10, LEVEL)
    assert max_t_smallest_shown(1.0, 10, 1) == smallest_shown(1.0, 10, LEVEL)
    assert max_t_seeds_to_show(0.5, 1.0, 1) == seeds_to_show(0.5, 1.0, LEVEL)


@pytest.mark.parametrize(("seeds", "effect"), [(7, 1.6), (9, 1.3), (13, 1.0)])
def test_power_is_the_share_of_verdicts(seeds, effect):
    """Simulated up to eleven seeds, an integral beyond; 600 studies here are off by 0.05."""
    rng = np.random.default_rng(9)
    shown = []
    for _ in range(600):
        table = (rng.normal(0, 1, (seeds, 3)) - rng.normal(0, 1, (seeds, 1))) / math.sqrt(2)
        table[:, 0] += effect
        shown.append(max_t(table).p[0] < LEVEL)
    assert max_t_power(effect, 1.0, seeds, 3) == pytest.approx(np.mean(shown), abs=0.055)


def test_it_shows_smaller_differences_than_holms_first_step():
    for seeds in (7, 10, 14):
        assert max_t_smallest_shown(1.0, seeds, 3) < smallest_shown(1.0, seeds, LEVEL / 3)


def test_the_smallest_shown_is_shown_with_the_power_asked_for():
    for seeds in (8, 20):
        smallest = max_t_smallest_shown(0.02, seeds, 3)
        assert max_t_power(smallest, 0.02, seeds, 3) == pytest.approx(0.8, abs=1e-3)
        assert max_t_seeds_to_show(smallest * 1.001, 0.02, 3) == seeds


def test_what_cannot_be_shown():
    assert max_t_power(9.0, 1.0, 5, 3) == 0
    assert max_t_power(1.0, 0.0, 5, 3) == 0
    assert math.isinf(max_t_smallest_shown(1.0, 5, 3))
    assert math.isinf(max_t_seeds_to_show(0.0, 1.0, 3))
    assert math.isinf(max_t_seeds_to_show(1e-6, 1.0, 3))
    assert math.isnan(max_t_seeds_to_show(math.nan, 1.0, 3))
