"""Studies run for real: what is written, printed and returned, and what Ctrl-C leaves."""

import json
import os
import re

import pandas as pd
import pytest

from attnlab.spec import Study
from attnlab.store import Store

from .conftest import SMALL, finish, start, without_times

# A study that finishes


def test_a_finished_study_gives_zero_and_its_table(trained):
    assert trained.code == 0, trained.err
    first, *_ = trained.out.splitlines()
    assert "finished, 4 of 4 runs" in first
    assert "guessing is right 33.3 % of the time" in trained.out
    results, found, finding, verdicts, _ = trained.out.partition("arm    n ")[2].split("\n\n")
    none, dense = results.splitlines()[1:]
    assert none.split()[:2] == ["none", "2"]
    assert dense.split()[:2] == ["dense", "2"]
    assert "attention peaks at the planted column" in found
    assert finding.startswith("Dense attention found the planted column in ")
    assert "in 12.5 % of seeds" in found
    assert " test accuracy" in trained.out.partition("arm    n ")[2].splitlines()[0]
    *head, verdict, basis = verdicts.splitlines()
    assert " ".join(head) == (
        "Verdicts by test accuracy against none; a run's score is that of its last epoch, read on "
        "5,000 fresh samples."
    )
    assert verdict == "dense: not enough seeds"
    assert basis.endswith("over 2 seeds; a verdict takes at least 6.")


def test_progress_goes_to_stderr_with_a_line_per_run(trained):
    lines = trained.err.splitlines()
    assert lines[0] == "attnlab: Seeds 0 and 1, which no study here has had before."
    assert re.fullmatch(r"attnlab: Up to 0\.\d GiB of memory, of \d+ GiB that are free\.", lines[1])
    assert lines[2].endswith("Planted feature, 2 arms × 2 seeds × 3 epochs")
    assert sum("validation accuracy" in line for line in lines) == 4
    assert "(4 of 4 runs)" in lines[-1]


def test_nothing_of_tensorflow_reaches_the_terminal(trained):
    for chatter in ("absl", "oneDNN", "tensorflow", "WARNING"):
        assert chatter not in trained.err


def test_the_curves_file_has_a_row_per_run_and_epoch(trained):
    table = pd.read_csv(trained.folder / "c.csv")
    assert len(table) == 2 * 2 * 3
    assert set(table["arm"]) == {"none", "dense"}
    assert table["val_accuracy"].between(0, 1).all()


def test_the_attention_file_has_a_row_per_run_epoch_and_position(trained):
    table = pd.read_csv(trained.folder / "a.csv")
    assert len(table) == 1 * 2 * 3 * 8
    sums = table.groupby(["seed", "epoch"])["weight"].sum()
    assert sums.between(0.999, 1.001).all()
    assert set(table.loc[table["truth"] == 1, "index"]) == {1}


def test_the_measures_file_has_a_row_per_run_epoch_and_measure(trained):
    table = pd.read_csv(trained.folder / "m.csv")
    names = {"hit", "mass", "rank", "auc", "entropy", "gini"}
    assert set(table["measure"]) == names
    assert len(table) == 1 * 2 * 3 * len(names)
    assert table.loc[table["measure"] == "mass", "chance"].eq(0.125).all()


# What is kept


def test_the_study_is_listed(at_trained, attnlab):
    done = attnlab("list")
    assert done.code == 0
    assert at_trained.id in done.out
    (listed,) = json.loads(attnlab("list", "--json").out)
    assert (listed["id"], listed["status"], listed["runs_finished"]) == (
        at_trained.id,
        "finished",
        4,
    )


def test_an_empty_home_says_how_to_begin(attnlab):
    assert "attnlab run" in attnlab("list").out
    assert json.loads(attnlab("list", "--json").out) == []


def test_show_prints_what_run_printed(at_trained, attnlab):
    done = attnlab("show", at_trained.id[:4])
    assert (done.code, done.out) == (0, at_trained.out)


def test_show_as_json_has_results_and_runs(at_trained, attnlab):
    shown = json.loads(attnlab("show", at_trained.id, "--json").out)
    assert (shown["id"], shown["status"]) == (at_trained.id, "finished")
    assert shown["chance"] == pytest.approx(1 / 3)
    none, dense = shown["arms"]
    assert (none["label"], none["is_reference"], none["difference"]) == ("none", True, None)
    assert shown["judged_by"] == {"metric": "val_accuracy", "score": "test"}
    judged = {row["label"]: row["verdict"] for row in shown["verdicts"]}
    assert judged == {"none": "reference", "dense": "not enough seeds"}
    assert "a verdict takes at least 6" in shown["verdicts"][1]["basis"]
    assert dense["found_n"] == 2
    assert dense["total_parameters"] > none["total_parameters"]
    assert len(shown["runs"]) == 4
    assert Study(**shown["plan"]).hash == Store().study(at_trained.id).spec_hash


