"""How far a training is: on a terminal a bar, elsewhere lines that do not flood a log."""

import io

import pytest

from attnlab.running.progress import STOPPING, Bar, Lines
from attnlab.spec import Study
from attnlab.store import Owner, Store
from attnlab.training.events import (
    EpochEnd,
    Preparing,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
)


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def store(home):
    return Store(home)


@pytest.fixture
def study_id(store):
    study = Study(task="planted-features", arms=["none", "dense"], seeds=2, epochs=4)
    study_id = store.create_study(study, owner=Owner.current())
    store.acquire(study_id, Owner.current())
    return study_id


def epoch(number, seed=0, accuracy=0.875):
    return EpochEnd(seed, number, 0.1, 0.9, 0.1, accuracy, 0.1, ())


def end(kept, seed=0):
    return RunEnd(seed, 1.0, kept, b"", None, None, ())


def test_steps_within_a_second_share_one_line(store, study_id):
    clock, stream = Clock(), io.StringIO()
    lines = Lines(store, study_id, stream, clock)
    lines("dense", RunStart(0, [], 1, 1))
    for _ in range(100):
        clock.now += 0.02
        lines("dense", Progress((0,), 1, 0.5))
    assert 1 <= stream.getvalue().count("\n") <= 2


def test_a_line_says_where_it_is(store, study_id):
    clock, stream = Clock(), io.StringIO()
    lines = Lines(store, study_id, stream, clock)
    clock.now = 2
    lines("dense", Progress((1,), 3, 0.0))
    assert stream.getvalue() == " 12%  Dense attention, seed 1, epoch 3 of 4\n"


def test_reading_data_is_told_now_and_then_and_where_they_are_at_once(store, study_id):
    clock, stream = Clock(), io.StringIO()
    lines = Lines(store, study_id, stream, clock)
    for number in range(1, 5):
        clock.now += 0.5
        lines("dense", Preparing(f"Reading images: {number} of 4"))
    lines("dense", Preparing("Images stream from a file", lasts=True))
    assert stream.getvalue().splitlines() == [
        "Reading images: 2 of 4",
        "Reading images: 4 of 4",
        "Images stream from a file",
    ]
    terminal = io.StringIO()
    with Bar(store, study_id, terminal) as bar:
        bar("dense", Preparing("Reading images: 3 of 4"))
        assert [task.description for task in bar._bar.tasks] == ["Reading images: 3 of 4"]
        bar("dense", Preparing("Images stream from a file", lasts=True))
    assert "Images stream from a file\n" in terminal.getvalue()


def test_lines_become_fewer_when_it_takes_long(store, study_id):
    clock, stream = Clock(), io.StringIO()
    lines = Lines(store, study_id, stream, clock)
    for _ in range(3600):
        clock.now += 1
        lines("dense", Progress((0,), 1, 0.5))
    assert stream.getvalue().count("\n") < 200


def test_every_run_that_ends_has_its_line(store, study_id):
    stream = io.StringIO()
    lines = Lines(store, study_id, stream, Clock())
    lines("none", epoch(4))
    lines("none", end(4))
    lines("dense", RunFailed(0, 2, float("nan"), "the loss became nan"))
    assert stream.getvalue().splitlines() == [
        "No attention, seed 0: validation accuracy 0.875 (1 of 4 runs)",
        "Dense attention, seed 0 failed: the loss became nan",
    ]


def test_a_run_that_ends_early_counts_whole_and_says_what_it_kept(store, study_id):
    stream = io.StringIO()
    lines = Lines(store, study_id, stream, Clock())
    lines("none", epoch(1, accuracy=0.75))
    lines("none", epoch(2, accuracy=0.5))
    lines("none", end(1))
    assert stream.getvalue() == "No attention, seed 0: validation accuracy 0.750 (1 of 4 runs)\n"
    assert lines.share == 0.25


def test_seeds_that_train_together_advance_together(store, study_id):
    clock, stream = Clock(), io.StringIO()
    lines = Lines(store, study_id, stream, clock)
    clock.now = 2
    lines("dense", Progress((0, 1), 3, 0.0))
    assert stream.getvalue() == " 25%  Dense attention, 2 seeds at once, epoch 3 of 4\n"


def test_all_runs_done_is_all_of_it(store, study_id):
    lines = Lines(store, study_id, io.StringIO(), Clock())
    for arm in ("none", "dense"):
        for seed in (0, 1):
            assert lines.share < 1
            lines(arm, epoch(4, seed))
            lines(arm, end(4, seed))
    assert lines.share == 1


def test_runs_kept_from_before_count_as_done(store, study_id):
    store.finish_run(study_id, "none", 0, 1.0)
    lines = Lines(store, study_id, io.StringIO(), Clock())
    assert lines.share == 0.25
    assert "1 of 4 runs kept" in lines.opening()


def test_a_stream_that_goes_away_does_not_disturb(store, study_id):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    for kind in (Lines, Bar):
        with kind(store, study_id, Gone()) as reporter:
            reporter("none", epoch(4))
            reporter("none", end(4))
            reporter.stopping()


def test_the_bar_shows_the_run_and_that_it_stops(store, study_id):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    stream = Terminal()
    with Bar(store, study_id, stream) as bar:
        bar("dense", epoch(2))
        bar._bar.refresh()
        assert "Dense attention, seed 0, epoch 2 of 4" in stream.getvalue()
        bar.stopping()
        bar("dense", epoch(3))
        bar._bar.refresh()
        assert STOPPING[:20] in stream.getvalue()
