"""Sparsemax, entmax and temperature: what they give, and what is refused."""

import numpy as np
import pytest

from attnlab.modules import AttentionPool
from attnlab.modules.masks import masked_softmax

SCORES = np.array([[2.0, 1.9, 0.0, 9.0], [0.1, 0.1, 0.1, 9.0]], "float32")
MASK = np.array([[True, True, True, False], [False] * 4])


@pytest.mark.parametrize("normaliser", ["softmax", "sparsemax", "entmax"])
def test_padding_weighs_nothing_and_the_rest_sums_to_one(normaliser):
    weights = np.asarray(masked_softmax(SCORES, MASK, normaliser))
    np.testing.assert_allclose(weights.sum(axis=-1), [1, 0], atol=1e-6)
    assert np.all(weights[:, 3] == 0)
    assert (weights[0, 2] == 0) == (normaliser != "softmax")


def test_sparsemax_is_the_nearest_point_of_the_simplex():
    weights = np.asarray(masked_softmax(SCORES, MASK, "sparsemax"))
    np.testing.assert_allclose(weights[0], [0.55, 0.45, 0, 0], atol=1e-6)  # 2 and 1.9 less 1.45


def test_a_low_temperature_sharpens():
    mild, sharp = (np.asarray(masked_softmax(SCORES, MASK, "softmax", t))[0, 0] for t in (1, 0.1))
    assert sharp > mild + 0.1


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"normaliser": "hardmax"}, r"normaliser must be one of 'softmax', .* received 'hardmax'"),
        ({"temperature": 0.0}, r"temperature must be a number above 0, received 0\.0"),
    ],
)
def test_what_makes_no_weights_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        AttentionPool(**options)
