"""A store in the test's own folder, small plans for it, and waiting for what a thread does."""

import threading
import time

import pytest

from attnlab import Study
from attnlab.jobs import execute
from attnlab.store import Store

TASK = {"name": "planted-features", "features": 8, "classes": 3, "samples": 500}


@pytest.fixture
def store(home):
    opened = Store(home)
    yield opened
    opened.close()


@pytest.fixture
def plan():
    """Make a plan: plan(seeds=2, epochs=3)."""

    def make(arms=("none", "dense"), seeds=2, epochs=3, task=TASK, **training):
        return Study(task=task, arms=list(arms), seeds=seeds, epochs=epochs, **training)

    return make


@pytest.fixture
def endless(plan):
    """A plan that is still training when a test has seen enough: a step for each sample."""
    return plan(task={**TASK, "samples": 5000}, seeds=50, epochs=1000, batch_size=1)


@pytest.fixture
def eventually():
    """Wait until a condition holds: eventually(lambda: …)."""

    def wait(condition, seconds=60):
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never came to that"
            time.sleep(0.01)

    return wait


@pytest.fixture
def train(store):
    """Carry out what is left of a study in this thread: train(study_id)."""

    def carry_out(study_id, listen=None, stop=None):
        return execute(store, study_id, stop=stop or threading.Event(), listen=listen)

    return carry_out


@pytest.fixture
def break_arm(monkeypatch):
    """Let one arm get other data: break_arm("dense", lambda task, seed: …)."""
    from attnlab.training import engine  # here: some tests need no TensorFlow

    good = engine.train

    def broken(label, draw):
        def other(arm, seeds, *, data, **options):
            own = engine.DataPool(draw) if arm.label == label else data
            return good(arm, seeds, data=own, **options)

        monkeypatch.setattr(engine, "train", other)

    yield broken
    monkeypatch.setattr(engine, "train", good)


def statuses(store, study_id):
    runs = store.runs(study_id)
    return dict(zip(zip(runs["arm"], runs["seed"], strict=True), runs["status"], strict=True))
