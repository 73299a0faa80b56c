"""A replay moves the slider through the epochs, until its end or until somebody moves it."""

import itertools
import time

import pytest

from attnlab.ui import replay, study_views

from .screen import assert_well, button


@pytest.fixture
def clock(monkeypatch):
    """A clock that goes on by one picture at a time: clock()."""
    seconds = itertools.count(1000, replay.SECONDS)
    now = [next(seconds)]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])

    def tick():
        now[0] = next(seconds)

    return tick


def slider(app):
    return app.slider(key="playground.epoch")


def test_the_slider_goes_through_all_epochs_and_stays_at_the_end(open_app, record, clock):
    app = open_app(study=record(epochs=4))
    assert slider(app).value == 4
    button(app, "Replay").click().run()
    seen = [slider(app).value]
    for _ in range(6):
        clock()
        assert_well(app.run())
        seen.append(slider(app).value)
    assert seen == [1, 2, 3, 4, 4, 4, 4]


def test_a_replay_ends_where_somebody_moves_the_slider_to(open_app, record, clock):
    app = open_app(study=record(epochs=9))
    button(app, "Replay").click().run()
    clock()
    app.run()
    slider(app).set_value(7).run()
    for _ in range(3):
        clock()
        assert_well(app.run())
        assert slider(app).value == 7


def test_a_slider_that_lags_behind_does_not_end_it(open_app, record, clock):
    app = open_app(study=record(epochs=9))
    button(app, "Replay").click().run()
    clock()
    app.run()
    slider(app).set_value(1)  # what the browser still showed when it asked for the next picture
    clock()
    app.run()
    assert slider(app).value == 3


def test_a_replay_ends_where_there_is_only_one_epoch_to_show(open_app, record, clock):
    one = record(epochs=1)
    app = open_app(study=record(epochs=9))
    button(app, "Replay").click().run()
    clock()
    app.run()
    app.query_params["study"] = one
    app.switch_page("pages/ablation.py").run()
    app.session_state[study_views.VIEW] = "Attention"
    for _ in range(3):
        clock()
        assert_well(app.run())
    assert "replay.began" not in app.session_state


def test_a_second_replay_begins_at_the_first_epoch(open_app, record, clock):
    app = open_app(study=record(epochs=9))
    for _ in range(2):
        button(app, "Replay").click().run()
        assert slider(app).value == 1
        for _ in range(9):
            clock()
            app.run()
        assert slider(app).value == 9


def test_a_replay_holds_still_and_goes_on_from_there(open_app, record, clock):
    app = open_app(study=record(epochs=9))
    button(app, "Replay").click().run()
    for _ in range(2):
        clock()
        app.run()
    assert_well(button(app, "Pause").click().run())
    for _ in range(3):
        clock()
        app.run()
        assert slider(app).value == 3
    assert_well(button(app, "Play on").click().run())
    assert slider(app).value == 3
    clock()
    app.run()
    assert slider(app).value == 4


def test_a_paused_replay_whose_slider_is_moved_begins_anew(open_app, record, clock):
    app = open_app(study=record(epochs=9))
    button(app, "Replay").click().run()
    clock()
    app.run()
    button(app, "Pause").click().run()
    slider(app).set_value(7).run()
    button(app, "Replay").click().run()
    assert slider(app).value == 1
