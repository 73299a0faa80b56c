"""`make quick` leaves out what takes long, and nothing else."""

import re
from pathlib import Path

import pytest

from tests import quick

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
CHARTS = """
import pytest

@pytest.mark.parametrize("number", range(6))
def test_chart(number):
    pass
"""
LONG = """
import pytest

@pytest.mark.parametrize("number", range(2))
def test_damaged_cell_is_of_one_study(number):
    pass

def test_home_that_is_whole_has_no_findings():
    pass
"""
CONFTEST = "from tests.conftest import home, homes, pytest_addoption, pytest_configure"


@pytest.fixture(autouse=True)
def this_checkout(monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[1]))


def test_what_loads_tensorflow_starts_python_or_draws_many_pages_is_skipped(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS)
    ended = pytester.runpytest_subprocess("--quick", "-p", "no:cacheprovider")
    ended.assert_outcomes(passed=1 + 1, skipped=3 + 4, failed=1)


def test_of_charts_the_first_are_drawn_and_what_is_named_as_long_is_skipped(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.mkdir("charts").joinpath("test_chart.py").write_text(CHARTS)
    pytester.mkdir("store").joinpath("test_damage.py").write_text(LONG)
    ended = pytester.runpytest_subprocess("--quick", "-p", "no:cacheprovider")
    ended.assert_outcomes(passed=4 + 1, skipped=2 + 2)


def test_every_test_that_is_named_as_long_is_there():
    tests = Path(__file__).parent
    for path, names in quick.LONG.items():
        there = re.findall(r"^def test_(\w+)\(", (tests / path).read_text("utf-8"), re.MULTILINE)
        assert set(names) <= set(there), path


def test_without_quick_all_are_run(pytester):
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS.replace("import keras", "import json").replace('"keras"', '"json"'))
    ended = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    ended.assert_outcomes(passed=3 + 5, failed=2)
