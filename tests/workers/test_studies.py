"""A study trained by processes: the same numbers, however many there are and whatever befalls."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

import attnlab
from attnlab.jobs import execute, execution
from attnlab.training.events import EpochEnd, Progress, RunEnd, RunStart
from attnlab.workers import PROCESSES, Failure, choosing

from .conftest import TASK, worker_processes


def same(left, right):
    return all(one.equals(other) for one, other in zip(left, right, strict=True))


@pytest.fixture
def eventually():
    def wait(condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.01)

    return wait


def test_two_workers_or_none_give_the_same_bits(train, numbers, store, plan):
    study = plan(arms=["dense"], seeds=10, epochs=20, batch_size=8)  # two parts, each in a program
    two, inline = (train(study, each) for each in (2, "inline"))
    assert store.study(two).status == "finished"
    assert len(numbers(two)[0]) == 10 * 20
    assert same(numbers(two), numbers(inline))


@pytest.fixture
def two_ready():
    """Two processes that have loaded TensorFlow."""
    both = [PROCESSES.take(), PROCESSES.take()]
    for process in both:
        while not process.is_ready:
            process.receive(1.0)
        PROCESSES.give_back(process)


def test_seeds_that_train_alone_train_on_all_workers(train, plan, two_ready):
    """An arm whose seeds cannot train together is divided once its worker has found that out."""
    study, at_work, heard, most = plan(arms=["dense"], seeds=3, epochs=400), set(), [], []

    def listen(arm, event):
        heard.append(type(event))
        if isinstance(event, RunStart):
            at_work.add(event.seed)
        if isinstance(event, RunEnd):
            at_work.discard(event.seed)
        most.append(len(at_work))

    train(study, 2, listen)
    assert max(most) == 2
    assert heard.count(RunStart) == 3


def test_a_worker_that_is_killed_costs_nothing_but_time(train, numbers, store, plan, caplog):
    study = plan(epochs=4)
    undisturbed = numbers(train(study))
    killed = []

    def listen(arm, event):
        moment = (arm, type(event)) in (("none", RunStart), ("dense", EpochEnd))
        if moment and arm not in killed:
            killed.append(arm)
            for process in worker_processes():
                process.kill()

    study_id = train(study, 1, listen)
    assert len(killed) == 2
    assert store.study(study_id).status == "finished"
    assert same(numbers(study_id), undisturbed)
    assert "was killed, perhaps because memory ran out" in caplog.text


def test_a_worker_that_died_is_replaced_twice_and_half_a_module_is_met_again_once():
    assert execution._retries(Failure("killed", worker_died=True)) == 2
    assert execution._retries(Failure("half a module", is_import_fault=True)) == 1
    assert execution._retries(Failure("a bug")) == 0


def test_a_pause_while_a_network_is_prepared_and_going_on(train, numbers, store, plan, eventually):
    study = plan(arms=["dense"], seeds=1, epochs=60)
    undisturbed = numbers(train(study))
    study_id, stop, heard = store.create_study(study), threading.Event(), []
    thread = threading.Thread(
        target=execute,
        args=(store, study_id),
        kwargs={"stop": stop, "workers": 1, "listen": lambda arm, event: heard.append(event)},
    )
    thread.start()
    eventually(lambda: any(isinstance(each, RunStart) for each in heard))
    store.pause(study_id)
    eventually(lambda: store.study(study_id).activity == "Paused")
    time.sleep(0.5)
    stood = len(heard)
    time.sleep(0.7)
    assert len(heard) == stood
    assert all(process.cpu_percent(0.1) < 50 for process in worker_processes())
    store.pause(study_id, False)
    thread.join(60)
    assert store.study(study_id).status == "finished"
    assert same(numbers(study_id), undisturbed)


@pytest.fixture
def stopped(store, plan, eventually):
    """Stop a study at a moment; returns after how many seconds it is stopped."""

    def train_and_stop(moment):
        study_id = store.create_study(plan(seeds=1, epochs=1000))
        stop, seen = threading.Event(), threading.Event()

        def listen(arm, event):
            if isinstance(event, moment):
                seen.set()

        thread = threading.Thread(
            target=execute,
            args=(store, study_id),
            kwargs={"stop": stop, "workers": 1, "listen": listen},
        )
        thread.start()
        assert seen.wait(120)
        at_work = worker_processes()
        stop.set()
        began = time.monotonic()
        eventually(lambda: store.study(study_id).status == "stopped")
        taken = time.monotonic() - began
        thread.join(30)
        assert not thread.is_alive()
        left = [each for each in worker_processes() if each in at_work]  # another may be starting
        assert all(process.cpu_percent(0.2) < 50 for process in left)
        return taken

    return train_and_stop


@pytest.mark.parametrize("moment", [RunStart, Progress])
def test_a_stop_ends_what_a_worker_does(stopped, moment):
    taken = []
    for _ in range(3):  # one has to do: the machine may be busy with other things
        taken.append(stopped(moment))
        if taken[-1] < 0.3:
            return
    pytest.fail(f"stops took {taken} seconds")


KILLED = """
import sys, threading
from attnlab import Study
from attnlab.jobs import execute
from attnlab.store import Store

