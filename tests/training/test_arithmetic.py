"""How much arithmetic a network is, and which networks are worth several threads."""

import keras
import pytest

from attnlab import Study
from attnlab.backbones import Network, build
from attnlab.training.arithmetic import LARGE, is_large, multiply_adds


def network_of(shape, *layers, dtype="float32"):
    inputs = x = keras.Input(shape, dtype=dtype)
    for layer in layers:
        x = layer(x)
    return Network(keras.Model(inputs, x), None, ())


def test_each_parameter_counts_once_for_each_place():
    convolution = keras.layers.Conv2D(4, 3, padding="same")  # 3 × 3 × 2 × 4 weights and 4 biases
    network = network_of((8, 8, 2), convolution, keras.layers.Flatten(), keras.layers.Dense(5))
    assert multiply_adds(network) == 76 * 8 * 8 + (256 * 5 + 5)


def test_rows_that_are_looked_up_and_steps_that_wait_for_each_other_do_not_count():
    network = network_of((6,), keras.layers.Embedding(1000, 8), keras.layers.LSTM(8), dtype="int32")
    assert multiply_adds(network) == 0


@pytest.mark.parametrize(
    ("task", "large"),
    [
        ("planted-features", False),
        ("digits", False),
        ({"name": "image-folder", "size": 32}, False),
        ({"name": "image-folder", "size": 128, "width": 16, "blocks": 3}, True),
    ],
)
def test_the_published_network_is_large_and_those_of_the_playground_are_not(task, large):
    study = Study(task=task, arms=["none"])
    network, batch_size = build(study.task, study.arms[0].module), study.training.batch_size
    assert is_large(network, batch_size) is large
    assert is_large(network, -(-LARGE // multiply_adds(network)))
