"""Whatever is set for Keras elsewhere, attnlab gives the same numbers, and leaves it set."""

import json
import os
import re
import subprocess
import sys

import pytest

from .documented import ROOT
from .keras_elsewhere import numbers_and_script, settings

PROGRAM = ROOT / "tests" / "fresh" / "keras_elsewhere.py"
ELSEWHERE = {
    "floatx": "float16",
    "epsilon": 0.001,
    "backend": "jax",
    "image_data_format": "channels_first",
}


def start(arguments, folder, **more):
    unset = ("KERAS_BACKEND", "KERAS_HOME")
    kept = {name: value for name, value in os.environ.items() if name not in unset}
    environment = {**kept, "KERAS_HOME": str(folder / "keras"), "PYTHONPATH": str(ROOT), **more}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, cwd=folder, capture_output=True, text=True
    )


def test_settings_for_keras_change_no_number_and_stay(tmp_path):
    """What this process gives, in which nothing is set, another one gives and a script there."""
    elsewhere, written = tmp_path / "elsewhere", tmp_path / "elsewhere" / "script.py"
    (elsewhere / "keras").mkdir(parents=True)
    (elsewhere / "keras" / "keras.json").write_text(json.dumps(ELSEWHERE))
    expected, text = numbers_and_script(tmp_path / "plain")
    ended = start([PROGRAM, elsewhere / "home", written], elsewhere, KERAS_BACKEND="torch")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout.splitlines()[-1])
    assert expected["error"] == [""]
    assert found["numbers"] == expected
    assert found["after"] == {
        **{name: ELSEWHERE[name] for name in ("floatx", "image_data_format", "epsilon")},
        "policy": "float16",
        "backend": "tensorflow",
        "KERAS_BACKEND": "torch",
    }
    assert settings()["floatx"] == "float32"
    assert written.read_text(encoding="utf-8") == text
    ended = start([written], elsewhere, KERAS_BACKEND="torch")
    assert ended.returncode == 0, ended.stderr
    printed = re.findall(r"\bloss ([\d.]+)|val_loss ([\d.]+)", ended.stdout)
    losses = [float(one or other) for one, other in printed]
    names = ("loss", "val_loss", "test_loss")
    assert losses == pytest.approx([expected[name][0] for name in names], rel=1e-4)
