"""The program that measures promises finds broken ones, and walks through a real home."""

import json

import numpy as np
import pytest

from attnlab.results import judge
from attnlab.results.withheld import Before
from benchmarks import calibration
from benchmarks.promises import paths, walks
from benchmarks.promises.home import EPOCHS, new_home
from benchmarks.promises.measured import Line, Simulation
from benchmarks.simulated_studies import SEEDS

FALSE_ALARM = 21
"""A world in which the first study shows a difference by chance."""


def test_a_promise_breaks_beyond_the_error_of_the_simulation_alone():
    def of(share, **promised):
        return Line("", "", share, 1000, **promised)

    assert of(0.06, high=0.05).outcome == "ok"
    assert of(0.08, high=0.05).outcome == "BROKEN"
    assert of(0.92, low=0.93, high=0.97).outcome == "ok"
    assert of(0.89, low=0.93, high=0.97).outcome == "BROKEN"
    assert of(1.0, low=0.93, high=0.97).outcome == "BROKEN"
    assert of(0.999, low=1.0, always=True).outcome == "BROKEN"
    assert of(0.4).outcome == ""


def test_a_broken_promise_is_the_exit_code(monkeypatch, capsys):
    class Part:
        @staticmethod
        def report(simulation):
            yield Line("Alarms", "one arm", 0.2, 1000, high=0.05, beside="by p 20.0")

    monkeypatch.setitem(calibration.PARTS, "alarms", Part)
    assert calibration.main(["--only", "alarms", "--processes", "1"]) == 1
    said = capsys.readouterr().out
    assert "at most 5 %" in said
    assert "20.0 ± 2.5" in said
    assert "BROKEN" in said
    assert "0 of 1 promises kept" in said


def test_every_part_was_measured():
    stored = json.loads(calibration.MEASURED.read_text(encoding="utf-8"))
    assert sorted(stored) == sorted(calibration.PARTS)
    assert all(calibration.kept(part) for part in stored)


def test_the_same_run_gives_the_same_numbers_and_a_shorter_one_their_beginning():
    with new_home(np.random.default_rng(0)) as home:
        plans = [home.plan("dense", epochs=epochs) for epochs in (EPOCHS, EPOCHS, 3)]
        first, again, shorter = (
            home.store.curves(home.trained(plan)).set_index(["arm", "seed", "epoch"])["val_loss"]
            for plan in plans
        )
        assert first.equals(again)
        assert shorter.equals(first[first.index.get_level_values("epoch") <= 3])
        assert first.nunique() == 2 * SEEDS * EPOCHS


def test_a_walk_is_told_what_the_ledger_tells(monkeypatch):
    def once_more():
        return walks.another_name(np.random.default_rng(FALSE_ALARM))

    assert once_more() == (True, False)
    monkeypatch.setattr(judge, "Before", lambda *_: Before())
    assert once_more() == (True, True)


def test_the_best_of_several_studies_is_told_how_many_there_were():
    assert walks.best_of_three(np.random.default_rng(1))[2]


@pytest.mark.parametrize(
    "killed",
    [False, True],
)
def test_a_study_that_is_ended_when_liked_has_no_word(killed):
    by_p, said, told = walks.ended_when_liked(np.random.default_rng(11), killed)
    assert by_p
    assert told
    assert not said


def test_every_path_is_reported_beside_what_p_alone_would_say(monkeypatch):
    class Instead(Simulation):
        def __init__(self):
            pass

        def shares(self, simulate, cases, count):
            for case in cases:
                yield np.mean([simulate(np.random.default_rng(2), *case)], axis=0), 1

    lines = list(paths.report(Instead()))
    promised = [line for line in lines if line.group == paths.PATHS]
    assert len(promised) == 12
    assert all(line.beside.startswith("by p alone") for line in promised)
