"""A script trains as attnlab does, in a process that has no attnlab."""

import json
import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache

import pytest

from attnlab import Study
from attnlab.export import script
from attnlab.training import EpochEnd, RunEnd
from attnlab.training.engine import train

SEED = 3

RUNNER = """
import contextlib, importlib.abc, io, json, runpy, sys, traceback

class NoAttnlab(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "attnlab":
            raise ModuleNotFoundError(name)

sys.meta_path.insert(0, NoAttnlab())
found = {}
for path in sys.argv[1:]:
    try:
        found[path] = runpy.run_path(path)["main"]()
    except Exception:
        found[path] = traceback.format_exc()
with contextlib.redirect_stdout(io.StringIO()) as printed:
    runpy.run_path(sys.argv[1], run_name="__main__")
found["printed"] = printed.getvalue()
with open("found.json", "w") as file:
    json.dump(found, file)
"""


@dataclass(frozen=True)
class Case:
    task: dict
    arm: str
    style: str = "functional"
    training: tuple = ()

    @property
    def study(self):
        settings = {"epochs": 1, **dict(self.training)}
        return Study(task=self.task, arms=[self.arm], seeds=[SEED], **settings)


FEATURES = {"name": "planted-features", "features": 8, "samples": 500}
STEPS = {"name": "planted-steps", "steps": 6, "units": 8, "samples": 500}
WORDS = {"name": "own-text", "length": 30, "units": 8}
REVERSE = {
    "name": "reverse",
    "length": 3,
    "letters": 2,
    "units": 16,
    "embedding": 8,
    "samples": 500,
}
GUIDED = {"name": "guided", "size": 16, "width": 4, "samples": 500}
DIGITS = {"name": "digits", "classes": 3, "width": 4, "head": 8}
CHANNELS = {"name": "planted-channels", "size": 6, "channels": 8, "samples": 200}

CASES = {
    "two classes, one logit": Case({**FEATURES, "classes": 2}, "none", "sequential"),
    "adamw and cosine": Case(
        {**FEATURES, "label_noise": 0.2, "imbalance": 5},
        "dense:depth=1",
        training=(("optimizer", "adamw"), ("schedule", "cosine"), ("epochs", 2)),
    ),
    "sgd in steps": Case(
        FEATURES,
        "feature-gate:ratio=2",
        "subclassing",
        training=(
            ("optimizer", "sgd"),
            ("momentum", 0.5),
            ("schedule", "step"),
            ("step_epochs", 1),
            ("epochs", 2),
        ),
    ),
    "rmsprop, stopped early": Case(
        {**FEATURES, "label_noise": 0.5},
        "multi-head-dense",
        training=(
            ("optimizer", "rmsprop"),
            ("learning_rate", 0.1),
            ("patience", 2),
            ("epochs", 9),
        ),
    ),
    "batch norm": Case(CHANNELS, "cbam:batch_norm=true,ratio=2", training=(("epochs", 2),)),
    "another start, a model of its own": Case(
        CHANNELS, "frozen-random:of=selayer:ratio=2", "subclassing"
    ),
    "several slots and dropout": Case(DIGITS, "eca", "sequential"),
    "drawn while training": Case(STEPS, "hard"),
    "texts of a table, padded": Case(WORDS, "han"),
    "written with attention": Case(
        REVERSE, "bahdanau", training=(("learning_rate", 0.03), ("epochs", 2))
    ),
    "own series": Case({"name": "own-series", "units": 8}, "attention-pool"),
    "own pairs, written without attention": Case(
        {"name": "own-pairs", "units": 16, "length": 3, "encoder": "bidirectional"},
        "none",
        "subclassing",
    ),
    "a number": Case({"name": "own-number"}, "feature-gate:ratio=1"),
    "guided": Case({**GUIDED, "guidance": 3.0}, "cbam-spatial"),
}


@lru_cache
def of_attnlab(name):
    """What the engine's epochs gave, and the accuracy or the exact matches on the test samples."""
    case = CASES[name]
    arm = case.study.arms[0]
    events = list(train(arm, [SEED], task=case.study.task, training=case.study.training))
    names = ("loss", "accuracy") if case.study.task.has_accuracy else ("loss",)
    rows = [
        {
            **{name: getattr(each, name) for name in names},
            **{f"val_{name}": getattr(each, f"val_{name}") for name in names},
            **{f"val_{name}": value for name, value in each.extra_metrics.items()},
        }
        for each in events
        if isinstance(each, EpochEnd)
    ]
    end = next(each for each in events if isinstance(each, RunEnd))
    name = "exact_match" if end.labels.ndim > 1 else case.study.task.entry.main
    return rows, {name: end.tested[name]}


@pytest.fixture(scope="module")
def of_scripts(tmp_path_factory):
    """What the scripts gave, in one process without attnlab and away from it."""
    folder = tmp_path_factory.mktemp("scripts")
    paths = {name: str(folder / f"{number}.py") for number, name in enumerate(CASES)}
    for name, case in CASES.items():
        text = script(case.study, case.study.arms[0].label, SEED, case.style)
        with open(paths[name], "w", encoding="utf-8") as file:
            file.write(text)
    (folder / "runner.py").write_text(RUNNER)
    command = [sys.executable, "runner.py", *paths.values()]
    subprocess.run(command, cwd=folder, capture_output=True, check=True)
    found = json.loads((folder / "found.json").read_text())
    return {name: found[path] for name, path in {**paths, "printed": "printed"}.items()}


@pytest.mark.parametrize("name", CASES)
def test_script_gives_the_curves_and_the_test_of_the_run(name, of_scripts):
    assert not isinstance(of_scripts[name], str), of_scripts[name]
    rows, tested = of_scripts[name]
    expected, expected_test = of_attnlab(name)
    assert len(rows) == len(expected)
    for row, wanted in zip(rows, expected, strict=True):
        assert row == pytest.approx(wanted, rel=1e-4, abs=1e-6)
    for measure, value in expected_test.items():
        assert tested[measure] == pytest.approx(value, rel=1e-5, abs=1e-6)


def test_early_stopping_has_something_to_stop():
    rows, _ = of_attnlab("rmsprop, stopped early")
    assert 3 <= len(rows) < 9


def test_there_is_something_that_is_written_without_mistake():
    rows, tested = of_attnlab("written with attention")
    assert rows[-1]["val_exact_match"] > 0
    assert tested["exact_match"] > 0


def test_script_runs_by_itself_and_prints_a_line_an_epoch(of_scripts):
    """As a program; tests/fresh/test_keras_settings runs one in a process of its own."""
    (expected,), tested = of_attnlab(next(iter(CASES)))
    epoch, test = of_scripts["printed"].splitlines()
    assert numbers_in(epoch.removeprefix("epoch 1: ")) == pytest.approx(expected, rel=1e-4)
    assert numbers_in(test.removeprefix("test: "))["accuracy"] == pytest.approx(tested["accuracy"])


def numbers_in(line):
    """The numbers of a line by name: `loss 0.5, accuracy 0.25`."""
    pairs = (part.split() for part in line.split(", "))
    return {name: float(value) for name, value in pairs}
