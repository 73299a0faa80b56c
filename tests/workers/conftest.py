"""Studies that real worker processes train, and those processes."""

import threading

import numpy as np
import psutil
import pytest
from PIL import Image

from attnlab import Study
from attnlab.jobs import execute
from attnlab.store import Store
from attnlab.workers import (
    PROCESSES,
)

TASK = {
    "name": "planted-features",
    "features": 8,
    "classes": 3,
    "samples": 500,
    "test_samples": 0,
}


@pytest.fixture
def store(home):
    opened = Store(home)
    yield opened
    opened.close()


@pytest.fixture(scope="session", autouse=True)
def ended_processes():
    yield
    PROCESSES.end()


@pytest.fixture
def plan():
    def make(**changes):
        return Study(**{"task": TASK, "arms": ["none", "dense"], "seeds": 2, "epochs": 3} | changes)

    return make


@pytest.fixture
def train(store):
    """Train a study in so many worker processes, or inline; returns its id."""

    def carry_out(study, workers=2, listen=None, stop=None):
        study_id = store.create_study(study)
        execute(store, study_id, stop=stop or threading.Event(), listen=listen, workers=workers)
        return study_id

    return carry_out


@pytest.fixture
def numbers(store):
    """All numbers of a study: curves, attention, and what the test samples gave."""

    def read(study_id):
        runs = store.runs(study_id)
        kept = ["arm", "seed", "status", *(each for each in runs if each.startswith("test_"))]
        return [
            store.curves(study_id).drop(columns=["study", "seconds"]),
            store.traces(study_id).drop(columns="study"),
            runs[kept],
        ]

    return read


def worker_processes():
    """The worker processes that this process has started."""
    return [
        each
        for each in psutil.Process().children()
        if each.status() != psutil.STATUS_ZOMBIE and "attnlab.workers" in each.cmdline()
    ]


@pytest.fixture
def images(tmp_path):
    """A task on a folder of sixteen small images."""
    random = np.random.default_rng(0)
    for number in range(16):
        path = tmp_path / "own" / ("one" if number % 2 else "two") / f"{number}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(random.integers(0, 255, (8, 8), np.uint8)).save(path)
    return {
        "name": "image-folder",
        "source": "folder",
        "path": str(tmp_path / "own"),
        "size": 8,
        "colour": False,
    }
