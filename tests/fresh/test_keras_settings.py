"""Whatever is set for Keras elsewhere, attnlab gives the same numbers, and leaves it set."""

import json
import os
import re
import subprocess
import sys

import pytest

from .documented import ROOT

PROGRAM = ROOT / "tests" / "fresh" / "keras_elsewhere.py"
ELSEWHERE = {
    "floatx": "float16",
    "epsilon": 0.001,
    "backend": "jax",
    "image_data_format": "channels_first",
}


def start(arguments, folder, **more):
    (folder / "keras").mkdir(exist_ok=True)
    unset = ("KERAS_BACKEND", "KERAS_HOME")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    environment = {**kept, "KERAS_HOME": str(folder / "keras"), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True
    )


def told(folder, **more):
    """What the program says in a process with these variables."""
    ended = start([PROGRAM, folder / "home", folder / "script.py"], folder, **more)
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout.splitlines()[-1])


def test_settings_for_keras_change_no_number_and_stay(tmp_path):
    plain, elsewhere = tmp_path / "plain", tmp_path / "elsewhere"
    for folder in (plain, elsewhere):
        folder.mkdir()
    (elsewhere / "keras").mkdir()
    (elsewhere / "keras" / "keras.json").write_text(json.dumps(ELSEWHERE))
    expected = told(plain)
    found = told(elsewhere, KERAS_BACKEND="torch")
    assert expected["numbers"]["error"] == ["", ""]
    assert found["numbers"] == expected["numbers"]
    assert found["after"] == {
        **{name: ELSEWHERE[name] for name in ("floatx", "image_data_format", "epsilon")},
        "policy": "float16",
        "backend": "tensorflow",
        "KERAS_BACKEND": "torch",
    }
    assert expected["after"]["floatx"] == "float32"
    ended = start([elsewhere / "script.py"], elsewhere, KERAS_BACKEND="torch")
    assert ended.returncode == 0, ended.stderr
    printed = re.findall(r"\bloss ([\d.]+)|val_loss ([\d.]+)", ended.stdout)
    losses = [float(one or other) for one, other in printed]
    names = ("loss", "val_loss", "test_loss")
    assert losses == pytest.approx([expected["numbers"][name][1] for name in names], rel=1e-4)
