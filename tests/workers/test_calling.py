"""What is computed in a worker process: values, errors, and a process that dies of it."""

import os
import time

import numpy as np
import pytest

from attnlab import workers
from attnlab.export.files import ExportError
from attnlab.workers import PROCESSES, WorkersError, calling, messages, team

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


def test_values_come_one_by_one_from_another_process():
    assert list(workers.stream("tests.workers.test_calling:counted", 3)) == [0, 1, 2]


def test_an_error_after_some_values_comes_back_as_it_is():
    values = workers.stream("tests.workers.test_calling:counted", 3, 2)
    assert [next(values), next(values)] == [0, 1]
    with pytest.raises(ValueError, match="no 2"):
        next(values)


def test_whoever_leaves_a_stream_gets_the_same_process_for_the_next():
    values = workers.stream("tests.workers.test_calling:endless")
    before = next(values)
    assert next(values) == before
    values.close()
    assert workers.call("os:getpid") == before


def test_a_process_that_does_not_leave_a_stream_is_ended(monkeypatch, tmp_path):
    monkeypatch.setattr("attnlab.workers.calling.PATIENCE_SECONDS", 0.2)
    on_its_way = tmp_path / "on its way"
    values = workers.stream("tests.workers.test_calling:stuck", on_its_way)
    before = next(values)
    while not on_its_way.exists():
        time.sleep(0.05)
    values.close()
    assert workers.call("os:getpid") != before


def test_processes_are_used_again_and_none_is_left():
    first = workers.call("os:getpid")
    assert workers.call("os:getpid") == first
    PROCESSES.end()
    assert not worker_processes()


def counted(most, bad=None):
    for number in range(most):
        if number == bad:
            raise ValueError(f"no {number}")
        yield number


def stuck(on_its_way):
    yield os.getpid()
    on_its_way.touch()
    time.sleep(60)
    yield None


def endless():
    while True:
        yield os.getpid()
        time.sleep(0.02)


def test_a_call_that_is_halted_as_it_ends_halts_no_training_after_it():
    """The worker remembers what it is to halt by its number."""
    assert calling.NUMBERS is team.NUMBERS is messages.NUMBERS
