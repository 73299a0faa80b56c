"""Files that cannot be run: each is told in a sentence, and no process stays behind."""

import re
import time

import pytest

from attnlab.own_modules import reading
from attnlab.spec import SpecError
from attnlab.workers import PROCESSES

from .conftest import GATE, spoiled

BROKEN = {
    "syntax": ("def half(:\n", r"mine.py, line 1: invalid syntax"),
    "import": ("\nimport nowhere_at_all\n", "line 2: it imports nowhere_at_all, which is not inst"),
    "raises": ("x = 1\n\nprint(y)\n", "mine.py, line 3: NameError: name 'y' is not defined"),
    "ends": ("import sys\nsys.exit(3)\n", "mine.py, line 2: it ends the program"),
    "nothing": ("x = 1\n", r"mine.py has no module: put @module\(...\) above a class"),
    "no layer": (
        spoiled(GATE, ("class TanhGate(keras.layers.Layer)", "class TanhGate")),
        r"line 8: DeclarationError: the decorator stands above a class of keras.layers.Layer",
    ),
    "no axis": (
        spoiled(GATE, ('weighs="feature"', 'weighs="colour"')),
        "line 8: DeclarationError: weighs must be feature, channel, place or step, got 'colour'",
    ),
    "killed": ("import os\nos.kill(os.getpid(), 9)\n", r"running mine.py ended the process"),
}


@pytest.mark.parametrize("fault", BROKEN)
def test_a_file_that_cannot_be_run_is_told_with_its_line(report, fault):
    text, message = BROKEN[fault]
    found = report(text)
    assert not found.passed
    assert re.search(message, found.problem), found.problem


def test_a_file_that_loops_for_ever_is_ended(report):
    report(GATE)  # a process is ready
    began = time.monotonic()
    found = report("import time\nwhile True:\n    time.sleep(0.01)\n", patience=1.5)
    assert "running mine.py took more than 1.5 seconds, and was ended" in found.problem
    assert time.monotonic() - began < 10
    assert report(GATE).passed, "another process takes over"


def test_a_layer_that_loops_for_ever_is_ended_and_says_in_which_check(report):
    begin = "def call(self, inputs, return_attention_scores=False):\n"
    loop = "        while True:\n            pass\n\n"
    text = spoiled(GATE, ("def call(", f"{begin}{loop}    def other("))
    found = report(text, patience=1.5)
    assert "checking that tanh-gate keeps the shape took more than 1.5 seconds" in found.problem


def test_what_was_found_is_kept_for_the_next_time(write, home, monkeypatch):
    monkeypatch.setattr(reading, "home_folder", lambda: home)
    source = reading.source_at(write(GATE))
    first = reading.report_on(source)
    monkeypatch.setattr(reading, "_by_worker", lambda *given: pytest.fail("checked again"))
    assert reading.report_on(source) == first
    (kept,) = (home / reading.REPORTS).glob("*.json")
    kept.write_text("{")
    monkeypatch.undo()
    monkeypatch.setattr(reading, "home_folder", lambda: home)
    assert reading.report_on(source) == first


def test_a_file_that_is_not_there_or_no_text_is_refused(tmp_path, write):
    with pytest.raises(SpecError, match=r"cannot read .*none.py: No such file"):
        reading.source_at(tmp_path / "none.py")
    write("").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SpecError, match="it is not UTF-8 text"):
        reading.source_at(tmp_path / "mine.py")


def test_no_process_is_left_lent():
    assert not PROCESSES._lent
