"""A process ends well while one of its threads uses TensorFlow."""

import os
import subprocess
import sys
import threading

import pytest

from attnlab.training.threads import Threads

TRAINING = """
import sys, tempfile, threading, time
from pathlib import Path
from attnlab.jobs.manager import JobManager
from attnlab.store import Store
from attnlab.training.runtime import tensorflow_ready
from attnlab.training.threads import THREADS

manager = JobManager(Store(Path(tempfile.mkdtemp()) / "a.db"))
manager.ensure_example()
while not ({moment}):
    time.sleep(0.01)
"""


@pytest.fixture
def threads():
    return Threads()


def _wait_in_thread(action):
    """Start this in a thread; an event says when it is through."""
    through = threading.Event()

    def run():
        action()
        through.set()

    threading.Thread(target=run, daemon=True).start()
    return through


def test_the_end_waits_for_who_is_inside_and_lets_no_other_in(threads):
    enter, leave, late = threading.Event(), threading.Event(), threading.Event()

    def use():
        with threads.inside():
            enter.set()
            leave.wait(10)
            with threads.inside():  # is in already
                pass

    used = _wait_in_thread(use)
    assert enter.wait(10)
    ended = _wait_in_thread(threads.end)
    assert not ended.wait(0.1)

    def come_late():
        with threads.inside():
            late.set()

    while not threads.has_ended:
        pass
    _wait_in_thread(come_late)
    assert not late.wait(0.1)
    leave.set()
    assert used.wait(10)
    assert ended.wait(10)
    assert not late.is_set()
    assert threads.count == 0


def test_one_that_does_not_come_out_is_not_waited_for_for_ever(threads, caplog):
    with threads.inside():
        threads.end(0.01)
    assert "as the process ends: 1" in caplog.text


def test_an_error_inside_comes_out(threads):
    with pytest.raises(ValueError, match="no"), threads.inside():
        raise ValueError("no")
    assert threads.count == 0


@pytest.mark.parametrize(
    "moment",
    ["'tensorflow' in sys.modules", "tensorflow_ready() and THREADS.count"],
    ids=["loading", "training"],
)
def test_a_process_ends_well_while_a_thread_is_inside_tensorflow(moment):
    ended = subprocess.run(
        [sys.executable, "-c", TRAINING.format(moment=moment)],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "ATTNLAB_WORKERS": "inline"},
    )
    assert ended.returncode == 0, ended.stderr
    assert "terminate" not in ended.stderr
    assert "Traceback" not in ended.stderr
