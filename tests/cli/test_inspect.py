"""`inspect` prints what a run's attention is worth, and writes it as CSV and JSON."""

import json

import pandas as pd
import pytest

from attnlab.cli.inspecting import inspection_text
from attnlab.inspection.described import MEASURES, QUESTIONS
from attnlab.inspection.found import ROWS, RunInspection


def test_it_prints_a_summary_and_writes_both_files(attnlab, at_trained, tmp_path):
    given = ("inspect", at_trained.id[:5], "--samples", 50)
    done = attnlab(*given, "--csv", tmp_path / "m.csv", "--json", tmp_path / "m.json")
    assert done.code == 0
    assert (
        f"dense, seed 0, on planted-features: 50 examples of the test split (study {at_trained.id}"
        in done.out
    )
    lines = {line.strip() for line in done.out.splitlines()}
    assert set(QUESTIONS) <= lines
    hit = next(line.split() for line in lines if line.startswith("Peaks at the truth"))
    table = pd.read_csv(tmp_path / "m.csv")
    assert list(table.columns) == ["study", "arm", "seed", *ROWS]
    assert table["n"].min() >= 0
    row = table.set_index("measure").loc["hit"]
    assert hit[-4:] == [f"{row['value']:.3f}", f"{row['half']:.3f}", "0.125", "50"]
    assert set(table["measure"]) <= set(MEASURES)
    found = json.loads((tmp_path / "m.json").read_text())
    assert found["about"]["arm"] == "dense"
    assert len(found["measures"]) == len(table)
    assert sum(found["attention"]["feature"]["mean"]) == pytest.approx(1, abs=1e-4)
    assert {each["order"] for each in found["curves"]} == {"top", "random", "bottom"}


def test_what_was_measured_is_not_measured_again(attnlab, at_trained):
    given = ("inspect", at_trained.id, "--arm", "dense", "--seed", 0, "--samples", 50)
    first, second = attnlab(*given), attnlab(*given)
    assert first.out == second.out
    assert second.err == ""


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (("--arm", "none"), "arm none has no attention to inspect; of this study, dense can"),
        (("--arm", "se"), "unknown arm 'se'"),
        (("--seed", 9), "no finished run with attention at seed 9: its seeds are 0, 1"),
        (("--samples", 1), "expected 2 to 10000 samples"),
        (("--epsilon", 2), "expected an epsilon between 0 and 1"),
        (("--csv", "nowhere/a.csv"), "nowhere"),
        (("--csv", "a.csv", "--json", "a.csv"), "two tables cannot both be written to a.csv"),
    ],
)
def test_bad_input_gives_two_and_one_line(attnlab, at_trained, given, words):
    done = attnlab("inspect", at_trained.id, *given)
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert len(done.err.splitlines()) == 1


def test_an_unknown_study_gives_two(attnlab, at_trained):
    done = attnlab("inspect", "nothere")
    assert (done.code, "nothere" in done.err) == (2, True)


def test_what_has_no_value_says_why():
    row = ("place", "adversary JSD", float("nan"), float("nan"), float("nan"), 0, "these are gates")
    about = {"arm": "a", "seed": 0, "task": "t", "examples": 1, "split": "test", "study": "s"}
    text = inspection_text(RunInspection(about, pd.DataFrame([row], columns=ROWS), pd.DataFrame()))
    assert "Adversary: these are gates." in text
    assert "1 example of" in text
