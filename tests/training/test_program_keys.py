"""Networks share a traced program only where it computes the same for all of them."""

import keras
import pytest

from attnlab import Study
from attnlab.backbones import Network
from attnlab.spec import load
from attnlab.training.program_keys import sharing_key
from tests.training.conftest import SMALL

STUDY = Study(task=SMALL, arms=["none"], seeds=1)


def key(*layers, **about):
    """The key of a network of these layers on sequences."""
    inputs = keras.Input((6, 4), name="inputs")
    x = inputs
    for layer in layers:
        x = layer(x)
    outputs = keras.layers.Dense(4, name="logits")(keras.layers.GlobalAveragePooling1D()(x))
    model = keras.Model(inputs, outputs, name="network")
    objective = load(STUDY.task.entry.objective)(4, STUDY.task.params)
    return sharing_key(Network(model, None, (), **about), STUDY.training, objective, 1)


def dense(trainable=True, **options):
    layer = keras.layers.Dense(4, name="first", **options)
    layer.trainable = trainable
    return layer


MADE = keras.layers
UNLIKE = {
    "rate of whole channels": lambda rate: MADE.SpatialDropout1D(rate, name="drop"),
    "rate of noise": lambda rate: MADE.GaussianDropout(rate, name="drop"),
    "rate of steps": lambda rate: MADE.Dropout(rate, noise_shape=(None, 6, 1), name="drop"),
    "rate within a recurrent layer": lambda rate: MADE.GRU(
        4, dropout=rate, return_sequences=True, name="gru"
    ),
}


@pytest.mark.parametrize("make", UNLIKE.values(), ids=UNLIKE)
def test_a_rate_that_is_traced_as_a_constant_tells_networks_apart(make):
    assert key(make(0.1)) == key(make(0.1))
    assert key(make(0.1)) != key(make(0.6))


def test_a_rate_that_is_read_from_a_variable_does_not():
    assert key(MADE.Dropout(0.1, name="drop")) == key(MADE.Dropout(0.6, name="drop"))
    assert key(MADE.Dropout(0.1, name="drop")) != key(MADE.Dropout(0.0, name="drop"))


def test_layers_that_are_called_like_what_they_do_are_told_apart():
    one, other = (MADE.Activation(name, name=name) for name in ("relu", "tanh"))
    assert key(one) != key(other)
    assert key(MADE.Activation("relu", name="a")) == key(MADE.Activation("relu", name="b"))


def test_what_is_trained_and_whose_code_it_is_count():
    assert key(dense()) == key(dense())
    assert key(dense()) != key(dense(trainable=False))
    assert key(dense(), sources=("0123",)) != key(dense(), sources=("4567",))
