"""Every arm at its own best learning rate, from the command line: trained, shown, taken away."""

import io
import json
import re
import zipfile
from contextlib import redirect_stderr, redirect_stdout
from types import SimpleNamespace

import pandas as pd
import pytest

from attnlab.capsules import read
from attnlab.cli import main
from attnlab.cli.arguments import parser
from attnlab.cli.plans import planned
from attnlab.store import Store

from .conftest import SMALL

PLAN = (*SMALL, "--arm", "none", "dense", "--seeds", "1", "--epochs", "1")
TUNED = (*PLAN, "--tune-rates", "0.000001,0.02", "--tune-seeds", "1")


def plan_of(*options):
    return planned(parser().parse_args(["run", *options]))


@pytest.fixture(scope="module")
def tuned(tmp_path_factory):
    """What `run` did."""
    home, out, err = tmp_path_factory.mktemp("tuned") / "home", io.StringIO(), io.StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("ATTNLAB_HOME", str(home))
        code = main(["run", *TUNED])
    done = SimpleNamespace(out=out.getvalue(), err=err.getvalue(), home=home)
    assert code == 0, done.err
    done.id = re.search(r"Study (\w+):", done.out).group(1)
    return done


@pytest.fixture
def at_tuned(tuned, monkeypatch):
    monkeypatch.setenv("ATTNLAB_HOME", str(tuned.home))
    return tuned


def test_the_options_are_the_tuning_of_the_plan():
    assert plan_of(*PLAN).tuning is None
    usual = plan_of(*PLAN, "--tune").tuning
    assert (usual.rates, usual.seeds) == ((0.0001, 0.0003, 0.001, 0.003, 0.01), (1, 2))
    assert plan_of(*TUNED).tuning.rates == (1e-06, 0.02)
    assert plan_of(*PLAN, "--tune-seeds", "3").tuning.seeds == (1, 2, 3)


def test_rates_that_are_none_are_refused(attnlab, home):
    done = attnlab("run", *PLAN, "--tune-rates", "0.1,fast")
    assert done.code == 2
    assert "tuning: rates must be numbers from 1e-08 to 10, got 'fast'" in done.err
    assert not home.exists()


def test_the_training_says_what_it_chooses_and_the_result_what_was_chosen(tuned):
    err = tuned.err.splitlines()
    assert any(
        "Seed 0, and to choose learning rates seed 1, which no study" in line for line in err
    )
    assert any("after 4 runs that choose learning rates" in line for line in err)
    assert len([line for line in err if "of 4 runs to choose a rate)" in line]) == 4
    assert any(line == "Learning rates chosen: none 0.02, dense 0.02" for line in err)
    assert any("(2 of 2 runs)" in line for line in err)
    said = " ".join(tuned.out.split())
    assert "learning rate chosen for each arm" in said
    assert re.search(r"none +1 .* 0\.02 ", tuned.out)
    assert (
        "Every arm trained at its own best of 2 learning rates (1e-06 to 0.02), by mean validation "
        "accuracy at seed 1, which is not judged. No attention and Dense attention took the "
        "highest rate tried (0.02): the best may lie beyond. Try a wider grid on fresh seeds: "
        "--tune-rates 1e-06,0.02,0.2,2." in said
    )


def test_json_and_csv_have_every_score(at_tuned, attnlab):
    shown = json.loads(attnlab("show", at_tuned.id, "--json").out)
    tuning = shown["tuning"]
    assert tuning["chosen"] == {"none": 0.02, "dense": 0.02}
    assert (tuning["seeds"], tuning["metric"], tuning["edge"]["none"]) == (
        [1],
        "val_accuracy",
        "high",
    )
    assert len(tuning["runs"]) == 4
    assert shown["plan"]["tuning"]["chosen"] == tuning["chosen"]
    assert [row["learning_rate"] for row in shown["verdicts"]] == [0.02, 0.02]
    done = attnlab("export", at_tuned.id, "--format", "tuning-csv")
    rows = [line.split(",") for line in done.out.splitlines()]
    assert rows[0] == ["arm", "learning_rate", "seed", "metric", "score", "error", "chosen"]
    assert [(row[0], row[1], row[6]) for row in rows[1:]] == [
        ("none", "1e-06", "False"),
        ("none", "0.02", "True"),
        ("dense", "1e-06", "False"),
        ("dense", "0.02", "True"),
    ]


def test_a_study_without_one_has_no_such_file(at_trained, trained, attnlab):
    done = attnlab("export", trained.id, "--format", "tuning-csv")
    assert done.code == 2
    assert "this study chooses no learning rates" in done.err
    assert json.loads(attnlab("show", trained.id, "--json").out)["tuning"] is None


@pytest.mark.parametrize(
    ("format", "arm"), [("markdown", ()), ("latex", ()), ("script", ("--exact", "--arm", "dense"))]
)
def test_what_is_taken_away_says_it(at_tuned, attnlab, format, arm):
    text = " ".join(attnlab("export", at_tuned.id, "--format", format, *arm).out.split())
    assert "at its own best of 2 learning rates (1e-06 to 0.02)" in text
    if arm:
        assert "LEARNING_RATE = 0.02" in text
    else:
        assert "learning rate" in text.partition("Every arm")[0] + text.partition("tabular")[2]


def test_a_capsule_has_it_and_trains_again_without_choosing(at_tuned, attnlab, tmp_path):
    path = tmp_path / "study.zip"
    assert attnlab("export", at_tuned.id, "--format", "capsule", "-o", path).code == 0
    with zipfile.ZipFile(path) as archive:
        assert {"tuning.csv", "figures/learning-rates.svg"} <= {*archive.namelist()}
        assert "tuning.csv" in archive.read("README.txt").decode()
        assert len(pd.read_csv(archive.open("tuning.csv"))) == 4
    assert read(path).study.tuning.rate_of == {"none": 0.02, "dense": 0.02}
    done = attnlab("replay", path, "--json")
    again = json.loads(done.out)
    assert done.code == 0, done.err
    assert {run["outcome"] for run in again["runs"]} == {"match"}
    store = Store()
    assert store.tuning_runs(again["study"]) == []
    store.close()
