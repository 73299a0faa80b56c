"""Threads that train several arms: whose turn it is, how they halt, what they do with errors."""

import threading
import time

import pytest

from attnlab.jobs import crew
from attnlab.jobs.crew import Begins, Broken, Crew, Ended, Stream, TurnOver
from attnlab.spec import Arm
from attnlab.training.events import Progress, RunStart

OVER = Progress((0,), 1, 1.0)


@pytest.fixture(autouse=True)
def without_tensorflow(monkeypatch):
    monkeypatch.setattr(crew, "load_tensorflow", lambda: None)


def stream(name, events):
    arm = Arm.model_validate({"module": "none", "label": name})
    return Stream(arm, [0], events if callable(events) else lambda: (each for each in events))


def hear_all(crew, streams):
    """What is heard by label until all streams have ended; every turn gets another one."""
    heard, left = [], len(streams)
    while left:
        found = crew.hear(10)
        assert found, "nothing happened for ten seconds"
        origin, event = found
        heard.append((origin.arm.label, event))
        if isinstance(event, TurnOver):
            crew.again(origin)
        left -= isinstance(event, Ended)
    crew.halt()
    crew.join()
    return heard


def test_arms_take_turns_on_one_thread():
    streams = [stream(name, [OVER, OVER]) for name in "ab"]
    team = Crew(streams, workers=1)
    team.start()
    heard = hear_all(team, streams)
    order = [name for name, event in heard if isinstance(event, Progress)]
    assert order == ["a", "b", "a", "b"]


def test_a_stream_waits_until_it_is_let_go_on():
    (one,) = streams = [stream("a", [OVER, OVER])]
    team = Crew(streams, workers=2)
    team.start()
    kinds = [type(team.hear(10)[1]) for _ in range(3)]
    assert kinds == [Begins, Progress, TurnOver]
    assert team.hear(0.05) is None
    team.again(one)
    assert isinstance(team.hear(10)[1], Progress)
    team.halt()
    team.join()


def test_one_network_is_prepared_while_another_trains():
    """The second thread trains what has begun rather than prepare a third arm beside the first."""
    go_on = threading.Event()

    def slow_to_begin():
        go_on.wait(10)
        yield OVER

    begun = stream("a", [])
    begun.events = (each for each in [OVER, OVER, OVER])
    team = Crew([begun, stream("b", slow_to_begin), stream("c", [OVER])], workers=2)
    team.start()
    heard = []
    while ("a", Ended) not in heard:
        origin, event = team.hear(10)
        heard.append((origin.arm.label, type(event)))
        if isinstance(event, TurnOver):
            team.again(origin)
    assert ("b", Begins) in heard
    assert ("c", Begins) not in heard
    assert team.hear(10)[0].arm.label == "c"  # now there is nothing else to do
    go_on.set()
    team.halt()
    team.join()


def test_an_error_ends_its_stream_alone():
    def broken():
        yield RunStart(0, [], 1, 1)
        raise RuntimeError("no luck")

    streams = [stream("a", broken), stream("b", [OVER])]
    team = Crew(streams, workers=2)
    team.start()
    ends = {name: event for name, event in hear_all(team, streams) if isinstance(event, Ended)}
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

    streams = [stream(name, endless(name)) for name in "ab"]
    team = Crew(streams, workers=2)
    team.start()
    while {type(event) for _, event in filter(None, [team.hear(1)])} != {RunStart}:
        pass
    began = time.monotonic()
    team.halt()
    assert time.monotonic() - began < 0.1
    team.join()
    assert set(closed) >= {"a"}
    assert all(stream.events is None or next(stream.events, None) is None for stream in streams)


def test_a_process_without_tensorflow_says_so(monkeypatch):
    def missing():
        raise ImportError("no tensorflow here")

    monkeypatch.setattr(crew, "load_tensorflow", missing)
    team = Crew([stream("a", [OVER])], workers=1)
    team.start()
    origin, event = team.hear(10)
    assert origin is None
    assert isinstance(event, Broken)
    assert str(event.error) == "no tensorflow here"
    team.halt()
    team.join()
