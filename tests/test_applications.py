"""Networks of Keras Applications: where their slots are, what they start with, what is trained."""

import io
import sys
import tempfile
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from attnlab import SpecError, Study
from attnlab.backbones import applications, build
from attnlab.catalog.task_entries.applications import APPLICATIONS
from attnlab.compat.keras import origin
from attnlab.spec import Arm, ModuleSpec, TaskSpec, Training
from attnlab.training import engine
from attnlab.training.events import RunEnd
from attnlab.training.initial_weights import initial_weights
from attnlab.training.runtime import load_tensorflow


def task(name, **more):
    given = {"name": "cluttered-digits", "size": 32, "backbone": name, "classes": 3, **more}
    return TaskSpec.model_validate(given)


def built(name, module="none", **more):
    return build(task(name, **more), ModuleSpec.model_validate(module))


@pytest.fixture(scope="module")
def with_se():
    return built("resnet50", "se:ratio=16")


def test_squeeze_excite_adds_the_published_number_of_parameters_to_resnet_50(with_se):
    assert with_se.attention_parameters == 2_530_992
    assert with_se.parameters - with_se.attention_parameters == 23_587_712 + 3 * 2048 + 3
    without_biases = ModuleSpec.model_validate("se:ratio=16,bias=false").entry.about
    params = ModuleSpec.model_validate("se:ratio=16,bias=false").params
    widths = APPLICATIONS["resnet50"].widths
    assert sum(without_biases.parameters(params, (1, 1, each)) for each in widths) == 2_514_944


def test_its_slots_are_behind_the_last_norm_of_a_block_and_before_the_addition(with_se):
    modules = with_se.modules
    assert len(modules) == 16
    assert tuple(layer.output[0].shape[-1] for layer in modules) == task("resnet50").slot_sizes
    for layer, trace in zip(modules, with_se.traces, strict=True):
        block = trace.axis.removesuffix("/channel")
        assert origin(layer.input).operation.name == f"{block}_3_bn"
        add = with_se.model.get_layer(f"{block}_add")
        assert any(each is layer.output[0] for each in add.input)


NETWORKS = {
    "mobilenetv3": (11, "_project", "squeeze_excite"),
    "efficientnet": (16, "_project_conv", "_se_"),
    "convnext": (18, "_layer_scale", "nothing"),
}
"""How many blocks there are, what follows a slot, and what stood in its place."""


@pytest.mark.parametrize("name", NETWORKS)
def test_every_block_of_the_others_has_a_slot_in_place_of_its_own_attention(name):
    count, behind, own = NETWORKS[name]
    network = built(name, "eca")
    assert len(network.modules) == count
    widths = tuple(layer.output[0].shape[-1] for layer in network.modules)
    assert widths == task(name).slot_sizes == APPLICATIONS[name].widths
    names = [layer.name for layer in network.model.layers]
    assert not any(own in each for each in names)
    entered = [
        layer.name
        for layer in network.model.layers
        if any(layer.input is module.output[0] for module in network.modules)
    ]
    assert len(entered) == count
    assert all(each.endswith(behind) for each in entered)
    assert all(np.isfinite(each).all() for each in initial_weights(network, 0))


def test_pixels_are_those_that_keras_gives_its_networks():
    images = np.random.default_rng(0).random((2, 4, 4, 3)).astype("float32")
    own = applications.ImageNetPixels("caffe")(images)
    expected = keras.applications.resnet50.preprocess_input(255 * images.copy())
    assert np.allclose(own, expected, atol=1e-3)
    grey = applications.ImageNetPixels("bytes")(images[..., :1])
    assert np.allclose(grey, 255 * np.repeat(images[..., :1], 3, axis=-1))


def test_weights_of_a_file_are_the_start_of_every_seed_and_the_file_is_part_of_the_plan(tmp_path):
    model = keras.applications.MobileNetV3Small(
        weights=None, include_top=False, input_shape=(32, 32, 3)
    )
    path = tmp_path / "mine.weights.h5"
    model.save_weights(path)
    given = task("mobilenetv3", weights="file", weights_file=str(path))
    network = build(given, ModuleSpec.model_validate("eca"))
    kept = model.get_layer("expanded_conv_depthwise").get_weights()[0]
    for seed in (0, 1):
        starts = dict(
            zip(
                [each.path for each in network.model.variables],
                initial_weights(network, seed),
                strict=True,
            )
        )
        assert np.array_equal(starts["expanded_conv_depthwise/kernel"], kept)
    assert given.params.weights_file.startswith(f"{path}#")
    path.write_bytes(b"something else")
    applications._template.cache_clear()
    with pytest.raises(SpecError, match="has changed since this study was planned"):
        build(given, ModuleSpec.model_validate("eca"))
    damaged = task("mobilenetv3", weights="file", weights_file=str(path))
    with pytest.raises(SpecError, match="cannot read weights for mobilenetv3 without its top"):
        build(damaged, ModuleSpec.model_validate("eca"))
    with pytest.raises(SpecError, match="weights_file is missing"):
        Study(task=task("mobilenetv3", weights="file"), arms=["none"])


