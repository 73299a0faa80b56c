"""The example of docs/adding-a-module.md is whole: put in place, it passes the tests and trains."""

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "adding-a-module.md"
BLOCK = re.compile(r"^[^\n]*`([\w/]+\.py)`[^\n]*:\n\n```python\n(.*?)```", re.MULTILINE | re.DOTALL)
TESTS = ("tests/modules", "tests/spec/test_about.py", "tests/spec/test_catalogue.py")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """A copy of attnlab with the example's code where the page says that it belongs."""
    folder = tmp_path_factory.mktemp("copy")
    for name in ("attnlab", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    layer, above, entry, case = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    put(folder, layer, lambda text, code: f"{text}\n\n{code}")
    put(folder, above, lambda text, code: _at(text, "FEATURE = (\n", f"{code}\n\nFEATURE = (\n"))
    put(folder, entry, lambda text, code: _at(text, "FEATURE = (\n", f"FEATURE = (\n{_item(code)}"))
    put(
        folder, case, lambda text, code: _at(text, "DEFAULTS = (\n", f"DEFAULTS = (\n{_item(code)}")
    )
    return folder


def put(folder, block, place):
    name, code = block
    path = folder / name
    path.write_text(place(path.read_text(encoding="utf-8"), code), encoding="utf-8")


def _at(text, anchor, replacement):
    assert text.count(anchor) == 1
    return text.replace(anchor, replacement)


def _item(code):
    return textwrap.indent(f"{code.rstrip()},\n", "    ")


def run(folder, *arguments):
    environment = {**os.environ, "PYTHONPATH": str(folder), "ATTNLAB_HOME": str(folder / "home")}
    done = subprocess.run(
        [sys.executable, "-m", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]
    return done.stdout


def test_three_files_are_touched():
    names = [name for name, _ in BLOCK.findall(PAGE.read_text(encoding="utf-8"))]
    assert len(set(names)) == 3


def test_the_example_trains(copy):
    small = ("--set", "samples=500", "features=8", "--seeds", "1", "--epochs", "1", "--json")
    run(copy, "attnlab", "run", "--task", "planted-features", "--arm", "tanh-gate", *small)
    listed = json.loads(run(copy, "attnlab", "modules", "--json"))
    (example,) = [entry for entry in listed if entry["name"] == "tanh-gate"]
    assert example["parameters"][0]["title"] == "Sharpness"


def test_the_example_passes_the_tests_of_modules(copy):
    said = run(copy, "pytest", "-k", "tanh-gate or declared_layer", *TESTS)
    assert int(re.search(r"(\d+) passed", said)[1]) >= 20
