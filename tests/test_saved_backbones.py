"""A saved model as a network: its weights kept, modules behind its layers, faults told."""

from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers

from attnlab import SpecError, Study, export
from attnlab.backbones import build, saved
from attnlab.spec import ModuleSpec, TaskSpec
from attnlab.training.initial_weights import initial_weights


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    """The paths of saved models, by name."""
    folder = tmp_path_factory.mktemp("models")
    image = keras.Input((8, 8, 1))
    x = layers.Conv2D(4, 3, padding="same", name="conv1")(image)
    kept = x = layers.ReLU(name="relu1")(layers.BatchNormalization(name="norm1")(x))
    x = layers.Conv2D(4, 3, padding="same", name="conv2")(x)
    x = layers.Add(name="add")([x, kept])
    vector = layers.GlobalAveragePooling2D(name="mean")(x)
    five = layers.Dense(5, activation="softmax", name="answer")(vector)

    class Subclassed(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.inner = layers.Dense(5)

        def call(self, inputs):
            return self.inner(inputs)

    keras.saving.register_keras_serializable("tests")(Subclassed)
    subclassed = Subclassed()
    subclassed(np.zeros((1, 8, 8, 1), "float32"))
    lambda_ = keras.Model(image, layers.Lambda(lambda x: 2 * x, output_shape=(8, 8, 4))(kept))
    called = layers.Conv2D(4, 3, padding="same", name="attention_conv")(image)
    for name in ("attention", "attention1", "saved_attention", "logits"):
        called = layers.Conv2D(4, 3, padding="same", name=name)(called)
    called = layers.RandomFlip(name="flip")(layers.Dropout(0.1, name="dropout")(called))
    made = {
        "names": keras.Model(image, called),
        "map": keras.Model(image, x),
        "answers": keras.Model(image, five),
        "sequential": keras.Sequential(
            [keras.Input((None, None, 1)), layers.Conv2D(3, 3, name="conv1"), layers.ReLU()]
        ),
        "subclassed": subclassed,
        "lambda": lambda_,
    }
    for name, model in made.items():
        model.save(folder / f"{name}.keras")
    (folder / "damaged.keras").write_bytes(b"no zip file")
    return {name: str(folder / f"{name}.keras") for name in (*made, "damaged")}


def task(path, after="relu1,add", **more):
    given = {"name": "digits", "classes": 5, "backbone": path, "after": after, **more}
    return TaskSpec.model_validate(given)


def built(*given, module="eca", **more):
    return build(task(*given, **more), ModuleSpec.model_validate(module))


def test_it_answers_as_it_did_with_nothing_in_its_slots(models):
    network = built(models["answers"], module="none")
    model = keras.saving.load_model(models["answers"])
    images = np.random.default_rng(0).random((3, 8, 8, 1)).astype("float32")
    logits = network.model(images)
    assert np.allclose(keras.ops.softmax(logits), model(images), atol=1e-6)
    kept = initial_weights(network, 7)
    assert all(map(np.array_equal, kept, model.get_weights()))


def test_modules_stand_behind_the_layers_named_and_the_head_alone_is_drawn(models):
    network = built(models["map"], "add,relu1")
    assert [trace.axis for trace in network.traces] == ["relu1/channel", "add/channel"]
    first, second = (
        dict(zip([each.path for each in network.model.variables], start, strict=True))
        for start in (initial_weights(network, 1), initial_weights(network, 2))
    )
    moved = {path for path in first if not np.array_equal(first[path], second[path])}
    drawn = {path.partition("/")[0] for path in moved if "seed_generator" not in path}
    assert drawn == {"attention1", "attention2", "logits"}
    assert [trace.axis for trace in built(models["map"], slots="2").traces] == ["add/channel"]


def test_its_layers_may_be_called_as_those_of_attnlab(models):
    wanted = "attention,attention_conv,flip"
    none, eca = (
        built(models["names"], wanted, module=each, flip="vertical") for each in ("none", "eca")
    )
    assert none.attention_parameters == 0
    assert not any(layer.module for layer in none.describe())
    assert [layer.name for layer in eca.modules] == ["attention1", "attention2", "attention3"]
    assert [trace.slot for trace in eca.traces] == ["attention_conv", "attention", "flip"]
    kept = initial_weights(none, 3)
    model = keras.saving.load_model(models["names"])
    convolutions = [each for each in model.get_weights() if each.dtype == np.float32]
    assert all(
        map(np.array_equal, [each for each in kept if each.dtype == np.float32], convolutions)
    )
    assert built(models["names"], "attention").modules[0].name == "attention"


def test_no_script_can_bring_its_weights(models):
    study = Study(task=task(models["map"]), arms=["none", "eca"])
    for write in (export.script, export.tutorial):
        with pytest.raises(export.ExportError, match="weights it was given: they are no part"):
            write(study, "eca", 0)


def test_a_sequential_model_of_any_size_is_taken_apart_too(models):
    assert [trace.axis for trace in built(models["sequential"], "conv1").traces] == ["channel"]


FAULTS = {
    "layer": (("map", "relu2"), {}, r"map.keras has no layer 'relu2', did you mean 'relu1'\?"),
    "no map": (("answers", "mean"), {}, r"takes \(B, H, W, C\), and the layer mean gives \(B, 4\)"),
    "classes": (("answers",), {"classes": 3}, r"ends in \(B, 5\), and the task asks for 3 numbers"),
    "subclassed": (("subclassed",), {}, "no functional model"),
    "code": (("lambda",), {}, "it brings Python code, as a Lambda layer does"),
    "damaged": (("damaged",), {}, r"cannot load .*damaged.keras"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_what_cannot_be_used_is_told(models, fault):
    (name, *after), more, message = FAULTS[fault]
    with pytest.raises(SpecError, match=message):
        built(models[name], *after, **more)


def test_images_of_another_shape_are_told(models):
    given = {"name": "cluttered-digits", "backbone": models["map"], "after": "conv1"}
    with pytest.raises(SpecError, match=r"takes \(B, 8, 8, 1\), and the images of the task are"):
        build(TaskSpec.model_validate(given), ModuleSpec.model_validate("none"))


def test_a_plan_names_the_file_and_what_is_in_it(models, tmp_path):
    path = tmp_path / "mine.keras"
    path.write_bytes(Path(models["map"]).read_bytes())
    plan = {"task": task(str(path)), "arms": ["none", "eca"]}
    study = Study(**plan)
    assert study.task.params.saved.startswith(f"{path}#")
    assert Study.from_text(study.to_yaml()) == study
    assert build(study.task, study.arms[1].module).attention_parameters == 2
    path.write_bytes(Path(models["answers"]).read_bytes())
    assert Study(task=task(str(path)), arms=["none", "eca"]).hash != study.hash
    saved._loaded.cache_clear()
    with pytest.raises(SpecError, match="has changed since this study was planned"):
        build(study.task, study.arms[1].module)
    with pytest.raises(SpecError, match=r"cannot read .*gone.keras: No such file"):
        task(str(tmp_path / "gone.keras"))
    with pytest.raises(SpecError, match="needs its file and the layers"):
        Study(task=task(models["map"], after=""), arms=["none"])
