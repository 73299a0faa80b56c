"""How different distributions are, held against SciPy."""

import math

import numpy as np
import pytest
import scipy.spatial.distance
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attnlab.analysis.divergence import (
    LARGEST_JSD,
    heads_difference,
    jensen_shannon,
    total_variation,
)
from attnlab.analysis.weights import NoDistributionError, normalised

WEIGHTS = arrays(float, (2, 5), elements=st.floats(0, 1)).filter(lambda rows: rows.sum(1).min() > 0)


@settings(max_examples=60, deadline=None)
@given(WEIGHTS)
def test_the_divergence_is_the_square_of_scipys_distance(rows):
    found = jensen_shannon(rows[0], rows[1])
    expected = scipy.spatial.distance.jensenshannon(rows[0], rows[1]) ** 2
    assert found == pytest.approx(np.nan_to_num(expected), abs=1e-7)
    assert 0 <= found <= LARGEST_JSD + 1e-12


def test_distributions_that_share_nothing_are_log_two_apart():
    assert jensen_shannon([1.0, 0.0], [0.0, 1.0]) == pytest.approx(math.log(2))


def test_padding_takes_no_part():
    valid = [True, True, False]
    assert jensen_shannon([0.4, 0.4, 0.2], [0.1, 0.1, 0.8], valid) == pytest.approx(0)


def test_a_row_without_weight_has_no_distribution():
    assert np.isnan(jensen_shannon([0.0, 0.0], [0.5, 0.5]))
    with pytest.raises(ValueError, match="at least 0"):
        normalised([-0.5, 1.5])


def test_gates_have_no_divergence():
    with pytest.raises(NoDistributionError, match="Jensen-Shannon"):
        jensen_shannon([0.5], [0.5], kind="gate")
    with pytest.raises(ValueError, match="kind must be"):
        jensen_shannon([0.5], [0.5], kind="gates")


def test_total_variation_is_the_share_that_moves():
    assert total_variation([0.2, 0.8], [0.5, 0.5]) == pytest.approx(0.3)


def test_heads_differ_by_the_mean_of_every_two():
    heads = np.random.default_rng(0).dirichlet(np.ones(4), (2, 3))
    expected = np.mean(
        [jensen_shannon(heads[:, a], heads[:, b]) for a, b in [(0, 1), (0, 2), (1, 2)]], axis=0
    )
    np.testing.assert_allclose(heads_difference(heads), expected)
    np.testing.assert_allclose(heads_difference(heads[:, [0, 0]]), 0, atol=1e-15)
    assert np.isnan(heads_difference(heads[:, :1])).all()
