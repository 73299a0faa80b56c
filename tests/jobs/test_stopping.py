"""A stop is seen at once, whatever the threads that train are at."""

import threading
import time

import pytest

from attnlab.jobs import execute, pool
from attnlab.training import EpochEnd
from attnlab.training.program import Program

AT_ONCE = 0.3
"""Seconds; one of a few attempts has to do, since the machine may be busy with other things."""


@pytest.fixture
def stopped_after(store):
    """Seconds from a stop until the store says so: stopped_after(study_id, moment)."""

    def measure(study_id, moment, listen=None):
        stop = threading.Event()
        thread = threading.Thread(
            target=execute, args=(store, study_id), kwargs={"stop": stop, "listen": listen}
        )
        thread.start()
        assert moment.wait(60)
        began = time.monotonic()
        stop.set()
        while store.study(study_id).status == "running":
            time.sleep(0.005)
        taken = time.monotonic() - began
        assert store.study(study_id).status == "stopped"
        return taken, thread

    return measure


def test_a_stop_while_seeds_train_at_once(store, endless, stopped_after):
    taken = []
    for _ in range(3):
        moment = threading.Event()
        study_id = store.create_study(endless)

        def listen(arm, event, moment=moment):
            if isinstance(event, EpochEnd):
                moment.set()

        seconds, thread = stopped_after(study_id, moment, listen)
        thread.join(10)
        assert not thread.is_alive()
        taken.append(seconds)
        if seconds < AT_ONCE:
            return
    pytest.fail(f"a stop took {taken} seconds")


def test_a_stop_while_a_network_is_traced(store, plan, stopped_after, monkeypatch):
    tracing, go_on = threading.Event(), threading.Event()
    steps = Program._train_steps

    def endless_trace(self, *args):
        tracing.set()
        go_on.wait(30)
        return steps(self, *args)

    monkeypatch.setattr(Program, "_train_steps", endless_trace)
    study_id = store.create_study(plan())
    seconds, thread = stopped_after(study_id, tracing)
    assert seconds < AT_ONCE
    assert thread.is_alive()  # it waits for the trace, which cannot be cut off
    go_on.set()
    thread.join(20)
    assert not thread.is_alive()
    monkeypatch.undo()
    assert set(store.runs(study_id)["status"]) == {"stopped"}


def test_a_stop_while_tensorflow_is_imported(store, plan, stopped_after, monkeypatch):
    importing, go_on = threading.Event(), threading.Event()

    def slow():
        importing.set()
        go_on.wait(30)

    monkeypatch.setattr(pool, "load_tensorflow", slow)
    study_id = store.create_study(plan())
    seconds, thread = stopped_after(study_id, importing)
    assert seconds < AT_ONCE
    go_on.set()
    thread.join(20)
    assert not thread.is_alive()
