"""What a look costs, and what it does to the p-values of the next."""

import math

import numpy as np
import pytest
from scipy.stats import norm

from attnlab.analysis.looks import adjusted_for_looks, counted, deciding, spent

NAN = math.nan


def test_little_is_spent_at_first():
    """O'Brien and Fleming's z of 1.96 / √t, as Lan and DeMets spend it."""
    assert spent([10], 20, 0.05) == pytest.approx([0.005575], abs=1e-6)
    assert spent([10, 15], 15, 0.05) == pytest.approx([0.016375, 0.033625], abs=1e-6)


def test_spending_is_the_formula():
    for alpha in (0.05, 0.0125):
        z = norm.isf(alpha / 2)
        expected = np.diff([0, *(2 * norm.sf(z / math.sqrt(n / 30)) for n in (8, 20, 25))])
        np.testing.assert_allclose(spent([8, 20, 25], 30, alpha), expected, atol=1e-12)


def test_what_is_spent_sums_to_alpha_at_the_most_seeds():
    assert sum(spent([5, 12, 30], 30, 0.05)) == pytest.approx(0.05, abs=1e-15)
    assert sum(spent([5, 12], 30, 0.05)) < 0.05
    assert spent([30], 30, 0.05) == [0.05]


def test_one_look_at_all_seeds_leaves_p_alone():
    for p in (2**-9, 0.0312, 0.7, 1.0):
        assert adjusted_for_looks([p], [10], 10) == p


@pytest.mark.parametrize("p_values", [[0.001, 0.9], [0.5, 0.02], [0.03, 0.03], [0.012, 0.0001]])
def test_adjusted_p_is_the_smallest_alpha_that_rejects(p_values):
    looks = [10, 15]
    alpha = adjusted_for_looks(p_values, looks, 15)

    def rejects(alpha):
        return any(p <= level for p, level in zip(p_values, spent(looks, 15, alpha), strict=True))

    assert rejects(alpha * (1 + 1e-9))
    assert not any(rejects(alpha * share) for share in (1 - 1e-9, 0.9, 0.5, 0.1))


def test_adjusted_p_grows_with_p():
    adjusted = [adjusted_for_looks([0.4, p], [10, 20], 20) for p in np.linspace(1e-4, 1, 50)]
    assert adjusted == sorted(adjusted)
    assert all(p <= value for p, value in zip(np.linspace(1e-4, 0.4, 20), adjusted, strict=False))


def test_a_p_that_no_alpha_rejects_is_one():
    assert adjusted_for_looks([NAN, 0.6], [10, 15], 15) == 1.0


def test_a_look_without_a_p_value_rejects_nothing():
    assert adjusted_for_looks([NAN, 0.01], [10, 15], 15) == adjusted_for_looks(
        [1, 0.01], [10, 15], 15
    )
    assert math.isnan(adjusted_for_looks([NAN], [10], 10))


def test_a_look_that_could_not_reject_has_spent_nothing():
    """Ten seeds cannot go under 0.0056 / 4, the level of a first look at half the seeds."""
    assert counted([10, 20], 20, 4) == [20]
    assert counted([10, 20], 20, 1) == [10, 20]
    assert counted([10, 15], 15, 4) == [10, 15]
    assert counted([10, 12, 15], 30, 4) == [15]


def test_the_present_look_always_counts():
    assert counted([10], 20, 4) == [10]


@pytest.mark.parametrize("looks", [[], [0], [10, 10], [15, 10], [10, 21]])
def test_looks_that_do_not_ascend_to_the_most_are_refused(looks):
    with pytest.raises(ValueError, match="expected looks"):
        spent(looks, 20, 0.05)
    with pytest.raises(ValueError, match="expected looks"):
        adjusted_for_looks([0.1] * len(looks), looks, 20)


def test_every_look_has_a_p_value():
    with pytest.raises(ValueError, match="expected 2 p-values"):
        adjusted_for_looks([0.1], [10, 20], 20)


def test_the_verdict_rests_on_the_first_look_that_could_have_shown_something():
    assert deciding([10], 1) == 10
    assert deciding([10, 15], 1) == 10
    assert deciding([5, 10], 1) == 10  # five pairs cannot go under 0.05
    assert deciding([6, 10], 1) == 6
    assert deciding([6, 10], 2) == 10  # nor six under half of it
    assert deciding([3, 4, 5], 1) == 5
    assert deciding([7, 9, 12], 0) == 7
