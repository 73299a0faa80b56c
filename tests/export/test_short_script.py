"""Short scripts and notebooks: short, clean, and with what the study finds, within its seeds."""

import json
import os
import re
import subprocess
import sys

import numpy as np
import pytest

from attnlab import Study, catalog
from attnlab.export import ExportError, notebook, tutorial
from attnlab.training import RunEnd
from attnlab.training.engine import train
from tests.arms import written

RUFF = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", "--line-length", "100"]
FEATURES = {"name": "planted-features", "features": 8, "samples": 600, "test_samples": 500}
CHANNELS = {
    "name": "planted-channels",
    "size": 6,
    "channels": 8,
    "samples": 400,
    "test_samples": 500,
}
STEPS = {"name": "planted-steps", "steps": 8, "classes": 3, "samples": 1000, "test_samples": 500}
WORDS = {"name": "keyword-text", "length": 12, "classes": 3, "samples": 600, "test_samples": 500}
GUIDED = {
    "name": "guided",
    "size": 16,
    "clutter": 2,
    "classes": 3,
    "samples": 1000,
    "test_samples": 500,
}
REVERSE = {
    "name": "reverse",
    "length": 3,
    "letters": 3,
    "units": 16,
    "samples": 500,
    "test_samples": 500,
}

AS_THE_STUDY = {
    "features": (FEATURES, "feature-gate", {"epochs": 12, "learning_rate": 0.01}),
    "channels": (CHANNELS, "se:ratio=4", {"epochs": 8}),
    "steps": (STEPS, "attention-pool", {"epochs": 12, "learning_rate": 0.01}),
    "words": (WORDS, "attention-pool", {"epochs": 6}),
    "a table": (
        {"name": "own-table", "imbalance": 3},
        "feature-gate:ratio=2",
        {"epochs": 4, "learning_rate": 0.01},
    ),
    "guided": (
        {**GUIDED, "imbalance": 2, "label_noise": 0.1},
        "none",
        {"epochs": 6, "schedule": "cosine"},
    ),
    "alignment": (REVERSE, "bahdanau", {"epochs": 6, "learning_rate": 0.02}),
}
LEAST = 0.1
"""How far apart accuracies may lie at least: a few seeds say little about how far they vary."""

LEARNT = 0.45
"""Guessing gives a third at most: there is something to agree on."""


def short(task, arm, style="functional", **settings):
    study = Study(task=task, arms=[arm], seeds=[0], **settings)
    return tutorial(study, study.arms[0].label, 0, style)


@pytest.fixture(scope="module")
def of_all_modules(tmp_path_factory):
    """A folder with the short script of every module, on its own task."""
    folder = tmp_path_factory.mktemp("short")
    for entry in catalog.modules():
        text = short({"name": entry.about.task}, written(entry))
        (folder / f"{entry.name}.py").write_text(text, encoding="utf-8")
    return folder


def test_every_module_has_a_script_of_less_than_100_lines(of_all_modules):
    lines = {
        path.stem: len(path.read_text("utf-8").splitlines()) for path in of_all_modules.iterdir()
    }
    assert len(lines) == len(catalog.modules())
    assert {name: count for name, count in lines.items() if count >= 100} == {}


