"""The campaign counts what breaks a promise: its cheap lines run, and planted faults are found."""

import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from attnlab.store import Store
from benchmarks.campaign import __main__ as campaign
from benchmarks.campaign import damage, fuzz, kills
from benchmarks.campaign.line import Asked, BrokenPromiseError, Outcome, measured
from benchmarks.campaign.tests import held_by
from benchmarks.damaged_data import plans
from tests.store.damaging import Cell, keep_study

CHEAP = ("study-files", "deep-folders", "devices")


def test_cheap_lines_of_the_campaign_find_nothing_broken():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.campaign", "--quick", "--only", *CHEAP],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = {line.split()[0]: line.split() for line in done.stdout.splitlines()}
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(lines) == list(CHEAP)
    assert all(int(line[1]) >= 1 and line[3] == "0" for line in lines.values())


def test_a_broken_line_is_the_exit_code_and_does_not_end_the_others(monkeypatch, capsys):
    monkeypatch.setattr(
        campaign, "LINES", {"ends": lambda asked: 1 / 0, "goes": lambda asked: Outcome(3)}
    )
    monkeypatch.setattr(campaign.os, "environ", {})
    monkeypatch.setattr(campaign, "PROCESSES", SimpleNamespace(end=lambda: None))
    assert campaign.main(["--only", "ends", "goes"]) == 1
    said = capsys.readouterr().out
    assert "BROKEN the line ended with ZeroDivisionError" in said
    assert "3 tried    0 broken" in said
    assert campaign.main(["--only", "goes"]) == 0


def test_what_takes_too_long_or_too_much_memory_is_ended():
    assert measured(lambda: time.sleep(60), 0.2, 10**9).error == "took too long"
    assert "MemoryError" in measured(lambda: bytearray(10**9), 30, 10**8).error
    assert measured(lambda: len(bytearray(10**8)), 30, 10**9).megabytes > 90


def _compute(until):
    while time.process_time() < until:
        pass


FAULTS = {
    "KeyError": lambda path: {}["a"],
    " MB": lambda path: bytearray(10**8),  # less may fit into what this process has freed
    " s, ": lambda path: _compute(time.process_time() + 0.2),
}
"""What a reader does, by what is said of it."""


@pytest.mark.parametrize("said", FAULTS)
def test_the_fuzzing_finds_a_planted_fault(tmp_path, monkeypatch, said):
    kind = "hostile-links"
    monkeypatch.setattr(fuzz, "KINDS", {kind: plans.KINDS[kind]})
    monkeypatch.setattr(fuzz, "TEXT_SECONDS", 0.05)
    monkeypatch.setattr(fuzz, "TEXT_MEGABYTES", 20.0)
    assert fuzz.fuzzing(Asked(tmp_path, quick=True)).broken == []
    monkeypatch.setattr(plans, "READERS", {"link": FAULTS[said]})
    again = tmp_path / "again"
    again.mkdir()
    [*_, broken] = fuzz.fuzzing(Asked(again, quick=True)).broken
    assert broken.startswith("hostile-links, seed 0")
    assert said in broken


def test_tests_that_are_not_there_are_a_broken_promise(tmp_path):
    (tmp_path / "test_none.py").write_text("")
    found = held_by(str(tmp_path / "test_none.py"))(Asked(tmp_path))
    assert found.tried == 0
    assert "no test of" in found.broken[-1]


@pytest.mark.parametrize("fault", ["", "check", "shown"])
def test_a_damaged_column_that_is_not_found_or_shows_elsewhere_is_broken(
    tmp_path, monkeypatch, fault
):
    monkeypatch.setattr(damage, "columns", lambda: [("studies", "spec"), ("runs", "status")])
    if fault == "check":
        whole = SimpleNamespace(findings=[])
        monkeypatch.setattr(damage, "check", lambda home: whole)
    if fault == "shown":
        said = iter(range(100))
        monkeypatch.setattr(damage, "shown", lambda store, study_id: next(said))
    found = damage.damaged_columns(Asked(tmp_path, quick=True))
    assert found.tried == 2
    assert len(found.broken) == (2 if fault else 0)


def test_what_a_kill_took_is_found(tmp_path):
    store = Store(tmp_path / "home")
    earlier = keep_study(store, "earlier")
    assert kills.look(store.home, set(), tmp_path) == "before the study"
    cell = Cell(store.home / "attnlab.db", "runs", "status", earlier)
    cell.put("failed")
    with pytest.raises(BrokenPromiseError, match="the earlier study is"):
        kills.look(store.home, set(), tmp_path)
    cell.put(cell.value)
    keep_study(store, "begun")
    with pytest.raises(BrokenPromiseError, match="finished before the kill and not after"):
        kills.look(store.home, {("none", 7)}, tmp_path)
    keep_study(store, "begun twice")
    with pytest.raises(BrokenPromiseError, match="2 studies where one was begun"):
        kills.look(store.home, set(), tmp_path)
    store.close()
