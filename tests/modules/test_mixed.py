import numpy as np
import pytest

from attnlab.modules import CBAM, CBAMChannel, CBAMSpatial


@pytest.mark.parametrize("order", ["channel-first", "spatial-first", "parallel"])
@pytest.mark.parametrize(
    ("channels", "options", "count"),
    [
        (64, {}, 610),
        (64, {"batch_norm": True}, 614),
        (32, {"ratio": 8, "kernel_size": 3}, 274),
        (8, {}, 114),
        (64, {"pooling": "avg"}, 561),
        (32, {"ratio": 8, "kernel_size": 3, "pooling": "max"}, 265),
        (8, {"pooling": "max", "batch_norm": True}, 69),
    ],
)
def test_parameters_are_those_of_both_halves_in_any_order(channels, options, count, order):
    layer = CBAM(order=order, **options)
    layer.build((None, 8, 8, channels))
    assert layer.count_params() == count


def test_channel_first_is_one_half_after_the_other():
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 8)).astype("float32")
    both, channel, spatial = CBAM(ratio=2), CBAMChannel(ratio=2), CBAMSpatial()
    for layer in (both, channel, spatial):
        layer.build(x.shape)
    channel.set_weights(both.channel.get_weights())
    spatial.set_weights(both.spatial.get_weights())
    np.testing.assert_allclose(np.asarray(both(x)), np.asarray(spatial(channel(x))), atol=1e-6)


def test_the_orders_differ():
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 8)).astype("float32")
    start = CBAM(ratio=2)
    start.build(x.shape)
    results = []
    for order in ("channel-first", "spatial-first", "parallel"):
        layer = CBAM(ratio=2, order=order)
        layer.build(x.shape)
        layer.set_weights(start.get_weights())
        results.append(np.asarray(layer(x)))
    for one, other in [(0, 1), (0, 2), (1, 2)]:
        assert np.abs(results[one] - results[other]).max() > 1e-4


@pytest.mark.parametrize("layer", [CBAM, CBAMChannel, CBAMSpatial])
def test_a_layer_saved_before_there_was_a_choice_pools_by_both(layer):
    config = layer().get_config()
    assert config.pop("pooling") == "both"
    assert layer.from_config(config).pooling == "both"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"order": "both"}, "'channel-first', 'spatial-first', 'parallel', received 'both'"),
        ({"ratio": 0}, "ratio must be .* at least 1, received 0"),
        ({"kernel_size": 2}, "kernel_size must be odd, received 2"),
        ({"pooling": "sum"}, "one of 'both', 'avg', 'max', received 'sum'"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(options, message):
    with pytest.raises(ValueError, match=message):
        CBAM(**options)
