"""What is computed in a worker process: values, errors, and a process that dies of it."""

import os

import numpy as np
import pytest

from attnlab import workers
from attnlab.export.files import ExportError
from attnlab.workers import PROCESSES, WorkersError

from .conftest import worker_processes


@pytest.fixture(autouse=True)
def in_processes(monkeypatch):
    monkeypatch.delenv("ATTNLAB_WORKERS")


def test_a_value_comes_back_from_another_process():
    assert workers.call("os:getpid") != os.getpid()
    np.testing.assert_array_equal(workers.call("numpy:arange", 3), [0, 1, 2])
    assert workers.are_ready()


def test_an_error_comes_back_as_it_is():
    with pytest.raises(ExportError, match="style must be one of"):
        workers.call("attnlab.export.scripts.compose:compose", None, "x", 0, "unknown", None)
    with pytest.raises(ModuleNotFoundError):
        workers.call("no_such_module:at_all")


def test_what_cannot_be_sent_is_told():
    with pytest.raises((RuntimeError, TypeError, AttributeError), match="pickle"):
        workers.call("threading:Lock")


def test_a_process_that_dies_is_told_and_replaced():
    with pytest.raises(WorkersError, match="ended with exit code 3"):
        workers.call("os:_exit", 3)
    assert workers.call("operator:add", 1, 2) == 3


def test_what_a_worker_logs_is_heard_here(caplog):
    workers.call("logging:warning", "it is %s", "late")
    workers.call("os:getpid")
    assert "it is late" in caplog.text


def test_processes_are_used_again_and_none_is_left():
    first = workers.call("os:getpid")
    assert workers.call("os:getpid") == first
    PROCESSES.end()
    assert not worker_processes()
