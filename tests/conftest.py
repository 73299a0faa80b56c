"""Settings that hold for every test: no accelerator chatter, and never the person's own folder."""

import gc
import itertools
import os
import signal

import pytest

from attnlab.training import runtime
from attnlab.workers import inline
from tests import quick

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# As attnlab trains; tests that come to TensorFlow before it would give each operation all cores.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

# Most tests look into what trains; what needs worker processes says so.
os.environ["ATTNLAB_WORKERS"] = "inline"

# Tracing makes millions of objects that stay: looking through them for garbage finds little.
gc.set_threshold(100_000, 50, 100)

# What a shell runs behind has Ctrl-C ignored; here it is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)


LONGEST = (
    "tests/fresh/test_commands.py",
    "tests/workers/test_studies.py",
    "tests/workers/test_cluster.py",
    "tests/training/test_catalogue.py",
    "tests/jobs/test_killed_server.py",
    "tests/fresh/test_app.py",
    "tests/export/test_script.py",
    "tests/jobs/test_execution.py",
    "tests/cli/test_run.py",
    "tests/test_backbones.py",
    "tests/modules/test_contract.py",
    "tests/test_applications.py",
    "tests/inspection/test_worked_steps.py",
    "tests/cli/test_interrupted.py",
)
"""The files of tests that take half a minute and more."""


@pytest.fixture(scope="session")
def homes(tmp_path_factory):
    """The folders in which tests keep their studies, none of which exists yet."""
    parent = tmp_path_factory.mktemp("homes")
    return (parent / str(number) for number in itertools.count())


@pytest.fixture(autouse=True)
def home(homes, monkeypatch):
    """Keep studies of a test in its own folder; most need none, and `tmp_path` would make one."""
    folder = next(homes)
    monkeypatch.setenv("ATTNLAB_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True, scope="module")
def _memory_freed_once():
    """Studies that train in this process leave their memory until their file of tests ends.

    After each one TensorFlow would compile anew every operation that the next one needs.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inline, "release_memory", lambda: None)
        yield
    runtime.release_memory()


def pytest_addoption(parser):
    parser.addoption(
        "--quick",
        action="store_true",
        help="only short tests that load no TensorFlow and start no program; others are skipped",
    )


def pytest_collection_modifyitems(items):
    """Begin with the files that take longest, so that at the end no process waits for another."""
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.nodeid.partition("::")[0], len(places)))


def pytest_collection_finish():
    """Tests and the modules they need stay to the end: nobody looks for garbage among them."""
    gc.collect()
    gc.freeze()


def pytest_configure(config):
    distributes = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if config.getoption("quick") and not distributes:
        plugin = quick.Quick()
        plugin.enforce()
        config.pluginmanager.register(plugin)
        config.addinivalue_line(
            "filterwarnings", "ignore::pytest.PytestUnhandledThreadExceptionWarning"
        )
