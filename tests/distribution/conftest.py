"""The wheel of this checkout, built once."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def build(folder, kind, source=ROOT):
    """Build a "wheel" or "sdist" into the folder, without a network; return the file."""
    if importlib.util.find_spec("hatchling") is None:
        pytest.fail("hatchling is missing: install requirements-dev.txt again")
    command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(folder)]
    done = subprocess.run(command, cwd=source, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.iterdir()
    return built


@pytest.fixture(scope="session")
def wheel(tmp_path_factory):
    return build(tmp_path_factory.mktemp("wheel"), "wheel")
