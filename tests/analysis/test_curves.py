"""Deletion and insertion curves: which positions go first, and areas, held against scikit-learn."""

import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from attnlab.analysis.curves import aopc, area, kept, removal_order, shares_of

WEIGHTS = np.array([[0.1, 0.6, 0.3], [0.5, 0.2, 0.3]])


def test_top_begins_with_the_largest_and_bottom_with_the_smallest():
    assert removal_order(WEIGHTS, "top").tolist() == [[2, 0, 1], [0, 2, 1]]
    assert removal_order(WEIGHTS, "bottom").tolist() == [[0, 2, 1], [2, 0, 1]]


@settings(max_examples=40, deadline=None)
@given(arrays(float, (2, 6), elements=st.sampled_from([0.1, 0.2])), arrays(bool, (2, 6)))
@pytest.mark.parametrize("order", ["top", "random", "bottom"])
def test_every_order_is_an_order_with_padding_last(order, weights, valid):
    places = removal_order(weights, order, valid)
    assert (np.sort(places, axis=-1) == np.arange(6)).all()
    for row, of in enumerate(valid):
        assert sorted(places[row, of]) == list(range(of.sum()))


def test_ties_are_taken_by_lot_and_not_from_left_to_right():
    first = removal_order(np.full((2000, 4), 0.25), "top") == 0
    np.testing.assert_allclose(first.mean(axis=0), 0.25, atol=0.04)


def test_an_unknown_order_is_refused():
    with pytest.raises(ValueError, match="expected an order of top, random, bottom, got 'best'"):
        removal_order(WEIGHTS, "best")


def test_deleting_removes_what_inserting_puts_there():
    places = removal_order(WEIGHTS, "top")
    assert kept(places, 1 / 3).tolist() == [[True, False, True], [False, True, True]]
    assert (kept(places, 1 / 3, inserting=True) == ~kept(places, 1 / 3)).all()
    assert kept(places, 0).all()
    assert not kept(places, 1).any()


def test_shares_are_of_valid_positions_and_padding_stays():
    valid = np.array([[True, True, False]])
    places = removal_order(WEIGHTS[:1], "top", valid)
    assert kept(places, 0.5, valid).tolist() == [[True, False, True]]
    assert kept(places, 1, valid).tolist() == [[False, False, True]]


def test_shares_are_whole_positions():
    assert shares_of(3).tolist() == pytest.approx([0, 1 / 3, 2 / 3, 1])
    assert len(shares_of(100)) == 11
    with pytest.raises(ValueError, match="at least one position"):
        shares_of(0)


@settings(max_examples=40, deadline=None)
@given(arrays(float, 6, elements=st.floats(0, 1)))
def test_the_area_is_that_of_scikit_learn(scores):
    shares = shares_of(5)
    assert area(scores, shares) == pytest.approx(sklearn.metrics.auc(shares, scores))


def test_an_area_needs_a_score_for_each_share():
    with pytest.raises(ValueError, match="ascending shares"):
        area([1.0, 0.5], [0, 0.5, 1])
    with pytest.raises(ValueError, match="ascending shares"):
        area([1.0, 0.5], [1, 0])


def test_aopc_is_the_mean_drop():
    assert aopc([0.9, 0.5, 0.1]) == pytest.approx((0.4 + 0.8) / 2)
    with pytest.raises(ValueError, match="at least two scores"):
        aopc([0.9])
