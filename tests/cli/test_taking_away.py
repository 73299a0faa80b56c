"""What the command line makes of a finished study: tables, a capsule, more seeds, a replay."""

import io
import json
import re

import pandas as pd
import pytest

from attnlab.analysis.rounding import mean_text
from attnlab.cli import exporting
from attnlab.export.paper import latex, markdown
from attnlab.export.spreadsheets import csv_text
from attnlab.spec import Study
from attnlab.store import Owner, Store

from .conftest import SMALL


@pytest.mark.parametrize(("format", "write"), [("markdown", markdown), ("latex", latex)])
def test_tables_go_to_standard_output_or_a_file(attnlab, result, tmp_path, format, write):
    given = ("export", result.id, "--format", format)
    done = attnlab(*given)
    assert (done.code, done.out) == (0, write(result.store, result.id))
    assert attnlab(*given, "--metric", "val_loss", "-o", tmp_path / "t").code == 0
    assert (tmp_path / "t").read_text() == write(result.store, result.id, ["val_loss"])


def test_scores_that_a_verdict_is_of_have_a_column(attnlab):
    run = ("run", *SMALL, "--arm", "none", "--arm", "dense", "--seeds", 2, "--epochs", 1)
    told = json.loads(attnlab(*run, "--metric", "val_loss", "--json").out)
    head, *rows = attnlab("show", told["id"]).out.partition("\narm ")[2].splitlines()
    assert head.split()[:3] == ["n", "test", "loss"]
    for row, verdict in zip(rows, told["verdicts"], strict=False):
        half = (verdict["score_high"] - verdict["score_low"]) / 2
        assert f"  {mean_text(verdict['score'], half, 2)}  " in row


def test_verdicts_are_written_as_csv(attnlab, result):
    given = ("export", result.id, "--format", "verdicts-csv", "--metric", "val_loss", "loss")
    table = pd.read_csv(io.StringIO(attnlab(*given).out))
    assert table[["metric", "label"]].to_numpy().tolist() == [
        [metric, arm] for metric in ("val_loss", "loss") for arm in ("none", "dense")
    ]
    assert table["score"].iloc[0] == result.verdicts("val_loss")["score"].iloc[0]


def test_an_unknown_metric_or_a_pivot_of_nothing_gives_two(attnlab, result):
    for options, words in (
        (("--metric", "val_los"), "did you mean 'val_loss'"),
        (("--pivot",), "a pivot takes a study that varies two parameters"),
    ):
        done = attnlab("export", result.id, "--format", "latex", *options)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert words in done.err


def test_a_grid_is_written_as_a_pivot(attnlab):
    run = ("run", *SMALL, "--arm", "dense", "--vary", "depth=0,1", "--vary", "learning_rate=0.1,1")
    done = attnlab(*run, "--seeds", 1, "--epochs", 1, "--json")
    assert done.code == 0, done.err
    told = json.loads(done.out)
    text = attnlab("export", told["id"], "--format", "markdown", "--pivot").out
    assert text.splitlines()[0].startswith("| Depth ↓ Learning rate → | 0.1 | 1 |")
    against = {row["label"]: row["against"] for row in told["verdicts"]}
    assert against["dense:depth=1@learning_rate=0.1"] == "none@learning_rate=0.1"
    shown = attnlab("show", told["id"]).out
    assert "dense:depth=1@learning_rate=0.1 against none@learning_rate=0.1: not enough" in shown


def test_the_prediction_and_what_decides_are_told_with_the_verdicts(attnlab):
    done = attnlab(
        *("run", *SMALL, "--arm", "none", "dense", "--seeds", 6, "--epochs", 2),
        *("--metric", "parameters", "--predict", "none=100"),
    )
    assert done.code == 0, done.err
    told = done.out[done.out.index("Verdicts by") :].splitlines()
    assert told[:2] == ["Verdicts by parameters against none.", "dense: higher"]
    assert told[2] == "    Counted, the same at every seed: 72 more than the reference."
    assert told[3:] == [
        "Predicted: No attention by 100. As predicted: no arm was shown to be lower than its "
        "reference.",
        "",
        "± is an arm's own 95 % interval, (… to …) that of a difference, corrected for all arms.",
    ]


def test_a_prediction_stays_open_with_too_few_seeds(attnlab):
    run = ("run", *SMALL, "--arm", "none", "dense", "--seeds", 1, "--epochs", 1)
    done = attnlab(*run, "--predict", "dense=0.02")
    expected = "Predicted: Dense attention by 2 points. There is no verdict on that yet."
    assert expected in done.out.splitlines()


