"""`make quick` leaves out what takes long, and nothing else."""

from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import subprocess
import sys
import threading
import pytest

@pytest.fixture
def open_app():
    pass

def test_plain():
    pass

def test_keras():
    import keras

def test_keras_in_a_thread():
    thread = threading.Thread(target=lambda: __import__("keras"))
    thread.start()
    thread.join()
    assert False

def test_another_python():
    subprocess.run([sys.executable, "--version"])

@pytest.mark.parametrize("number", range(5))
def test_page(open_app, number):
    pass

def test_a_fault():
    assert 0
"""
CONFTEST = "from tests.conftest import home, homes, pytest_addoption, pytest_configure"


@pytest.fixture(autouse=True)
def this_checkout(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def test_what_loads_tensorflow_starts_python_or_draws_many_pages_is_skipped(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    ended = pytester.runpytest_subprocess("--quick", "-p", "no:cacheprovider")
    ended.assert_outcomes(passed=1 + 3, skipped=3 + 2, failed=1)


def test_without_quick_all_are_run(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS.replace("import keras", "import json").replace('"keras"', '"json"'))
    ended = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    ended.assert_outcomes(passed=3 + 5, failed=2)