if __name__ == "__main__":
    store = Store()
    plan = Study(task={task}, arms=["none"], seeds=1, epochs=1000, batch_size=1)
    study = store.create_study(plan)

    def listen(arm, event):
        print("on", *{"tensorflow", "keras"} & set(sys.modules), flush=True)

    execute(store, study, stop=threading.Event(), workers=1, listen=listen)
"""


def test_no_worker_outlives_a_process_that_is_killed(home, tmp_path, eventually):
    script = tmp_path / "script.py"
    script.write_text(KILLED.replace("{task}", repr(TASK)))
    root = str(Path(attnlab.__file__).parents[1])
    server = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=env_with(root, home)
    )
    assert server.stdout.readline() == b"on\n"
    (worker,) = psutil.Process(server.pid).children()
    server.kill()
    server.wait()
    eventually(lambda: not worker.is_running(), 10)


def env_with(root, home):
    return {**os.environ, "PYTHONPATH": root, "ATTNLAB_HOME": str(home)}


def test_a_large_network_alone_gets_all_cores(store, plan, train, numbers, monkeypatch):
    """It begins in a worker of one thread, which finds out, and moves; the scores are the same but
    for rounding."""
    monkeypatch.delenv("TF_NUM_INTRAOP_THREADS")
    task = {"name": "image-folder", "size": 64, "width": 32, "most": 3}
    study = plan(task=task, arms=["none"], seeds=1, epochs=1)
    threads = []

    def listen(arm, event):
        if isinstance(event, EpochEnd):
            for each in worker_processes():
                names = ("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS")
                threads.append(tuple(each.environ().get(name) for name in names))

    monkeypatch.setattr(choosing, "cores", lambda: 2)
    large = train(study, 1, listen)
    assert {between for _, between in threads} == {"1", "2"}
    assert ("2", "2") in threads
    assert store.study(large).status == "finished"
    (curves, *_), (inline, *_) = numbers(large), numbers(train(study, "inline"))
    assert curves["val_loss"].to_numpy() == pytest.approx(inline["val_loss"].to_numpy(), rel=1e-4)


def test_a_group_whose_workers_died_too_often_fails_alone(train, store, plan, monkeypatch):
    monkeypatch.setattr(execution, "RETRIES", 0)

    def listen(arm, event):
        if arm == "dense":
            for process in worker_processes():
                process.kill()

    study_id = train(plan(epochs=2), 1, listen)
    runs = store.runs(study_id).set_index(["arm", "seed"])
    assert runs.loc["none", "status"].tolist() == ["finished", "finished"]
    assert runs.loc["dense", "status"].tolist() == ["failed", "failed"]
    assert runs.loc["dense", "error"].str.contains("was killed").all()
