"""Training images changed at random: in training alone, by the seed, alike in all arms."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from attnlab.backbones import build
from attnlab.spec import ModuleSpec, TaskSpec
from attnlab.training import keras_settings
from attnlab.training.initial_weights import initial_weights

ALL = {"flip": "both", "shift": 0.2, "rotate": 30, "crop": 0.3, "brightness": 0.3}
NETWORKS = {
    "cnn": "digits",
    "residual": "digits:backbone=residual",
    "mobile": "digits:backbone=mobile",
    "placed": "cluttered-digits",
}


def network(task, module="none", **augmentation):
    spec = TaskSpec.model_validate(task)
    params = {**spec.params.model_dump(), **augmentation}
    with keras_settings.needed():
        return build(
            TaskSpec.model_validate({"name": spec.name, **params}),
            ModuleSpec.model_validate(module),
        )


def images(count=12, size=8):
    return np.random.default_rng(0).random((count, size, size, 1), dtype="float32")


def changed(x, seed=0, **augmentation):
    """What the first convolution of a digits network gets of images in training."""
    built = network("digits:classes=3", **augmentation)
    model = keras.Model(built.model.input, built.model.get_layer("conv1").input)
    start = initial_weights(built, seed)
    for variable, value in zip(built.model.variables, start, strict=True):
        variable.assign(value)
    return model(x, training=True).numpy()


@pytest.mark.parametrize("name", NETWORKS)
def test_what_a_network_answers_outside_training_is_as_without_augmentation(name):
    plain, augmented = (network(NETWORKS[name], **more) for more in ({}, ALL))
    for built in (plain, augmented):
        start = initial_weights(built, 0)
        for variable, value in zip(built.model.variables, start, strict=True):
            variable.assign(value)
    x = images(3, plain.model.input_shape[1])
    np.testing.assert_array_equal(
        augmented.model(x, training=False).numpy(), plain.model(x, training=False).numpy()
    )
    assert {type(layer).__name__ for layer in augmented.model.layers} - {
        type(layer).__name__ for layer in plain.model.layers
    } == {"RandomFlip", "RandomTranslation", "RandomRotation", "RandomZoom", "RandomBrightness"}
    assert plain.parameters == augmented.parameters


def test_images_are_mirrored_each_at_random():
    x = images()
    for flip, axis in (("horizontal", 2), ("vertical", 1)):
        seen = changed(x, flip=flip)
        mirrored = np.flip(x, axis)
        kept = (seen == x).all(axis=(1, 2, 3))
        assert ((seen == mirrored).all(axis=(1, 2, 3)) ^ kept).all()
        assert 0 < kept.sum() < len(x)


def test_images_are_shifted_turned_cropped_and_brightened_no_further_than_asked():
    x = np.zeros((12, 8, 8, 1), "float32")
    x[:, 3:5, 3:5] = 0.5  # a square in the middle
    shifted = changed(x, shift=0.25)
    rows, columns = (np.arange(8)[None, :], np.arange(8)[None, :])
    for axis, places in ((2, rows), (1, columns)):
        weight = shifted[..., 0].sum(axis=axis)
        moved = (weight * places).sum(axis=1) / weight.sum(axis=1) - 3.5
        assert 0.5 < np.abs(moved).max() <= 2.0001
    turned = changed(x, rotate=45)
    assert np.allclose(turned[:, 3:5, 3:5], turned[:, [3, 4], 3:5][:, :, ::-1], atol=0.01)
    assert len({image.tobytes() for image in turned}) == len(x)
    cropped = changed(x, crop=0.5)
    area = cropped.sum(axis=(1, 2, 3)) / x.sum(axis=(1, 2, 3))
    assert (area > 0.99).all()
    assert 2 < area.max() < 4.01
    added = changed(x, brightness=0.2) - x
    middle = added[:, 3, 3, 0]
    assert np.abs(middle).max() <= 0.2
    assert (added[:, 4, 4, 0] == middle).all()
    assert middle.min() < 0 < middle.max()


def test_a_seed_changes_images_in_its_own_way():
    x = images()
    first, again, other = (changed(x, seed, **ALL) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert not np.allclose(first, other)


def test_all_arms_of_a_seed_get_the_same_changes():
    states = []
    for module in ("none", "se:ratio=4", "cbam-spatial"):
        built = network("digits:classes=3", module, **ALL)
        start = zip(built.model.variables, initial_weights(built, 5), strict=True)
        states.append(
            [value.tolist() for each, value in start if "seed" in each.name and value.size == 2][:5]
        )
    assert states[0] == states[1] == states[2]
    assert len({tuple(state) for state in states[0]}) == 5


def test_seeds_that_train_in_one_program_get_the_changes_that_each_gets_alone():
    x, model = images(), network("digits:classes=3", **ALL).model
    front = keras.Model(model.input, model.get_layer("conv1").input)
    states = [tf.stack([[seed + place, 0] for seed in (0, 9)]) for place in range(5)]
    states = [tf.cast(state, "uint32") for state in states]

    @tf.function
    def together(states):
        return tf.vectorized_map(
            lambda seat: front.stateless_call([], seat, x, training=True)[0], states
        )

    for seat, seen in enumerate(together(states)):
        alone, _ = front.stateless_call([], [state[seat] for state in states], x, training=True)
        np.testing.assert_allclose(seen, alone, atol=1e-6)
