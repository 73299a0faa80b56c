"""Files with tasks that do their worst, in a worker process; and what is kept of one."""

import re
import time

import pytest

from attnlab.own_modules import reading
from attnlab.own_tasks.library import OF_TASKS

from .conftest import COLUMNS, spoiled

BROKEN = {
    "syntax": ("x = 1\ndef half(:\n", r"mine.py, line 2: invalid syntax"),
    "import": ("\nimport nowhere\n", "line 2: it imports nowhere, which is not installed here"),
    "ends": ("import sys\nsys.exit(3)\n", "mine.py, line 2: it ends the program"),
    "nothing": ("x = 1\n", r"mine.py has no task: put @task\(...\) above a function"),
    "no function": (
        spoiled(COLUMNS, ("def two_columns", "class Columns:\n    pass\n\n\ndef two_columns")),
        "line 7: DeclarationError: the decorator stands above a function",
    ),
    "no seed": (
        spoiled(COLUMNS, ("(seed, features", "(number, features")),
        "DeclarationError: the first argument of two_columns must be seed",
    ),
    "no argument": (
        spoiled(COLUMNS, ("(seed, features, samples)", "(seed, features)")),
        "DeclarationError: two_columns must take seed, features and samples",
    ),
    "other inputs": (
        spoiled(COLUMNS, ('on="features"', 'on="sounds"')),
        "DeclarationError: on must be one of features, image, channels, steps, text",
    ),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_file_that_cannot_be_run_is_told_with_its_line(report, fault):
    text, message = BROKEN[fault]
    found = report(text)
    assert not found.passed
    assert re.search(message, found.problem), found.problem


def test_what_was_found_is_kept_for_the_next_time(write, home, monkeypatch):
    monkeypatch.setattr(reading, "home_folder", lambda: home)
    source = reading.source_at(write(COLUMNS))
    first = reading.report_on(source, kind=OF_TASKS)
    assert first.passed, str(first)
    monkeypatch.setattr(reading, "_by_worker", lambda *given: pytest.fail("checked again"))
    assert reading.report_on(source, kind=OF_TASKS) == first
    (kept,) = (home / OF_TASKS.reports).glob("*.json")
    assert kept.stem.startswith(source.digest)


def test_a_function_that_loops_for_ever_is_ended_and_says_in_which_check(report):
    began = time.monotonic()
    text = spoiled(COLUMNS, ("    y = (x", "    while True:\n        pass\n    y = (x"))
    found = report(text, patience=1.5)
    says = "checking that two-columns gives finite numbers took more than 1.5 seconds"
    assert says in found.problem
    assert time.monotonic() - began < 10
