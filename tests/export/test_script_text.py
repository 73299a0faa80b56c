"""What stands in a script: complete, tidy, and what was asked for."""

import ast
import subprocess
import sys

import pytest

from attnlab import Study, catalog
from attnlab.export import ExportError, script
from attnlab.spec import Training
from tests.arms import fitting

RUFF = [sys.executable, "-m", "ruff"]
FEATURES = {"name": "planted-features", "features": 8, "samples": 500}


def script_of(task, arm, style="functional", **settings):
    study = Study(task=task, arms=[arm], seeds=[0], **settings)
    return script(study, study.arms[0].label, 0, style)


def of_the_catalogue():
    """Every module in a task of each kind of slot, and every task."""
    shown = {}
    for task in catalog.tasks():
        arms = fitting(task.slot) if task.slot not in shown else task.arms[-1:]
        shown[task.slot] = task
        yield from ((task.name, arm) for arm in arms)


@pytest.fixture(scope="module")
def scripts(tmp_path_factory):
    """A folder with the scripts of the catalogue."""
    folder = tmp_path_factory.mktemp("catalogue")
    for number, (task, arm) in enumerate(of_the_catalogue()):
        style = ("functional", "subclassing")[number % 2]
        text = script_of({"name": task}, arm, style)
        (folder / f"{number}.py").write_text(text, encoding="utf-8")
    return folder


def test_every_script_compiles_and_has_no_attnlab_in_it(scripts):
    texts = [path.read_text(encoding="utf-8") for path in scripts.iterdir()]
    assert len(texts) == len(list(of_the_catalogue()))
    for text in texts:
        tree = ast.parse(text)
        imported = [node for node in ast.walk(tree) if isinstance(node, ast.Import)]
        modules = {alias.name for node in imported for alias in node.names}
        modules |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        assert not [module for module in modules if module.startswith("attnlab")]