def test_every_script_is_clean_for_ruff(of_all_modules):
    rules = ["--select", "E,F,W,I,B,UP"]
    done = subprocess.run([*RUFF, *rules, of_all_modules], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def test_every_script_says_in_comments_what_its_parts_are(of_all_modules):
    for path in of_all_modules.iterdir():
        text = path.read_text("utf-8")
        assert "attnlab" not in text
        for part in ("data", "network"):
            assert f"\n# The {part}.\n" in text


def layer_in(text):
    """The class of the layer in a script, made anew."""
    begin, end = text.index("# The layer."), text.index("# The network.")
    names = {}
    exec("import keras, math\nfrom keras import layers, ops\n" + text[begin:end], names)
    return names


@pytest.mark.parametrize(
    "entry", [each for each in catalog.modules() if each.layer], ids=lambda entry: entry.name
)
def test_layer_of_a_script_computes_what_the_module_does(entry, of_all_modules):
    import keras

    from attnlab.backbones import build

    text = (of_all_modules / f"{entry.name}.py").read_text("utf-8")
    study = Study(task=entry.about.task, arms=[written(entry)], seeds=[0])
    layer = build(study.task_of(study.arms[0]), study.arms[0].module).modules[0]
    made = re.search(rf"{type(layer).__name__}\((.*?)\)\(", text).group(1)
    theirs = eval(f"{type(layer).__name__}({made})", layer_in(text))
    given = layer.input if isinstance(layer.input, list) else [layer.input]
    random = np.random.default_rng(0)
    arrays = [random.standard_normal((4, *each.shape[1:])).astype("float32") for each in given]
    mask = None
    if "(self, inputs, valid" in text:
        arrays[-1] = np.ones(arrays[-1].shape, bool)
        arrays[-1][:, -1] = False
        *arrays, mask = arrays
    given = arrays if len(arrays) > 1 else arrays[0]
    ours = {} if mask is None else {"mask": [None, mask] if len(arrays) > 1 else mask}
    masked = {} if mask is None else {"valid": mask}
    theirs(given, **masked)
    pairs = zip(layer.weights, theirs.weights, strict=True)
    for our_weight, their_weight in pairs:
        their_weight.assign(our_weight)
    expected = keras.tree.flatten(layer(given, return_attention_scores=True, **ours))
    found = keras.tree.flatten(theirs(given, return_attention_scores=True, **masked))
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_allclose(np.asarray(one), np.asarray(other), rtol=1e-4, atol=1e-5)


def own_results(text):
    """What a script's network says of its test samples, after it was run away from screens."""
    names = {}
    exec(compile(text, "short.py", "exec"), names)
    return names["model"].evaluate(names["x_test"], names["y_test"], verbose=0, return_dict=True)


@pytest.mark.parametrize("kind", AS_THE_STUDY)
def test_results_are_the_studys_within_what_its_seeds_vary(kind, monkeypatch):
    monkeypatch.setitem(os.environ, "MPLBACKEND", "Agg")
    task, arm, settings = AS_THE_STUDY[kind]
    study = Study(task=task, arms=[arm], seeds=3, **settings)
    ends = [
        event
        for event in train(study.arms[0], study.seeds, task=study.task, training=study.training)
        if isinstance(event, RunEnd)
    ]
    of_seeds = [each.tested["accuracy"] for each in ends]
    found = own_results(tutorial(study, study.arms[0].label, 0))["accuracy"]
    assert np.mean(of_seeds) > LEARNT, of_seeds
    assert abs(found - np.mean(of_seeds)) < max(LEAST, 4 * np.std(of_seeds, ddof=1))


def test_a_notebook_runs_from_top_to_bottom(monkeypatch):
    monkeypatch.setitem(os.environ, "MPLBACKEND", "Agg")
    study = Study(task=FEATURES, arms=["dense"], seeds=[4], epochs=1)
    whole = json.loads(notebook(study, "dense", 4))
    assert (whole["nbformat"], whole["nbformat_minor"]) == (4, 5)
    cells = whole["cells"]
    assert len({each["id"] for each in cells}) == len(cells)
    assert {each["cell_type"] for each in cells} == {"markdown", "code"}
    names = {}
    for each in cells:
        if each["cell_type"] == "code":
            assert (each["outputs"], each["execution_count"]) == ([], None)
            exec("".join(each["source"]), names)
    assert names["SEED"] == 4
    assert names["weights"].shape == (200, 8)


@pytest.mark.parametrize("style", ["sequential", "subclassing"])
def test_other_styles_train_and_show_the_weights_too(style, monkeypatch):
    monkeypatch.setitem(os.environ, "MPLBACKEND", "Agg")
    names = {}
    exec(short(CHANNELS, "se:ratio=4", style, epochs=1), names)
    assert names["weights"].shape == (200, 8)
    assert isinstance(names["model"], names["keras"].Model)


def test_settings_of_the_training_are_in_it():
    text = short(FEATURES, "none", optimizer="sgd", momentum=0.7, schedule="cosine", patience=4)
    assert "momentum=0.7" in text
    assert "CosineDecay(0.001, EPOCHS * steps)" in text
    assert "EarlyStopping(patience=4, restore_best_weights=True)" in text


@pytest.mark.parametrize(
    ("task", "words"),
    [
        ({"name": "own-series"}, "the data of own-series take more than a few lines"),
    ],
)
def test_what_has_no_short_script_says_so_and_what_has_one(task, words):
    with pytest.raises(ExportError, match=words) as raised:
        short(task, "none")
    assert "exact script" in str(raised.value)
