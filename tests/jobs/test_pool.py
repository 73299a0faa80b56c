"""Threads that train several arms: whose turn it is, how they halt, what they do with errors."""

import threading
import time

import pytest

from attnlab.jobs import pool
from attnlab.jobs.pool import GroupBegins, GroupEnded, PoolBroken, SeedGroup, TurnEnded, WorkerPool
from attnlab.spec import Arm
from attnlab.training.events import Progress, RunStart

OVER = Progress((0,), 1, 1.0)


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch):
    monkeypatch.setattr(pool, "load_tensorflow", lambda: None)


def group(name, events):
    arm = Arm.model_validate({"module": "none", "label": name})
    return SeedGroup(arm, [0], events if callable(events) else lambda: (each for each in events))


def hear_all(pool, groups):
    """What is heard by label until all groups have ended; every turn gets another one."""
    heard, left = [], len(groups)
    while left:
        found = pool.next_event(10)
        assert found, "nothing happened for ten seconds"
        origin, event = found
        heard.append((origin.arm.label, event))
        if isinstance(event, TurnEnded):
            pool.requeue(origin)
        left -= isinstance(event, GroupEnded)
    pool.halt()
    pool.join()
    return heard


def test_arms_take_turns_on_one_thread():
    groups = [group(name, [OVER, OVER]) for name in "ab"]
    team = WorkerPool(groups, workers=1)
    team.start()
    heard = hear_all(team, groups)
    order = [name for name, event in heard if isinstance(event, Progress)]
    assert order == ["a", "b", "a", "b"]


def test_a_stream_waits_until_it_is_let_go_on():
    (one,) = groups = [group("a", [OVER, OVER])]
    team = WorkerPool(groups, workers=2)
    team.start()
    kinds = [type(team.next_event(10)[1]) for _ in range(3)]
    assert kinds == [GroupBegins, Progress, TurnEnded]
    assert team.next_event(0.05) is None
    team.requeue(one)
    assert isinstance(team.next_event(10)[1], Progress)
    team.halt()
    team.join()


def test_one_network_is_prepared_while_another_trains():
    """The second thread trains what has begun rather than prepare a third arm beside the first."""
    go_on = threading.Event()

    def slow_to_begin():
        go_on.wait(10)
        yield OVER

    begun = group("a", [])
    begun.events = (each for each in [OVER, OVER, OVER])
    team = WorkerPool([begun, group("b", slow_to_begin), group("c", [OVER])], workers=2)
    team.start()
    heard = []
    while ("a", GroupEnded) not in heard:
        origin, event = team.next_event(10)
        heard.append((origin.arm.label, type(event)))
        if isinstance(event, TurnEnded):
            team.requeue(origin)
    assert ("b", GroupBegins) in heard
    assert ("c", GroupBegins) not in heard
    assert team.next_event(10)[0].arm.label == "c"  # now there is nothing else to do
    go_on.set()
    team.halt()
    team.join()


def test_an_error_ends_its_stream_alone():
    def broken():
        yield RunStart(0, [], 1, 1)
        raise RuntimeError("no luck")

    groups = [group("a", broken), group("b", [OVER])]
    team = WorkerPool(groups, workers=2)
    team.start()
    ends = {name: event for name, event in hear_all(team, groups) if isinstance(event, GroupEnded)}
    assert str(ends["a"].error) == "no luck"
    assert ends["b"].error is None


def test_halting_closes_what_trains_and_what_waits():
    closed = []

    def endless(name):
        def events():
            try:
                while True:
                    time.sleep(0.001)
                    yield RunStart(0, [], 1, 1)
            finally:
                closed.append(name)

        return events

    groups = [group(name, endless(name)) for name in "ab"]
    team = WorkerPool(groups, workers=2)
    team.start()
    while {type(event) for _, event in filter(None, [team.next_event(1)])} != {RunStart}:
        pass
    began = time.monotonic()
    team.halt()
    assert time.monotonic() - began < 0.1
    team.join()
    assert set(closed) >= {"a"}
    assert all(group.events is None or next(group.events, None) is None for group in groups)


def test_a_process_without_tensorflow_says_so(monkeypatch):
    def missing():
        raise ImportError("no tensorflow here")

    monkeypatch.setattr(pool, "load_tensorflow", missing)
    team = WorkerPool([group("a", [OVER])], workers=1)
    team.start()
    event = team.next_event(10)
    assert isinstance(event, PoolBroken)
    assert str(event.error) == "no tensorflow here"
    team.halt()
    team.join()
