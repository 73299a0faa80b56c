"""Files with tasks, and what is found in them."""

import pytest

from attnlab.own_modules import reading
from attnlab.own_tasks.checking import checked
from attnlab.own_tasks.library import OF_TASKS, TASKS
from attnlab.spec import REGISTRY
from attnlab.training.runtime import load_tensorflow
from attnlab.workers import PROCESSES

COLUMNS = '''
import numpy as np

from attnlab.own_tasks import number, task


@task(
    on="features",
    shape="features",
    classes=2,
    samples="samples",
    truth="the two columns that decide",
    parameters={
        "features": number(8, low=4, high=16),
        "samples": number(500, low=300, high=900, step=100),
    },
)
def two_columns(seed, features, samples):
    """The signs of two columns agree, or do not."""
    random = np.random.default_rng(seed)
    x = random.normal(size=(samples, features))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    return {"x": x, "y": y, "truth": np.arange(features) < 2}
'''
"""A whole task; tests spoil one line of it each."""


def spoiled(text, *changes):
    """The text with each (old, new) in it replaced."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


@pytest.fixture(scope="session", autouse=True)
def ended_processes():
    yield
    PROCESSES.end()


@pytest.fixture(scope="session")
def reports(tmp_path_factory):
    """Where what was found in a text is kept for the other tests."""
    return tmp_path_factory.mktemp("reports")


@pytest.fixture(autouse=True)
def checked_here(request, reports, monkeypatch):
    """Files are checked in this process, which has TensorFlow already; test_reading.py, where files
    do their worst, has a worker."""
    monkeypatch.setattr(reading, "home_folder", lambda: reports)
    if request.path.name == "test_reading.py":
        return

    def here(source, patience, tell, kind):
        load_tensorflow()
        return list(checked(source.text, source.path))[-1]

    monkeypatch.setattr(reading, "_by_worker", here)


@pytest.fixture
def write(tmp_path):
    """write(text, "mine.py"): the path of a file with this text."""

    def written(text, name="mine.py"):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


@pytest.fixture
def report(write):
    """report(text): what is found in a file with this text."""

    def found(text, **options):
        source = reading.source_at(write(text))
        return reading.report_on(source, kind=OF_TASKS, anew=True, **options)

    return found


@pytest.fixture(autouse=True)
def nothing_brought():
    """Each test begins and ends with attnlab's own tasks alone."""
    yield
    for file in TASKS.files:
        TASKS._forget(file)
    assert not REGISTRY.brought_tasks.chosen
