"""Settings that hold for every test: no accelerator chatter, and never the person's own folder."""

import gc
import os
import signal

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# As attnlab trains; tests that come to TensorFlow before it would give each operation all cores.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")

# Tracing makes millions of objects that stay: looking through them for garbage finds little.
gc.set_threshold(100_000, 50, 100)

# What a shell runs behind has Ctrl-C ignored; here it is tested.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    """Keep studies of a test in its own folder."""
    folder = tmp_path / "home"
    monkeypatch.setenv("ATTNLAB_HOME", str(folder))
    return folder
