"""The example modules through all of attnlab: trained, judged, inspected, taken away, replayed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import attnlab
from attnlab import capsules, export
from attnlab.capsules.writing import capsule
from attnlab.own_modules import layer, reading
from attnlab.own_modules.library import LIBRARY
from attnlab.results.judge import judge
from attnlab.spec import REGISTRY
from attnlab.store import Store

FOLDER = Path(__file__).parents[2] / "examples" / "modules"
EXAMPLES = {
    "attentive-transformer": ("attentive_transformer.py", "planted-features", {"features": 8}),
    "structured-self-attention": ("structured_self_attention.py", "planted-steps", {"steps": 6}),
    "style-recalibration": ("style_recalibration.py", "planted-channels", {"channels": 4}),
}


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A study of each example, in one home, by the id of its study."""
    home = tmp_path_factory.mktemp("examples")
    results = {}
    for name, (file, task, smaller) in EXAMPLES.items():
        plan = {
            "task": {"name": task, **smaller, "samples": 500, "test_samples": 0},
            "arms": ["none", str(FOLDER / file)],
            "seeds": 2,
            "epochs": 1,
        }
        results[name] = attnlab.run(plan, home=home)
    return results


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_keeps_every_promise_and_can_be_stacked(name, home):
    report = reading.report_on(reading.source_at(FOLDER / EXAMPLES[name][0]))
    assert report.passed, str(report)
    assert [each.name for each in report.modules] == [name]
    assert not report.modules[0].notes


@pytest.mark.parametrize("name", EXAMPLES)
def test_it_is_trained_judged_and_its_attention_is_measured(trained, name):
    result = trained[name]
    assert result.status == "finished"
    assert [arm.label for arm in judge(result.store, result.id).arms] == ["none", name]
    traced = result.store.traces(result.id)
    assert set(traced["arm"]) == {name}
    assert traced["weight"].between(0, 1).all()
    assert any(each.startswith("attention") for each in result.layers(name, 0))


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_flow_is_what_the_network_has(trained, name):
    result = trained[name]
    study = result.store.study(result.id).study
    (_, arm) = result.store.arms(result.id)
    entry = study.arm(name).module.entry
    sizes = study.task.entry.slot_sizes(study.task.params)
    shape = {"features": lambda size: (size,), "steps": lambda size: (6, size)}.get(
        study.task.entry.slot, lambda size: (8, 8, size)
    )
    counted = sum(entry.about.parameters(entry.params(), shape(size)) for size in sizes)
    assert counted == arm.attention_parameters


ONE_BY_ONE = """
import runpy, sys
for path in sys.argv[1:]:
    print("===", flush=True)
    runpy.run_path(path, run_name="__main__")
assert "attnlab" not in sys.modules
"""


@pytest.fixture(scope="module")
def printed(trained, tmp_path_factory):
    """What the script of each example prints, in one process that has no attnlab."""
    folder = tmp_path_factory.mktemp("scripts")
    paths = [folder / f"{name}.py" for name in EXAMPLES]
    for name, path in zip(EXAMPLES, paths, strict=True):
        text = export.script(trained[name].store.study(trained[name].id).study, name, 0)
        assert "attnlab.own_modules" not in text
        path.write_text(text, encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-I", "-c", ONE_BY_ONE, *paths],
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    return dict(zip(EXAMPLES, ended.stdout.split("===")[1:], strict=True))


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_script_runs_without_attnlab_and_gives_the_same(trained, printed, name):
    result = trained[name]
    line = next(each for each in printed[name].splitlines() if each.startswith("epoch 1"))
    runs = result.store.runs(result.id)
    row = runs[(runs["arm"] == name) & (runs["seed"] == 0)].iloc[0]
    assert f"val_loss {row['val_loss']:.4f}"[:-1] in line


@pytest.mark.parametrize("name", EXAMPLES)
def test_its_short_script_runs_too(trained, name, monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    result = trained[name]
    text = export.tutorial(result.store.study(result.id).study, name, 0)
    assert "attnlab" not in text
    names = {}
    exec(compile(text, "short.py", "exec"), names)
    assert np.isfinite(names["weights"]).all()
    assert len(names["weights"]) == min(200, len(names["x_test"]))


REPLAY = """
import json, sys
import attnlab
for path in sys.argv[1:]:
    table = attnlab.replay(path, trust=True)
    print(json.dumps([sorted(set(table["outcome"])), attnlab.open(table.attrs["study"]).status]))
"""


def test_each_capsule_is_replayed_in_another_home_once_it_is_trusted(trained, tmp_path):
    paths = []
    for name, result in trained.items():
        path = tmp_path / f"{name}.zip"
        path.write_bytes(capsule(result.store, result.id))
        assert capsules.sources(path) == {
            EXAMPLES[name][0]: (FOLDER / EXAMPLES[name][0]).read_text(encoding="utf-8")
        }
        paths.append(str(path))
    there = {
        **os.environ,
        "ATTNLAB_HOME": str(tmp_path / "elsewhere"),
        "PYTHONPATH": str(FOLDER.parents[1]),
    }
    refused = subprocess.run(
        [sys.executable, "-m", "attnlab", "replay", paths[0]],
        capture_output=True,
        text=True,
        env=there,
        cwd=tmp_path,
    )
    assert refused.returncode == 2
    assert "it brings Python code of its own for attentive-transformer" in refused.stderr
    done = subprocess.run(
        [sys.executable, "-c", REPLAY, *paths],
        capture_output=True,
        text=True,
        env=there,
        cwd=tmp_path,
        check=True,
    )
    lines = [json.loads(each) for each in done.stdout.splitlines() if each.startswith("[[")]
    assert lines == [[["match"], "finished"]] * len(EXAMPLES)
    kept = Store(tmp_path / "elsewhere").study
    assert kept  # its modules are kept there, too: the studies can be read
    assert len(Store(tmp_path / "elsewhere").studies()) == len(EXAMPLES)


def test_sparsemax_is_the_nearest_point_of_the_simplex(home):
    kind = layer(FOLDER / "attentive_transformer.py", "AttentiveTransformer")
    sparsemax = vars(sys.modules[kind.__module__])["sparsemax"]
    logits = np.array([[2.0, 1.5, -1.0], [0.1, 0.2, 0.3]], "float32")
    expected = [[0.75, 0.25, 0.0], [1 / 3 - 0.1, 1 / 3, 1 / 3 + 0.1]]
    np.testing.assert_allclose(sparsemax(logits), expected, atol=1e-6)


def test_a_study_says_that_a_module_has_changed_since(trained, tmp_path):
    name, result = "style-recalibration", trained["style-recalibration"]
    before = judge(result.store, result.id).conditions
    text = (FOLDER / EXAMPLES[name][0]).read_text(encoding="utf-8")
    path = tmp_path / "style_recalibration.py"
    path.write_text(text + "\n# thought better of\n", encoding="utf-8")
    assert LIBRARY.bring(path).passed
    (said,) = judge(result.store, result.id).conditions[len(before) :]
    assert said.startswith("The source of style-recalibration (style_recalibration.py) has changed")
    study = result.store.study(result.id).study
    assert study.arm(name).module.entry is not REGISTRY.module(name)