def test_every_script_is_clean_for_ruff(scripts):
    rules = ["--isolated", "--select", "E,F,W,I,B,UP,N", "--line-length", "100"]
    done = subprocess.run(
        [*RUFF, "check", *rules, "--no-cache", scripts], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_every_script_is_formatted(scripts):
    command = [*RUFF, "format", "--isolated", "--line-length", "100", "--no-cache", "--diff"]
    done = subprocess.run([*command, scripts], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


CHANGES = {
    "epochs": {"epochs": 7},
    "batch_size": {"batch_size": 48},
    "learning_rate": {"learning_rate": 0.02},
    "optimizer": {"optimizer": "rmsprop"},
    "momentum": {"optimizer": "sgd", "momentum": 0.7},
    "weight_decay": {"optimizer": "adamw", "weight_decay": 0.02},
    "schedule": {"schedule": "cosine"},
    "step_epochs": {"schedule": "step", "step_epochs": 3},
    "step_factor": {"schedule": "step", "step_factor": 0.25},
    "patience": {"patience": 4},
    "module_stream": {"module_stream": 2},
}
WRITTEN = {
    "epochs": "EPOCHS = 7",
    "batch_size": "BATCH_SIZE = 48",
    "learning_rate": "LEARNING_RATE = 0.02",
    "optimizer": "keras.optimizers.RMSprop(LEARNING_RATE)",
    "momentum": "momentum=0.7",
    "weight_decay": "weight_decay=0.02",
    "schedule": "CosineDecay(LEARNING_RATE, EPOCHS * steps)",
    "step_epochs": "3 * steps",
    "step_factor": "0.25, staircase=True",
    "patience": "patience=4",
    "module_stream": "begin(model, SEED, module_stream=2)",
}


@pytest.mark.parametrize("setting", Training.model_fields)
def test_every_setting_of_the_training_is_in_the_script(setting):
    assert WRITTEN[setting] in script_of(FEATURES, "none", **CHANGES[setting])
    assert WRITTEN[setting] not in script_of(FEATURES, "none")


def network_in(text):
    """The function that makes the network, as code."""
    tree = ast.parse(text)
    (node,) = (n for n in tree.body if getattr(n, "name", "") == "make_network")
    return ast.unparse(node)


def test_network_reads_like_keras_code_without_defaults():
    text = script_of({"name": "digits", "width": 8, "blocks": 1}, "se:ratio=4")
    assert (
        "    conv1 = layers.Conv2D(8, 3, padding='same', activation='relu', name='conv1')(image)\n"
        "    pool1 = layers.MaxPooling2D(name='pool1')(conv1)\n"
        "    attention = SqueezeExcite(ratio=4, name='attention')(pool1)\n"
        "    dropout1 = layers.Dropout(0.2, name='dropout1')(attention)\n"
    ) in network_in(text)


def test_masks_and_states_have_names():
    network = network_in(script_of({"name": "reverse"}, "bahdanau"))
    assert "mask = ops.not_equal(read, 0)" in network
    assert "encoder, encoder_state = layers.GRU(" in network
    assert "initial_state=encoder_state" in network
    assert "(units" not in network  # what is the default of the module is left out


def test_start_of_a_weight_is_kept_where_it_is_not_the_default():
    network = network_in(script_of({"name": "keyword-text"}, "none"))
    assert "embeddings_initializer=keras.initializers.RandomNormal(stddev=0.3)" in network


def test_augmentation_is_written_as_keras_layers():
    network = network_in(script_of({"name": "digits", "flip": "both", "shift": 0.2}, "none"))
    assert "layers.RandomFlip(name='flip')(image)" in network
    assert "layers.RandomTranslation(0.2, 0.2, fill_mode='nearest', name='shift')" in network


def test_only_what_the_arm_needs_is_there():
    text = script_of(FEATURES, "none")
    assert "class AttentionLayer" not in text
    assert "leave_out_rare" not in text
    assert "def probe" not in text  # a method that nothing calls
    assert "def nbytes" not in text
    assert "def __len__" in text


def test_names_that_two_files_share_are_told_apart():
    channels = script_of({"name": "planted-channels"}, "none")
    assert "def channels_of(params: SimpleNamespace)" in channels
    assert "def planted_channels(params: SimpleNamespace, seed: int)" in channels
    images = script_of({"name": "image-folder"}, "none")
    assert "\nSPLITS = " in images
    assert "for split in IMAGE_COUNTS_SPLITS" in images
    assert "IMAGE_FOLDER = Path(" in images


def test_parameters_are_what_the_data_ask_for():
    text = script_of({"name": "digits", "classes": 3}, "none")
    assert "PARAMS = SimpleNamespace(label_noise=0.0, imbalance=1, classes=3)" in text


def test_an_arm_has_its_own_task_and_training():
    study = Study(task=FEATURES, arms=["none", "dense@classes=9,batch_size=32"], seeds=[1, 2])
    text = script(study, "dense@batch_size=32,classes=9", 2)
    assert "classes=9" in text
    assert "BATCH_SIZE = 32" in text
    assert "SEED = 2" in text


def test_header_says_what_it_is_and_what_to_expect():
    study = Study(
        task=FEATURES, arms=["none", {"module": "dense", "label": 'my """ arm \\'}], seeds=1
    )
    text = script(study, 'my """ arm \\', 0, expected={"val_accuracy": 0.98125})
    header = " ".join(ast.get_docstring(ast.parse(text)).split())
    assert 'planted-features with my """ arm \\, seed 0' in header
    assert study.hash in header
    assert "for Keras 3." in header
    assert "val_accuracy 0.98125" in header


@pytest.mark.parametrize(
    ("task", "arm", "why"),
    [
        ({"name": "keyword-text"}, "han", "it computes ops.not_equal(words, 0)"),
        ({"name": "digits", "backbone": "residual"}, "none", "layer block1_add takes"),
        ({"name": "reverse"}, "none", "several inputs, read and written"),
        ({"name": "guided"}, "none", "several outputs, what and gate"),
    ],
)
def test_sequential_style_says_why_a_network_is_no_chain(task, arm, why):
    with pytest.raises(ExportError, match="not a chain") as raised:
        script_of(task, arm, "sequential")
    assert why in str(raised.value)


@pytest.mark.parametrize(
    ("arm", "seed", "style", "words"),
    [
        ("dense", 0, "functional", "no arm 'dense'; the arms are none"),
        ("none", 5, "functional", "seed 5"),
        ("none", 0, "fancy", "functional, sequential, subclassing"),
    ],
)
def test_what_the_study_has_not_is_said(arm, seed, style, words):
    with pytest.raises(ExportError, match=words):
        script(Study(task=FEATURES, arms=["none"], seeds=1), arm, seed, style)


def test_exports_are_imported_without_tensorflow():
    code = "import sys, attnlab.export; print({'keras', 'tensorflow'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
