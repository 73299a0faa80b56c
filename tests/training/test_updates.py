"""An update of all weights laid end to end changes no bit of what each variable's own would be."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from attnlab.spec import Training
from attnlab.training import optimizers
from attnlab.training.optimizers import Updates

SHAPES = [(3, 5), (7,), (2, 2, 3), ()]
STEPS = 5


def trained(settings, dtype="float32"):
    """The weights after some steps from random weights along random gradients, and the updates."""
    random = np.random.default_rng(0)
    variables = [keras.Variable(random.normal(size=shape), dtype=dtype) for shape in SHAPES]
    updates = Updates(Training(**settings), variables)
    updates.begin(Training(**settings), STEPS)
    step = tf.function(lambda gradients: updates.apply(gradients, variables))
    for _ in range(STEPS):
        step([tf.constant(random.normal(size=shape), dtype) for shape in SHAPES])
    return [variable.numpy() for variable in variables], updates


@pytest.mark.parametrize(
    "settings",
    [
        {"optimizer": "adam"},
        {"optimizer": "adam", "schedule": "cosine"},
        {"optimizer": "adamw", "weight_decay": 0.1},
        {"optimizer": "sgd", "momentum": 0.9},
        {"optimizer": "sgd", "momentum": 0.0},
        {"optimizer": "rmsprop"},
    ],
    ids=str,
)
def test_the_bits_are_those_of_an_update_of_each(settings, monkeypatch):
    together, updates = trained(settings)
    assert (updates._together is None) is (settings["optimizer"] == "adamw")
    monkeypatch.setattr(optimizers, "MOST_TOGETHER", 0)
    apart, updates = trained(settings)
    assert updates._together is None
    for one, other in zip(together, apart, strict=True):
        np.testing.assert_array_equal(one, other)


def test_variables_of_another_type_have_an_update_each():
    _, updates = trained({}, "float64")
    assert updates._together is None


def test_a_run_begins_without_the_moments_of_the_one_before():
    _, updates = trained({})
    assert any(np.any(each.numpy()) for each in updates.optimizer.variables[2:])
    updates.begin(Training(), STEPS)
    assert not any(np.any(each.numpy()) for each in updates.optimizer.variables[2:])
