import keras
import numpy as np
import pytest

from attnlab.modules import (
    BottleneckDenseAttention,
    DenseAttention,
    FeatureGate,
    MultiHeadDenseAttention,
)

from .cases import scores_of


def parameters(layer, features):
    layer.build((None, features))
    return layer.count_params()


@pytest.mark.parametrize(
    ("features", "depth", "count"),
    [(32, 0, 1_056), (32, 1, 2_112), (8, 2, 216), (128, 0, 16_512)],
)
def test_dense_attention_has_a_square_layer_for_each_depth(features, depth, count):
    assert parameters(DenseAttention(depth=depth), features) == count


@pytest.mark.parametrize(("features", "heads", "count"), [(32, 4, 4_224), (8, 1, 72), (10, 3, 330)])
def test_multi_head_dense_attention_has_a_square_layer_for_each_head(features, heads, count):
    assert parameters(MultiHeadDenseAttention(heads=heads), features) == count


def test_a_single_head_is_dense_attention():
    x = np.random.default_rng(0).normal(size=(5, 12)).astype("float32")
    one, plain = MultiHeadDenseAttention(heads=1), DenseAttention()
    one.build(x.shape)
    plain.build(x.shape)
    plain.set_weights(one.get_weights())
    np.testing.assert_allclose(one(x), plain(x), atol=1e-7)


def test_heads_start_apart():
    x = np.random.default_rng(0).normal(size=(5, 12)).astype("float32")
    _, (scores,) = scores_of(MultiHeadDenseAttention(heads=3), x)
    for one, other in ((0, 1), (0, 2), (1, 2)):
        assert np.max(np.abs(scores[:, one] - scores[:, other])) > 0.01


@pytest.mark.parametrize("layer", [BottleneckDenseAttention, FeatureGate])
@pytest.mark.parametrize(
    ("features", "ratio", "count"), [(32, 4, 552), (10, 4, 52), (3, 4, 10), (32, 1, 2_112)]
)
def test_bottlenecks_round_their_hidden_width_down_but_keep_one_unit(layer, features, ratio, count):
    assert parameters(layer(ratio=ratio), features) == count


def test_the_planted_feature_network_has_3233_parameters():
    network = keras.Sequential(
        [
            keras.Input((32,)),
            DenseAttention(),
            keras.layers.Dense(64),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    assert network.count_params() == 3_233


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (DenseAttention, {"depth": -1}, "depth must be a whole number of at least 0, received -1"),
        (
            DenseAttention,
            {"activation": "gelu"},
            "activation must be one of 'relu', .* received 'gelu'",
        ),
        (BottleneckDenseAttention, {"ratio": 0}, "ratio must be .* at least 1, received 0"),
        (BottleneckDenseAttention, {"ratio": 2.5}, "ratio must be .* at least 1, received 2.5"),
        (MultiHeadDenseAttention, {"heads": 0}, "heads must be .* at least 1, received 0"),
        (FeatureGate, {"ratio": True}, "ratio must be .* at least 1, received True"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(layer, options, message):
    with pytest.raises(ValueError, match=message):
        layer(**options)
