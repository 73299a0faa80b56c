"""The control with frozen weights: the module itself, and what training cannot change."""

import keras
import numpy as np
import pytest

from attnlab import catalog, modules
from attnlab.modules.control import frozen
from attnlab.spec import CONTROL, load

from .cases import DEFAULTS, each, scores_of

MODULES = [entry for entry in catalog.modules() if entry.layer and entry.family != CONTROL]
LEARNING = {load(entry.layer) for entry in MODULES if entry.learns}
WITH_WEIGHTS = [case for case in DEFAULTS if case.layer in LEARNING]


@pytest.mark.parametrize("entry", MODULES, ids=lambda entry: entry.name)
def test_the_catalogue_says_which_modules_have_something_to_freeze(entry):
    (case,) = [case for case in DEFAULTS if case.layer is load(entry.layer)]
    assert entry.learns == bool(case.built().weights)


@each(WITH_WEIGHTS)
def test_nothing_of_a_frozen_layer_is_trained_and_all_of_it_is_counted(case):
    layer = frozen(case.make(), case.batch_shape())
    assert layer.trainable_weights == []
    assert layer.count_params() == case.built().count_params() > 0


@each(WITH_WEIGHTS)
def test_a_frozen_layer_has_the_outputs_and_scores_of_the_layer(case):
    own, layer = case.built(), frozen(case.make(), case.batch_shape())
    layer.set_weights(own.get_weights())
    outputs, scores = scores_of(own, case.inputs())
    got_outputs, got = scores_of(layer, case.inputs())
    np.testing.assert_array_equal(got_outputs, outputs)
    for one, other in zip(got, scores, strict=True):
        np.testing.assert_array_equal(one, other)


def model_with(layer, inputs):
    return keras.Model(inputs, keras.layers.Flatten()(layer(inputs)))


@pytest.mark.parametrize(
    "make", [modules.SELayer, lambda: modules.CBAMSpatial(batch_norm=True)], ids=["se", "spatial"]
)
def test_frozen_batch_norm_keeps_the_statistics_of_its_start(make):
    x = np.random.default_rng(0).normal(3.0, 2.0, (16, 6, 6, 16)).astype("float32")
    inputs = keras.Input((6, 6, 16))
    for one, moves in ((make(), True), (frozen(make(), (None, 6, 6, 16)), False)):
        model = model_with(one, inputs)
        before = [np.array(weight) for weight in one.weights]
        model(x, training=True)
        changed = any(
            not np.array_equal(old, np.array(new))
            for old, new in zip(before, one.weights, strict=True)
        )
        assert changed == moves


def test_a_saved_model_is_still_frozen(tmp_path):
    inputs = keras.Input((6, 6, 16))
    model = model_with(frozen(modules.SELayer(), (None, 6, 6, 16)), inputs)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.trainable_variables == []
    assert len(again.variables) == len(model.variables)


def test_gradients_pass_through_a_frozen_layer():
    inputs = keras.Input((12,))
    before = keras.layers.Dense(12)
    model = keras.Model(inputs, frozen(modules.DenseAttention(), (None, 12))(before(inputs)))
    model.compile("sgd", "mse")
    start = [np.array(weight) for weight in model.weights]
    x = np.random.default_rng(0).normal(size=(32, 12))
    model.fit(x, x, verbose=0)
    changed = [not np.array_equal(old, new) for old, new in zip(start, model.weights, strict=True)]
    assert changed == [True, True, False, False]
