"""Runs on the command line that fail, are stopped or die, and what is kept."""

import json
import logging
import os
import signal
import time

import pandas as pd
import psutil

from attnlab.spec import Study
from attnlab.store import Owner, Status, Store, StoreError

from .conftest import SMALL, finish, start, without_times

LONG = ("run", *SMALL, "--arm", "none", "dense", "--epochs", "3", "--seeds")


def wait_for(process, words):
    """Read standard error up to the line with these words; return what came until then."""
    lines = []
    for line in process.stderr:
        lines.append(line)
        if words in line:
            return lines
    raise AssertionError(f"{words!r} never came: {lines}")


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
