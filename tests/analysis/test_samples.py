"""What one sample got of an arm's attention."""

import numpy as np
import pytest

from attnlab.analysis.attention import heads_first
from attnlab.analysis.samples import over_queries, sample_attention

KINDS = {"head,feature": "distribution", "step": "gate", "block1/place": "gate"}


def test_each_head_is_seen_for_itself():
    scores = np.arange(24.0).reshape(3, 2, 4)
    first, second = sample_attention({"head,feature": scores}, KINDS, 1)
    assert (first.place, first.head, first.kind) == ("feature", 1, "distribution")
    assert first.weights.tolist() == scores[1, 0].tolist()
    assert (second.head, second.weights.tolist()) == (2, scores[1, 1].tolist())


def test_without_heads_there_is_no_number_and_more_than_four_are_left_out():
    (only,) = sample_attention({"step": np.ones((2, 5))}, KINDS, 0)
    assert only.head == 0
    (only,) = sample_attention({"head,feature": np.ones((2, 1, 5))}, KINDS, 0)
    assert only.head == 0
    assert len(sample_attention({"head,feature": np.ones((2, 8, 5))}, KINDS, 0)) == 4


def test_maps_keep_their_rows_and_columns():
    (place,) = sample_attention({"block1/place": np.ones((2, 3, 4))}, KINDS, 0)
    assert place.weights.shape == (3, 4)
    assert (place.slot, place.weighed) == ("block1", "place")


def test_queries_on_padding_do_not_count():
    weights = np.array([[1.0, 0], [0.5, 0.5], [0, 0]])
    assert over_queries(weights, [True, True, False]).tolist() == [0.75, 0.25]
    assert over_queries(weights[0]).tolist() == [1, 0]


@pytest.mark.parametrize(
    ("axis", "shape", "name", "drawn"),
    [
        ("feature", (4,), "feature", (4,)),
        ("words/query,step", (6, 8), "words/query,step", (6, 8)),
        ("words/query,head,step", (6, 2, 8), "words/head,query,step", (2, 6, 8)),
        ("words/query,head,query,step", (6, 2, 8, 8), "words/head,query,step", (2, 6, 8)),
        ("block1/place", (3, 4), "block1/place", (3, 4)),
    ],
)
def test_heads_come_first_and_queries_once(axis, shape, name, drawn):
    found, weights = heads_first(axis, np.zeros(shape))
    assert (found, weights.shape) == (name, drawn)
