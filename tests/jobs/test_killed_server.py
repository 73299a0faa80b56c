"""A server killed over and over at random moments loses nothing that was finished.

Each server is a process of its own that recovers and resumes the study, as a restarted one does.
"""

import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

import attnlab
from attnlab.store import Store

PLAN = {
    "task": {
        "name": "planted-features",
        "features": 8,
        "classes": 3,
        "samples": 600,
        "test_samples": 0,
    },
    "arms": ["none", "dense"],
    "seeds": 32,  # each arm in two groups of sixteen that train at once
    "epochs": 4,
    "batch_size": 2,
}
RUNS = 2 * 32

SERVER = """
import json, sys, time
from attnlab import Study
from attnlab.jobs import JobManager
from attnlab.store import Store

store = Store()
manager = JobManager(store)
studies = store.studies()
if not studies:
    manager.submit(Study(**json.loads(sys.argv[1])))
elif studies[0].status != "finished":
    manager.resume(studies[0].id)
while store.studies()[0].status != "finished":
    time.sleep(0.02)
"""

# What is waited for before each kill; a random time passes after that.
STARTING, LOADING, TRACING = "starting", "Loading", "Preparing"
KILLS = (STARTING, TRACING, 1, LOADING, 33)
BUSY = 2  # workers of a server that trains until something has finished; the others have one


def server(home, workers):
    return subprocess.Popen(
        [sys.executable, "-c", SERVER, json.dumps(PLAN)],
        cwd=Path(attnlab.__file__).parents[1],
        env={**os.environ, "ATTNLAB_HOME": str(home), "ATTNLAB_WORKERS": str(workers)},
    )


def finish(home):
    process = server(home, workers=1)
    assert process.wait(timeout=240) == 0


def wait_for(process, store, moment):
    """Wait until the server has come so far: a word of its activity, or finished runs."""
    deadline = time.monotonic() + 120
    while moment != STARTING:
        assert process.poll() is None, "the server ended by itself"
        assert time.monotonic() < deadline, f"the server never came to {moment}"
        for row in store.studies():
            if isinstance(moment, int) and row.counts["finished"] >= moment:
                return
            if isinstance(moment, str) and row.activity.startswith((moment, "Training")):
                return
        time.sleep(0.01)


def finished_runs(store, study_id):
    runs = store.runs(study_id)
    assert len(runs) == RUNS
    assert not runs.duplicated(["arm", "seed"]).any()
    done = runs[runs["status"] == "finished"]
    return set(zip(done["arm"], done["seed"], strict=True))


def numbers(store, study_id):
    curves = store.curves(study_id).drop(columns=["study", "seconds"])
    return curves, store.traces(study_id).drop(columns="study")


def predictions(store, study_id):
    kept = {}
    for arm, seed in sorted(finished_runs(store, study_id)):
        assert store.artifact(study_id, arm, seed, "weights.keras").stat().st_size > 1000
        with np.load(store.artifact(study_id, arm, seed, "predictions.npz")) as arrays:
            kept[arm, seed] = arrays["probabilities"].tobytes()
    return kept


@pytest.fixture
def undisturbed(tmp_path):
    """The store and the id of the same study, trained in this process without a kill."""
    result = attnlab.run(PLAN, home=tmp_path / "undisturbed", progress=False)
    yield result.store, result.id
    result.store.close()


def test_kills_at_every_moment_lose_and_double_nothing_and_change_no_number(home, undisturbed):
    chance = random.Random(2026)
    store = Store(home)
    finished = set()
    for place, moment in enumerate(KILLS):
        process = server(home, BUSY if isinstance(moment, int) else 1)
        wait_for(process, store, moment)
        time.sleep(chance.uniform(0, 1.5 if moment == STARTING else 0.4))
        assert process.poll() is None, "the study ended before the kill"
        process.kill()
        process.wait()
        rows = store.studies()
        assert len(rows) <= 1
        if not rows:
            continue
        now = finished_runs(store, rows[0].id)
        assert now >= finished
        finished = now
        predictions(store, rows[0].id)
        if place % 2:  # else the next server has to do it
            store.recover()
            assert store.studies()[0].status == "interrupted"
            assert set(store.runs(rows[0].id)["status"]) <= {"finished", "interrupted"}
            assert store.recover() == []
    assert 33 <= len(finished) < RUNS
    finish(home)
    (row,) = store.studies()
    assert row.status == "finished"
    assert len(finished_runs(store, row.id)) == RUNS
    for one, two in zip(numbers(store, row.id), numbers(*undisturbed), strict=True):
        assert one.equals(two)
    assert predictions(store, row.id) == predictions(*undisturbed)
    assert len(list((home / "artifacts").glob("[0-9]*"))) == RUNS
    Store(home)  # sweeps what the dead were writing
    assert list((home / "artifacts" / ".staging").iterdir()) == []
