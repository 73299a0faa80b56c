"""The time left is learned from each arm's own timing, and said in words."""

import pytest

from attnlab.jobs import timing
from attnlab.jobs.timing import TimeLeft, duration_text


@pytest.fixture
def clock(monkeypatch):
    """A clock that moves only when told: clock(2.0)."""
    now = [100.0]
    monkeypatch.setattr(timing.time, "monotonic", lambda: now[0])

    def forward(seconds):
        now[0] += seconds

    return forward


def runs(**epochs):
    """One run of each arm, at seed 0."""
    return TimeLeft({(arm, 0): count for arm, count in epochs.items()})


def ended(left, clock, arm, epoch, seconds, seed=0):
    clock(seconds)
    left.epoch_ended(arm, seed, epoch)


def test_nothing_is_said_before_an_arm_had_a_second_epoch(clock):
    left = runs(a=10, b=10)
    assert left.seconds() is None
    ended(left, clock, "a", 1, 5)
    ended(left, clock, "b", 1, 5)
    assert left.seconds() is None
    ended(left, clock, "a", 2, 1)
    assert left.seconds() is not None


def test_first_epoch_of_an_arm_and_the_time_before_the_beginning_are_left_out(clock):
    left = runs(a=4)
    clock(1000)
    left.begin()
    ended(left, clock, "a", 1, 30)
    ended(left, clock, "a", 2, 2)
    assert left.seconds() == pytest.approx(2 * 2)


def test_the_first_epoch_of_seeds_that_train_together_is_left_out_for_all_of_them(clock):
    left = TimeLeft({("a", seed): 4 for seed in range(3)})
    for epoch, seconds in ((1, 30), (2, 6)):
        for seed in range(3):  # they end at the same moment
            ended(left, clock, "a", epoch, seconds if seed == 0 else 0, seed)
    assert left.seconds() == pytest.approx(2 * 6)


def test_a_later_seed_has_no_first_epoch_to_leave_out(clock):
    left = TimeLeft({("a", 0): 2, ("a", 1): 2})
    for seed, epoch, seconds in ((0, 1, 30), (0, 2, 4), (1, 1, 2)):
        ended(left, clock, "a", epoch, seconds, seed)
    assert left.seconds() == pytest.approx(3)


def test_each_arm_is_as_slow_as_it_was_on_average(clock):
    left = runs(a=5, b=5)
    for epoch, seconds in enumerate((9, 1, 3), 1):
        ended(left, clock, "a", epoch, seconds)
        ended(left, clock, "b", epoch, 10 * seconds)
    assert left.seconds() == pytest.approx(2 * 2 + 2 * 20)


def test_an_arm_without_a_pace_is_taken_to_be_as_slow_as_the_others(clock):
    left = runs(a=3, b=3, c=10)
    for arm, seconds in (("a", 2), ("b", 4)):
        ended(left, clock, arm, 1, 50)
        ended(left, clock, arm, 2, seconds)
    assert left.seconds() == pytest.approx(1 * 2 + 1 * 4 + 10 * 3)


def test_a_run_that_ended_early_takes_no_more_time(clock):
    left = runs(a=10, b=10)
    for arm in ("a", "b"):
        ended(left, clock, arm, 1, 7)
        ended(left, clock, arm, 2, 1)
    assert left.seconds() == pytest.approx(16)
    left.run_ended("a", 0)
    assert left.seconds() == pytest.approx(8)


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
    assert duration_text(seconds) == words
