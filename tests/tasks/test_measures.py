"""Attention measures: hand-worked numbers, agreement with scikit-learn and SciPy, edge cases."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn.metrics import roc_auc_score

from attnlab.tasks.measures import (
    CHANCE,
    FLOAT32_TIE,
    NAMES,
    auc,
    chance,
    coarse,
    gini,
    hit,
    mass,
    normalised_entropy,
    of_trace,
    rank_accuracy,
    spread,
)

WEIGHTS = np.array([0.1, 0.4, 0.2, 0.3])


def at(positions, n=4):
    """The mask of these positions."""
    return np.isin(np.arange(n), positions)


def test_hit_is_one_only_where_the_peak_is_planted():
    assert hit(WEIGHTS, at([1])) == 1.0
    assert hit(WEIGHTS, at([0, 1])) == 1.0
    assert hit(WEIGHTS, at([3])) == 0.0


def test_tied_peaks_share_the_hit_so_that_uniform_attention_scores_chance():
    assert hit([0.25] * 4, at([0])) == chance(at([0])) == 0.25
    assert hit([0.4, 0.4, 0.2], at([1], 3)) == 0.5


def test_a_difference_below_float32_resolution_is_a_tie():
    almost = np.full(4, 0.25, dtype=np.float32)
    almost[0] = np.nextafter(almost[0], np.float32(1))
    assert hit(almost, at([0])) == rank_accuracy(almost, at([0])) == 0.25
    assert auc(almost, at([0])) == auc(almost, at([1])) == 0.5


def test_equal_weights_that_float32_told_apart_score_chance():
    weights = np.full(9, 1 / 9, dtype=np.float32)
    for place, steps in enumerate([0, 1, 2, 3, 0, 2, 1, 3, 2]):  # the planted one is the smallest
        for _ in range(steps):
            weights[place] = np.nextafter(weights[place], np.float32(1))
    assert auc(weights, at([0], 9)) == 0.5
    assert hit(weights, at([0], 9)) == rank_accuracy(weights, at([0], 9)) == pytest.approx(1 / 9)


@given(st.data())
def test_weights_that_tie_score_as_if_they_were_the_same(data):
    """By scikit-learn, and by the pairs of ranks, on weights rounded to what ties."""
    n = data.draw(st.integers(2, 12))
    levels = data.draw(st.lists(st.integers(1, 6), min_size=n, max_size=n))
    apart = st.floats(-FLOAT32_TIE / 3, FLOAT32_TIE / 3)
    noise = np.array(data.draw(st.lists(apart, min_size=n, max_size=n)))
    planted = np.array(data.draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    same = np.array(levels) / sum(levels)
    weights = same * (1 + noise)
    for metric in (hit, rank_accuracy, auc):
        np.testing.assert_array_equal(metric(weights, planted), metric(same, planted))
    if planted.any() and not planted.all():
        assert auc(weights, planted) == pytest.approx(roc_auc_score(planted, levels), abs=1e-12)


def test_a_gate_that_ties_with_a_limit_is_neither_shut_nor_open():
    limits = np.array([0.1, 0.9], dtype=np.float32)
    for toward in (np.float32(0), np.float32(1)):
        values = spread(np.nextafter(limits, toward))
        assert (values["shut"], values["open"]) == (0, 0)
    values = spread([0.0999, 0.9001])
    assert (values["shut"], values["open"]) == (0.5, 0.5)


def test_mass_is_the_share_on_the_truth_also_for_a_gate():
    assert mass(WEIGHTS, at([1, 2])) == pytest.approx(0.6)
    assert mass([0.9, 0.3, 0.6, 0.2], at([0])) == pytest.approx(0.9 / 2.0)


def test_rank_accuracy_is_the_planted_share_of_the_top():
    assert rank_accuracy(WEIGHTS, at([1, 3])) == 1.0
    assert rank_accuracy(WEIGHTS, at([1, 2])) == 0.5
    assert rank_accuracy(WEIGHTS, at([0])) == 0.0
    assert rank_accuracy([0.5, 0.2, 0.2, 0.1], at([0, 1])) == pytest.approx(
        0.75
    )  # a tie for second
    assert rank_accuracy([0.25] * 4, at([0, 1])) == chance(at([0, 1]))


def test_auc_agrees_with_scikit_learn_and_with_counted_pairs():
    # planted 1 and 2: of the four pairs with 0 and 3, (1,0) (1,3) (2,0) are in order
    assert auc(WEIGHTS, at([1, 2])) == pytest.approx(3 / 4)
    weights = np.random.default_rng(0).random(20)
    planted = at([3, 7], 20)
    assert auc(weights, planted) == pytest.approx(roc_auc_score(planted, weights))
    assert auc([0.25] * 4, at([0])) == 0.5


def test_normalised_entropy_runs_from_one_position_to_uniform():
    assert normalised_entropy([0, 1, 0, 0]) == 0.0
    assert normalised_entropy([0.25] * 4) == pytest.approx(1.0)
    assert normalised_entropy([0.5, 0.5, 0, 0]) == pytest.approx(0.5)  # log 2 / log 4
    assert normalised_entropy(WEIGHTS) == pytest.approx(stats.entropy(WEIGHTS) / np.log(4))


def test_entropy_counts_unmasked_positions_only():
    assert normalised_entropy([0.5, 0.5, 0, 0], [True, True, False, False]) == pytest.approx(1.0)


def test_gini_of_uniform_is_zero_and_of_one_position_is_largest():
    assert gini([0.25] * 4) == pytest.approx(0.0)
    assert gini([0, 0, 1, 0]) == pytest.approx(0.75)
    # (−3·0.1 − 1·0.2 + 1·0.3 + 3·0.4) / 4
    assert gini(WEIGHTS) == pytest.approx(0.25)
    assert gini(5 * WEIGHTS) == pytest.approx(0.25)


def test_spread_counts_nearly_shut_and_nearly_open_gates():
    values = spread([0.05, 0.1, 0.5, 0.95])
    assert (values["shut"], values["open"]) == (0.25, 0.25)
    assert values["sd"] == pytest.approx(np.std([0.05, 0.1, 0.5, 0.95]))


@pytest.mark.parametrize("metric", [hit, mass, rank_accuracy, auc])
def test_without_truth_or_with_missing_weights_there_is_no_number(metric):
    assert np.isnan(metric(WEIGHTS, at([])))
    assert np.isnan(metric([np.nan, 1.0], at([0], 2)))


def test_nothing_to_weigh_gives_no_number():
    assert np.isnan(mass([0, 0], at([0], 2)))
    assert np.isnan(gini([0, 0]))
    assert np.isnan(normalised_entropy([1.0]))
    assert np.isnan(list(spread([]).values())).all()
    assert np.isnan(auc(WEIGHTS, at([0, 1, 2, 3])))


def test_rows_are_measured_as_they_are_alone():
    random = np.random.default_rng(1)
    weights, truth = random.random((5, 3, 7)).round(1), random.random((5, 3, 7)) < 0.4
    for metric in (hit, mass, rank_accuracy, auc):
        together = metric(weights, truth)
        for place in np.ndindex(5, 3):
            np.testing.assert_allclose(together[place], metric(weights[place], truth[place]))
    for metric in (normalised_entropy, gini):
        alone = [[metric(row) for row in sample] for sample in weights]
        np.testing.assert_allclose(metric(weights), alone)


def test_padding_counts_for_nothing():
    weights, valid = np.array([0.2, 0.5, 0.3, 0.0, 0.0]), np.array([1, 1, 1, 0, 0], bool)
    truth = at([1], 5)
    for metric in (hit, mass, rank_accuracy, auc):
        assert metric(weights, truth, valid) == metric(weights[:3], truth[:3])
    assert chance(truth, valid) == pytest.approx(1 / 3)
    assert gini(weights, valid) == pytest.approx(gini(weights[:3]))
    assert normalised_entropy(weights, valid) == pytest.approx(normalised_entropy(weights[:3]))
    alone = spread(weights[:3])
    assert {name: float(value) for name, value in spread(weights, valid).items()} == alone


def test_every_sample_is_held_against_its_own_truth():
    weights = np.array([[0.7, 0.2, 0.1], [0.1, 0.2, 0.7]])
    truth = np.array([[1, 0, 0], [1, 0, 0]], bool)
    values = of_trace(weights, "distribution", truth=truth)
    assert values["hit"] == 0.5
    assert values["mass"] == pytest.approx(0.4)
    assert values["auc"] == 0.5
    assert values["chance"] == pytest.approx(1 / 3)


def test_heads_are_averaged_against_the_truth_and_concentrate_each_by_itself():
    weights = np.array([[[0.8, 0.1, 0.1], [0.0, 0.0, 1.0]]])  # one sample, two heads
    values = of_trace(weights, "distribution", ["head"], truth=np.array([[0, 0, 1]], bool))
    assert (values["hit"], values["mass"]) == (1.0, pytest.approx(0.55))
    assert values["entropy"] == pytest.approx(normalised_entropy(weights[0, 0]) / 2)


def test_each_query_has_a_row_of_truth_or_all_share_one():
    weights = np.array([[[0.9, 0.1], [0.6, 0.4], [0.5, 0.5]]])  # one sample, three queries
    diagonal = np.array([[[1, 0], [0, 1], [0, 0]]], bool)  # nothing planted for the last
    assert of_trace(weights, "distribution", ["query"], truth=diagonal)["hit"] == 0.5
    shared = of_trace(weights, "distribution", ["query"], truth=np.array([[1, 0]], bool))
    assert shared["mass"] == pytest.approx(2 / 3)


def test_a_place_is_found_on_a_map_of_lower_resolution():
    truth = np.zeros((1, 6, 6), bool)
    truth[0, 0:3, 0:2] = True  # covers a cell of (2, 3) wholly
    gates = np.array([[[0.9, 0.1, 0.1], [0.1, 0.1, 0.1]]])
    values = of_trace(gates, "gate", truth=truth)
    assert values["hit"] == 1.0
    assert values["chance"] == pytest.approx(1 / 6)
    assert "entropy" not in values


def test_a_cell_is_of_the_truth_where_it_is_covered_at_least_half_as_much_as_the_most_covered():
    truth = np.zeros((1, 4, 4), bool)
    truth[0, 0, 0:3] = True  # half of one cell, a quarter of the next
    assert coarse(truth, (2, 2)).tolist() == [[[True, True], [False, False]]]
    truth[0, 1, 0:2] = True  # now all of the first
    assert coarse(truth, (2, 2)).tolist() == [[[True, False], [False, False]]]
    assert not coarse(np.zeros((1, 4, 4), bool), (2, 2)).any()


def test_without_truth_only_the_shape_is_measured():
    assert of_trace(WEIGHTS[None], "distribution").keys() == {"entropy", "gini"}
    assert of_trace(WEIGHTS[None], "gate").keys() == {"sd", "shut", "open"}


def test_equal_weights_score_their_chance_level():
    equal = np.full((3, 4), 0.25)
    values = of_trace(equal, "distribution", truth=np.broadcast_to(at([2]), (3, 4)))
    assert values.keys() - {"chance"} <= set(NAMES)
    for name, value in values.items():
        assert value == pytest.approx(CHANCE.get(name, 0.25), abs=1e-12)


def test_queries_within_sentences_are_averaged_sentence_by_sentence():
    weights = np.array([[[[[0.8, 0.2], [0.6, 0.4]]], [[[0.1, 0.9], [0.3, 0.7]]]]])  # one head
    truth = np.array([[[0, 0], [0, 1]]], bool)  # nothing planted in the first sentence
    valid = np.ones((1, 2, 2), bool)
    axes = ["query", "head", "query"]
    values = of_trace(weights, "distribution", axes, truth=truth, valid=valid)
    assert values["mass"] == pytest.approx(0.8)
    assert values["chance"] == 0.5