def test_seeds_are_added_and_the_rest_stays(attnlab, tmp_path):
    run = ("run", *SMALL, "--arm", "none", "dense", "--seeds", 2, "--epochs", 2, "--json")
    told = json.loads(attnlab(*run, "--csv", tmp_path / "before.csv").out)
    done = attnlab("extend", told["id"], "--seeds", 1, "--csv", tmp_path / "after.csv", "--json")
    assert done.code == 0, done.err
    assert "4 of 6 runs kept" in done.err
    assert json.loads(done.out)["plan"]["looks"] == [2]
    before, after = (pd.read_csv(tmp_path / name) for name in ("before.csv", "after.csv"))
    assert after[after["seed"] < 2].reset_index(drop=True).equals(before)
    refused = attnlab("extend", told["id"], "--seeds", 0)
    assert (refused.code, "at least 1 seed can be added, got 0" in refused.err) == (2, True)


# A capsule, and back


# How long it would take


def test_an_estimate_trains_a_little_and_keeps_nothing(attnlab):
    plan = ("--arm", "none", "dense", "--seeds", 2, "--epochs", 3)
    done = attnlab("estimate", *SMALL, *plan)
    assert done.code == 0, done.err
    assert done.out.startswith("About ")
    assert "for 4 runs, most likely between" in done.out
    assert re.search(r"tried: [12] of 2 kinds of arm\n$", done.out)  # one where time is short
    told = json.loads(attnlab("estimate", *SMALL, *plan, "--json").out)
    assert 0 < told["low"] < told["seconds"] < told["high"]
    assert Store().studies() == []


def test_an_arm_that_fails_at_once_has_no_estimate(attnlab, monkeypatch):
    from attnlab.jobs.estimate import TrialError

    def fail(*_, **__):
        raise TrialError("Dense attention fails at once: the loss became nan")

    monkeypatch.setattr("attnlab.jobs.estimate.estimate", fail)
    done = attnlab("estimate", *SMALL, "--arm", "dense")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "fails at once" in done.err


def test_a_script_is_written_for_one_arm_and_seed(attnlab, result, tmp_path):
    given = ("export", result.id, "--format", "script", "--exact", "--arm", "dense")
    text = attnlab(*given).out
    compile(text, "script.py", "exec")
    assert "SEED = 0" in text
    assert "import keras" in text
    other = attnlab(*given, "--seed", 1, "--style", "subclassing").out
    assert "SEED = 1" in other
    assert "(keras.Model)" in other


def test_a_script_is_a_short_one_if_not_asked_for_the_exact_one(attnlab, result):
    given = ("export", result.id, "--arm", "dense", "--format")
    text = attnlab(*given, "script").out
    compile(text, "script.py", "exec")
    assert len(text.splitlines()) < 100 < len(attnlab(*given, "script", "--exact").out.splitlines())
    assert json.loads(attnlab(*given, "ipynb").out)["nbformat"] == 4
    refused = attnlab(*given, "ipynb", "--exact")
    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert "--exact goes with --format script" in refused.err


def test_a_script_of_nothing_gives_two(attnlab, result):
    for options, words in (
        ((), "a script trains one arm: say which, with --arm LABEL"),
        (("--arm", "sense"), "sense"),
        (("--arm", "dense", "--seed", "99"), "99"),
    ):
        done = attnlab("export", result.id, "--format", "script", *options)
        assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
        assert words in done.err
    done = attnlab("export", result.id, "--format", "csv", "--arm", "dense")
    assert (done.code, done.out) == (2, "")
    assert "--arm goes with --format script or ipynb" in done.err


def test_raw_csv_leaves_names_as_they_are_and_goes_with_a_csv(attnlab, home):
    store = Store(home)
    arms = ["none", {"module": "feature-gate", "label": "=1+1"}]
    study = Study(task="planted-features", arms=arms, seeds=1)
    study_id = store.create_study(study, owner=Owner.current())
    store.request_stop(study_id)
    store.close()
    given = ("export", study_id, "--format", "verdicts-csv")
    assert "'=1+1" in attnlab(*given).out
    raw = attnlab(*given, "--raw-csv").out
    assert "=1+1" in raw
    assert "'" not in raw
    refused = attnlab("export", study_id, "--format", "markdown", "--raw-csv")
    assert (refused.code, "CSV" in refused.err) == (2, True)


def test_a_capsule_keeps_its_apostrophes_beside_a_raw_table(attnlab, result, tmp_path, monkeypatch):
    table = pd.DataFrame({"arm": ["=1"]})
    made = exporting.Format("", lambda *_: csv_text(table).encode(), is_text=False)
    monkeypatch.setitem(exporting.FORMATS, "capsule", made)
    given = ("--format", "capsule", "-o", tmp_path / "c.zip", "--measures-csv", tmp_path / "m.csv")
    assert attnlab("export", result.id, *given, "--raw-csv").code == 0
    assert (tmp_path / "c.zip").read_bytes() == b"arm\n'=1\n"