def test_export_prints_the_same_curves(at_trained, attnlab):
    done = attnlab("export", at_trained.id)
    assert (done.code, done.out) == (0, (at_trained.folder / "c.csv").read_text())


def test_export_writes_both_files(at_trained, attnlab, tmp_path):
    files = ("-o", tmp_path / "c.csv", "--attention-csv", tmp_path / "a.csv")
    done = attnlab("export", at_trained.id, "--format", "csv", *files)
    assert (done.code, done.out) == (0, "")
    for name in ("c.csv", "a.csv"):
        assert (tmp_path / name).read_bytes() == (at_trained.folder / name).read_bytes()


def test_resuming_a_finished_study_gives_its_results(at_trained, attnlab):
    done = attnlab("resume", at_trained.id)
    assert (done.code, done.out) == (0, at_trained.out)
    assert "has finished already" in done.err


def test_a_reader_that_goes_away_is_no_failure(at_trained):
    for command in (("tasks",), ("export", at_trained.id)):
        process = start(*command, home=at_trained.home)
        process.stdout.close()
        assert process.stderr.read() == ""
        assert process.wait() == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device of Linux")
def test_a_full_disk_behind_stdout_is_said_in_one_line(at_trained):
    with open("/dev/full", "w") as full:
        done = finish(start("show", at_trained.id, home=at_trained.home, stdout=full))
    assert done.code == 2
    assert done.err == "attnlab: cannot write to standard output: No space left on device\n"


# A study file, and the same numbers in this process


def test_a_study_file_gives_the_numbers_of_the_same_options(trained, study_file, attnlab, tmp_path):
    done = attnlab("run", study_file, "--name", "from a file", "--csv", tmp_path / "c.csv")
    assert done.code == 0, done.err
    assert "“from a file”" in done.out
    ours, theirs = (pd.read_csv(folder / "c.csv") for folder in (tmp_path, trained.folder))
    pd.testing.assert_frame_equal(without_times(ours), without_times(theirs))


def test_json_leaves_only_json_on_stdout(study_file, attnlab):
    done = attnlab("run", study_file, "--json")
    shown = json.loads(done.out)
    assert (done.code, shown["status"], shown["plan"]["seeds"]) == (0, "finished", 2)


def test_named_seeds_are_trained_and_a_count_goes_round_them(attnlab):
    one = ("run", *SMALL, "--arm", "none", "--epochs", "1", "--json")
    named = attnlab(*one, "--seeds", "1,3")
    assert [run["seed"] for run in json.loads(named.out)["runs"]] == [1, 3]
    fresh = attnlab(*one, "--seeds", 2)
    assert fresh.err.startswith("attnlab: Seeds 4 and 5, which no study here has had before.")
    assert json.loads(fresh.out)["plan"]["seeds"] == [4, 5]
    shown = attnlab("show", json.loads(fresh.out)["id"]).out
    assert "2 seeds (seeds 4 and 5), 1 epoch" in shown


def test_settings_of_the_training_are_taken_beside_those_of_the_task(attnlab):
    setting = ("optimizer=sgd", "momentum=0.8", "schedule=cosine", "patience=1", "epochs=3")
    done = attnlab("run", *SMALL, "--set", *setting, "--arm", "none", "--seeds", "1", "--json")
    assert done.code == 0, done.err
    shown = json.loads(done.out)
    assert shown["plan"]["task"]["features"] == 8
    training = shown["plan"]["training"]
    assert {f"{name}={training[name]}" for name in training} >= set(setting)
    (run,) = shown["runs"]
    assert 1 <= run["kept_epoch"] <= run["epoch"] <= 3
    text = attnlab("show", shown["id"]).out
    assert "learning rate 0.001, optimizer sgd, momentum 0.8, schedule cosine, patience 1;" in text
    assert "kept epoch" in text
    assert text.rstrip().endswith("the epoch with its lowest validation loss: mean (range).")


def test_arms_with_tasks_of_their_own_stand_beside_their_own_chance(attnlab):
    arms = ("dense@classes=2", "none", "dense@classes=9,features=16,learning_rate=0.01")
    done = attnlab("run", *SMALL, "--arm", *arms, "--seeds", "2", "--epochs", "1")
    assert done.code == 0, done.err
    assert "guessing is right 11.1–50 % of the time" in done.out
    head, *rows = done.out.partition("\n\n")[2].splitlines()[:4]
    place = head.index("chance")
    assert head[:place].rstrip().endswith("val accuracy")
    assert [row.split()[0] for row in rows] == [
        "dense@classes=2",
        "none",
        "dense@classes=9,features=16,learning_rate=0.01",
    ]
    assert [row[place:].split("  ")[0] for row in rows] == ["50 %", "33.3 %", "11.1 %"]
    found = done.out[done.out.index("both by chance") :].splitlines()
    assert [line.split()[-2:] for line in found[1:3]] == [["12.5", "%"], ["6.25", "%"]]
    assert "\nby chance" not in done.out


# Runs that fail


# Stopped
