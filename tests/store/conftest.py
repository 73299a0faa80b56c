"""A store in the test's own folder, small plans for it, and other processes on the same folder."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import attnlab
from attnlab import Study
from attnlab.store import EpochRecord, Owner, Store, StoreError, TraceRecord

VERSION_1 = (Path(__file__).parent / "schema_1.sql").read_text()


@pytest.fixture
def store(home):
    opened = Store(home)
    yield opened
    opened.close()


@pytest.fixture
def me():
    return Owner.current()


@pytest.fixture
def plan():
    """Make a plan: plan(seeds=2, epochs=3)."""

    def make(arms=("none", "dense:depth=1"), seeds=2, epochs=3):
        return Study(task="planted-features", arms=list(arms), seeds=seeds, epochs=epochs)

    return make


@pytest.fixture
def epoch():
    """Make an epoch's record whose numbers tell run and epoch: epoch("none", seed=0, epoch=1)."""

    def make(arm="none", seed=0, epoch=1, weights=None, axis="feature", **metrics):
        numbers = {"loss": 1 / epoch, "accuracy": epoch / 10, "val_loss": 2.0, "val_accuracy": seed}
        traces = [] if weights is None else [TraceRecord(axis, "gate", np.asarray(weights))]
        return EpochRecord(
            arm=arm, seed=seed, epoch=epoch, **{**numbers, "seconds": 0.5, **metrics}, traces=traces
        )

    return make


@pytest.fixture
def python(home):
    """Start another Python process on the same folder: python("…code…", *arguments)."""
    started = []

    def start(code, *arguments):
        process = subprocess.Popen(
            [sys.executable, "-c", code, *map(str, arguments)],
            env={
                **os.environ,
                "ATTNLAB_HOME": str(home),
                "PYTHONPATH": str(Path(attnlab.__file__).parents[1]),
            },
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.fixture
def at_once(python):
    """Run code in several processes, from the same moment on, and return what each printed.

    Each gets one item of `arguments`; its imports and `prepare` are done before that moment. All
    stay alive until the last has printed its line.
    """

    def run(prepare, code, arguments):
        start = "import sys; print('ready', flush=True); sys.stdin.readline()"
        stay = "sys.stdout.flush(); sys.stdin.read()"
        script = "\n".join([prepare, start, code, stay])
        processes = [python(script, *each) for each in arguments]
        for process in processes:
            assert process.stdout.readline() == "ready\n", process.communicate()[1]
        for process in processes:
            process.stdin.write("\n")
            process.stdin.flush()
        said = [process.stdout.readline().strip() for process in processes]
        troubles = [process.communicate()[1] for process in processes]
        assert troubles == [""] * len(processes)
        return said

    return run


def refusal(home):
    """What the store says when it refuses the folder."""
    with pytest.raises(StoreError) as caught:
        Store(home)
    message = str(caught.value)
    assert "\n" not in message
    assert "Traceback" not in message
    assert "sqlalche.me" not in message
    return message


@pytest.fixture
def version_1(home):
    """A database of the first version, with one study in it."""
    home.mkdir()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.executescript(VERSION_1)
    connection.execute(
        "INSERT INTO studies (id, name, note, spec, spec_hash, status, example, created_at, "
        "heartbeat_at, activity, stop_requested, revision) "
        "VALUES ('oldstudy', 'kept', '', '{}', 'abc', 'finished', 0, 1.0, 1.0, '', 0, 0)"
    )
    connection.execute("PRAGMA user_version = 1")
    connection.commit()
    connection.close()
    return home
