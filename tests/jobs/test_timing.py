"""The time left is learned from each arm's own pace, and said in words."""

import pytest

from attnlab.jobs import timing
from attnlab.jobs.timing import TimeLeft, in_words


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when told: clock(2.0)."""
    now = [100.0]
    monkeypatch.setattr(timing.time, "monotonic", lambda: now[0])

    def forward(seconds):
        now[0] += seconds

    return forward


def ended(left, clock, arm, seconds):
    clock(seconds)
    left.epoch_ended(arm)


def test_nothing_is_said_before_an_arm_had_a_second_epoch(clock):
    left = TimeLeft({"a": 10, "b": 10})
    assert left.seconds() is None
    ended(left, clock, "a", 5)
    ended(left, clock, "b", 5)
    assert left.seconds() is None
    ended(left, clock, "a", 1)
    assert left.seconds() is not None


def test_first_epoch_of_an_arm_and_the_time_before_the_beginning_are_left_out(clock):
    left = TimeLeft({"a": 4})
    clock(1000)
    left.begin()
    ended(left, clock, "a", 30)
    ended(left, clock, "a", 2)
    assert left.seconds() == pytest.approx(2 * 2)


def test_each_arm_is_as_slow_as_it_was_on_average(clock):
    left = TimeLeft({"a": 5, "b": 5})
    for seconds in (9, 1, 3):  # a
        ended(left, clock, "a", seconds)
        ended(left, clock, "b", 10 * seconds)
    assert left.seconds() == pytest.approx(2 * 2 + 2 * 20)


def test_an_arm_without_a_pace_is_taken_to_be_as_slow_as_the_others(clock):
    left = TimeLeft({"a": 3, "b": 3, "c": 10})
    for arm, seconds in (("a", 2), ("b", 4)):
        ended(left, clock, arm, 50)
        ended(left, clock, arm, seconds)
    assert left.seconds() == pytest.approx(1 * 2 + 1 * 4 + 10 * 3)


def test_epochs_that_will_not_be_trained_are_taken_off(clock):
    left = TimeLeft({"a": 10, "b": 10})
    for arm in ("a", "b"):
        ended(left, clock, arm, 7)
        ended(left, clock, arm, 1)
    assert left.seconds() == pytest.approx(16)
    left.dropped("a", 3)
    assert left.seconds() == pytest.approx(13)
    left.abandoned("b")
    assert left.seconds() == pytest.approx(5)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "1 s"),
        (0.2, "1 s"),
        (3.4, "3 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (60, "1 min"),
        (95, "2 min"),
        (3560, "59 min"),
        (3590, "1 h"),
        (4800, "1 h 20 min"),
        (7200, "2 h"),
        (100_000, "27 h 47 min"),
    ],
)
def test_durations_in_words(seconds, words):
    assert in_words(seconds) == words
