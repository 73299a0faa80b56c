import keras
import numpy as np
import pytest

from attnlab.modules import CBAMChannel, EfficientChannelAttention, SELayer, SqueezeExcite


def parameters(layer, channels, size=(8, 8)):
    layer.build((None, *size, channels))
    return layer.count_params()


@pytest.mark.parametrize(
    ("channels", "options", "count"),
    [
        (24, {"ratio": 4}, 318),
        (24, {"ratio": 4, "bias": False}, 288),
        (64, {}, 580),
        (8, {}, 25),
    ],
)
def test_squeeze_excite_parameters(channels, options, count):
    assert parameters(SqueezeExcite(**options), channels, size=(56, 56)) == count


@pytest.mark.parametrize(("channels", "count"), [(16, 117), (32, 298), (64, 852)])
def test_selayer_parameters_count_the_moving_statistics(channels, count):
    layer = SELayer()
    assert parameters(layer, channels) == count
    frozen = sum(weight.value.shape.num_elements() for weight in layer.non_trainable_weights)
    assert frozen == 2 * (channels // 16) + 2 * channels


@pytest.mark.parametrize(
    ("channels", "kernel"), [(64, 3), (128, 5), (256, 5), (512, 5), (1024, 5), (2048, 7), (1, 1)]
)
def test_eca_picks_its_kernel_by_the_number_of_channels(channels, kernel):
    assert parameters(EfficientChannelAttention(), channels, size=(26, 26)) == kernel


@pytest.mark.parametrize("kernel", [1, 3, 9])
def test_eca_takes_a_fixed_kernel(kernel):
    assert parameters(EfficientChannelAttention(kernel_size=kernel), 512) == kernel


@pytest.mark.parametrize(
    ("channels", "ratio", "count"), [(64, 16, 512), (32, 8, 256), (24, 4, 288), (8, 16, 16)]
)
@pytest.mark.parametrize("pooling", ["both", "avg", "max"])
def test_cbam_channel_parameters_whatever_the_pooling(channels, ratio, count, pooling):
    assert parameters(CBAMChannel(ratio=ratio, pooling=pooling), channels) == count


@pytest.mark.parametrize("pooling", ["avg", "max"])
def test_cbam_channel_by_one_pooling_is_squeeze_excite_without_biases(pooling):
    half = CBAMChannel(ratio=4, pooling=pooling)
    whole = SqueezeExcite(ratio=4, squeeze=pooling, bias=False)
    x = np.random.default_rng(0).normal(size=(2, 5, 7, 8)).astype("float32")
    for layer in (half, whole):
        layer.build(x.shape)
    whole.set_weights(half.get_weights())
    np.testing.assert_allclose(np.asarray(half(x)), np.asarray(whole(x)), atol=1e-6)


def test_the_published_cnn_with_selayer_has_8414484_parameters():
    layers = [keras.Input((128, 128, 3))]
    for width in (16, 32, 64):
        layers += [
            keras.layers.Conv2D(width, 3, padding="same", activation="relu"),
            keras.layers.MaxPooling2D(),
            SELayer(),
            keras.layers.Dropout(0.5),
        ]
    layers += [
        keras.layers.Flatten(),
        keras.layers.Dense(512, activation="relu"),
        keras.layers.Dense(1),
    ]
    network = keras.Sequential(layers)
    assert network.count_params() == 8_414_484
    trained = sum(weight.value.shape.num_elements() for weight in network.trainable_weights)
    assert trained == 8_414_246


@pytest.mark.parametrize(
    ("layer", "options", "message"),
    [
        (SqueezeExcite, {"ratio": 0}, "ratio must be .* at least 1, received 0"),
        (SqueezeExcite, {"activation": "tanh"}, "one of 'relu', 'swish', received 'tanh'"),
        (SqueezeExcite, {"gate": "tanh"}, "one of 'sigmoid', 'hard_sigmoid', received 'tanh'"),
        (SqueezeExcite, {"squeeze": "sum"}, "one of 'avg', 'max', received 'sum'"),
        (SELayer, {"ratio": -4}, "ratio must be .* at least 1, received -4"),
        (SELayer, {"dropout": 1.0}, "at least 0 and below 1, received 1.0"),
        (EfficientChannelAttention, {"kernel_size": 4}, "kernel_size must be odd.*received 4"),
        (EfficientChannelAttention, {"kernel_size": -3}, "at least 0, received -3"),
        (CBAMChannel, {"ratio": 0}, "ratio must be .* at least 1, received 0"),
        (CBAMChannel, {"pooling": "sum"}, "one of 'both', 'avg', 'max', received 'sum'"),
    ],
)
def test_bad_values_say_what_was_expected_and_received(layer, options, message):
    with pytest.raises(ValueError, match=message):
        layer(**options)
