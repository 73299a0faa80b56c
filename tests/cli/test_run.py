"""Studies run for real: what is written, printed and returned, and what Ctrl-C leaves."""

import json
import logging
import os
import re
import signal
import time

import pandas as pd
import psutil
import pytest

from attnlab.spec import Study
from attnlab.store import Owner, Status, Store, StoreError

from .conftest import SMALL, finish, start

LONG = ("run", *SMALL, "--arm", "none", "dense", "--epochs", "3", "--seeds")


def without_times(curves):
    return curves.drop(columns=["study", "seconds"]).reset_index(drop=True)


def wait_for(process, words):
    """Read standard error up to the line with these words; return what came until then."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} never came: {lines}")


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


@pytest.fixture
def study_file(tmp_path):
    path = tmp_path / "study.yaml"
    path.write_text(
        "task: {name: planted-features, features: 8, classes: 3, samples: 500}\n"
        "arms: [none, dense]\nseeds: 2\nepochs: 3\n"
    )
    return path


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


def test_failed_runs_give_one_and_the_rest_is_kept(study_file, attnlab, monkeypatch, tmp_path):
    from attnlab.training import engine

    real = engine.train

    def train(arm, seeds, **rest):
        if arm.label == "dense":
            raise RuntimeError("out of memory\nwith details")
        yield from real(arm, seeds, **rest)

    monkeypatch.setattr(engine, "train", train)
    for logger in (logging.getLogger(), logging.getLogger("attnlab")):
        monkeypatch.setattr(logger, "handlers", [])  # as outside of pytest
    done = attnlab("run", study_file, "--csv", tmp_path / "c.csv")
    assert done.code == 1
    assert "attnlab: failed: dense, seeds 0, 1: RuntimeError: out of memory\n" in done.err
    assert "Traceback" not in done.err
    assert "failed, 2 of 4 runs" in done.out
    assert set(pd.read_csv(tmp_path / "c.csv")["arm"]) == {"none"}


def test_a_disk_that_is_full_ends_it_with_one_line(study_file, attnlab, monkeypatch):
    def full(*_):
        raise StoreError("no space left to write there")

    monkeypatch.setattr(Store, "record_epochs", full)
    done = attnlab("run", study_file)
    assert done.code == 2
    assert done.err.splitlines()[-1] == "attnlab: no space left to write there"
    assert "Traceback" not in done.err
    assert Store().studies()[0].status == Status.INTERRUPTED


# Stopped


def test_ctrl_c_keeps_finished_runs_and_resume_gives_the_undisturbed_numbers(
    home, attnlab, tmp_path
):
    process = start(*LONG, 8, "--csv", tmp_path / "cut.csv", home=home)
    wait_for(process, "(2 of 16 runs)")
    process.send_signal(signal.SIGINT)
    done = finish(process)
    assert done.code == 130, done.err
    assert "Traceback" not in done.err
    row = Store().studies()[0]
    assert f"attnlab resume {row.id}" in done.err
    assert row.status == Status.STOPPED
    assert 2 <= row.counts[Status.FINISHED] < 16
    assert len(pd.read_csv(tmp_path / "cut.csv")) >= 2 * 3

    kept = Store().runs(row.id).query("status == 'finished'")
    resumed = attnlab("resume", row.id, "--csv", tmp_path / "resumed.csv")
    assert resumed.code == 0, resumed.err
    assert f"{len(kept)} of 16 runs kept" in resumed.err
    again = Store().runs(row.id).merge(kept, on=["arm", "seed"])
    assert (again["seconds_x"] == again["seconds_y"]).all()  # not trained once more

    again = attnlab(*LONG, 8, "--first-seed", 0, "--csv", tmp_path / "whole.csv")
    assert again.code == 0
    seen = f"attnlab: Seeds 0 to 7. Exploratory: these seeds were seen in {row.id}, so nothing"
    assert again.err.startswith(seen)
    resumed, whole = (pd.read_csv(tmp_path / name) for name in ("resumed.csv", "whole.csv"))
    pd.testing.assert_frame_equal(without_times(resumed), without_times(whole))


def test_an_impatient_second_ctrl_c_leaves_a_study_that_can_be_resumed(home, attnlab):
    process = start(*LONG, 2, home=home)
    wait_for(process, "Planted feature")  # TensorFlow is being loaded
    for _ in range(4):
        process.send_signal(signal.SIGINT)
        if process.poll() is None:
            time.sleep(0.05)
    done = finish(process)
    assert done.code == 130, done.err
    assert "Traceback" not in done.err
    assert attnlab("resume", Store().studies()[0].id).code == 0


def test_a_study_stopped_from_elsewhere_gives_one_and_cannot_be_resumed_before(home, attnlab):
    process = start(*LONG, 60, home=home)
    wait_for(process, "(1 of 120 runs)")
    row = Store().studies()[0]
    refused = attnlab("resume", row.id)
    assert refused.code == 2
    assert f"is being trained by process {process.pid} on" in refused.err
    assert attnlab("list").out.count("running") == 1
    Store().request_stop(row.id)
    done = finish(process)
    assert done.code == 1
    assert "stopped from elsewhere; its finished runs are kept. Train the rest with: " in done.err
    assert f"attnlab resume {row.id}" in done.err
    assert Store().study(row.id).status == Status.STOPPED


def test_a_study_whose_process_died_is_shown_as_interrupted(home, attnlab):
    process = start(*LONG, 60, home=home)
    wait_for(process, "Planted feature")  # tests/jobs kills studies of which something has finished
    assert json.loads(attnlab("list", "--json").out)[0]["status"] == "running"
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    finish(process)
    assert json.loads(attnlab("list", "--json").out)[0]["status"] == "interrupted"


def test_a_study_in_another_queue_is_not_taken_from_it(home, attnlab):
    store = Store(home)
    parent = Owner.current()
    other = Owner(parent.host, os.getppid(), psutil.Process(os.getppid()).create_time())
    study_id = store.create_study(Study(task="digits", arms=["none"]), owner=other)
    done = attnlab("resume", study_id)
    assert done.code == 2
    assert f"waiting in the queue of process {os.getppid()}" in done.err