def test_weights_that_cannot_be_fetched_are_told_with_what_to_do(monkeypatch):
    def make(weights, **options):
        if weights == "imagenet":
            raise OSError("URL fetch failure: no route to host")
        return keras.Model(image := keras.Input((32, 32, 3)), layers.ReLU()(image))

    monkeypatch.setattr(keras.applications, "MobileNetV3Small", make)
    applications._template.cache_clear()
    with pytest.raises(SpecError, match=r"no route to host. Give them as a file, with weights=fi"):
        built("mobilenetv3", weights="imagenet")


@pytest.mark.parametrize("name", APPLICATIONS)
def test_weights_of_imagenet_are_given_layer_by_layer_in_every_network(monkeypatch, name):
    fetched = []
    files = sys.modules[getattr(keras.applications, APPLICATIONS[name].name).__module__].file_utils
    monkeypatch.setattr(files, "get_file", lambda *given, **options: "weights.h5")
    monkeypatch.setattr(keras.Model, "load_weights", lambda model, path: fetched.append(model))
    applications._template.cache_clear()
    template = applications._template(name, (32, 32), "imagenet", "")
    (model,) = fetched  # all but the fetch and the reading is Keras's own way
    given = model.get_weights()
    assert given
    assert all(map(np.array_equal, template.get_weights(), given))


def test_weights_of_another_network_are_told_in_one_sentence(monkeypatch):
    def make(weights, **options):
        image = keras.Input((32, 32, 3))
        return keras.Model(image, layers.Conv2D(2 if weights else 1, 3)(image))

    monkeypatch.setattr(keras.applications, "MobileNetV3Small", make)
    applications._template.cache_clear()
    with pytest.raises(SpecError, match="cannot fetch the weights of ImageNet for mobilenetv3: "):
        built("mobilenetv3", weights="imagenet")


def test_images_that_are_too_small_are_refused_before_anything_is_trained():
    with pytest.raises(SpecError, match="resnet50 needs images of at least 32 pixels, got 8"):
        Study(task="digits:backbone=resnet50", arms=["none"])
    with pytest.raises(SpecError, match="got 20"):
        Study(task="cluttered-digits", arms=["none", "none@backbone=convnext"])


# --- what is trained, by one update of a small saved model ---


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, activation="relu", name="conv1")(image)
    path = tmp_path_factory.mktemp("small") / "small.keras"
    keras.Model(image, layers.Conv2D(4, 3, name="conv2")(x)).save(path)
    return str(path)


def moved(small, **tuned):
    """How far one update of plain gradient descent moves each weight."""
    load_tensorflow()
    given = {"name": "digits", "classes": 3, "dropout": 0.0, "backbone": small, "after": "conv1"}
    of = TaskSpec.model_validate({**given, **tuned})
    arm = Arm.model_validate("eca")
    training = Training(epochs=1, batch_size=1000, optimizer="sgd", momentum=0, learning_rate=0.1)
    network = build(of, arm.module)
    events = engine.train(arm, [0], task=of, training=training)
    (end,) = [event for event in events if isinstance(event, RunEnd)]
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "run.keras").write_bytes(io.BytesIO(end.model).getvalue())
        trained = keras.saving.load_model(Path(folder, "run.keras"), compile=False)
    starts = initial_weights(network, 0)
    return {
        variable.path: after.numpy() - before
        for variable, after, before in zip(
            network.model.variables, trained.variables, starts, strict=True
        )
        if "seed" not in variable.path
    }


def test_the_network_learns_at_its_part_of_the_learning_rate_or_not_at_all(small):
    every, slower, frozen, head = (
        moved(small, **tuned)
        for tuned in (
            {},
            {"tuned": "slower", "slower": 0.01},
            {"tuned": "frozen"},
            {"tuned": "head"},
        )
    )
    for path, change in every.items():
        of_network = path.startswith("conv")
        assert np.abs(change).max() > 0, path
        np.testing.assert_allclose(
            slower[path], change * (0.01 if of_network else 1), rtol=2e-3, atol=1e-7
        )
        assert bool(np.abs(frozen[path]).max() > 0) != of_network, path
        assert bool(np.abs(head[path]).max() > 0) == path.startswith("logits"), path
