"""Pictures of what trains are made in a thread, for as long as somebody looks."""

import itertools
import time

import pytest

from attnlab.ui import render_cache
from attnlab.ui.render_cache import RenderCache


@pytest.fixture
def quick(monkeypatch):
    monkeypatch.setattr(render_cache, "LOOK_SECONDS", 0.01)


def wait_until(condition):
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_what_nobody_looks_at_is_made_no_more_and_let_go(quick, monkeypatch):
    monkeypatch.setattr(render_cache, "WATCHED_SECONDS", 0.1)
    paint, count = RenderCache(), itertools.count()
    assert paint.latest("a", lambda: next(count), time.monotonic, rest=0) == 0
    wait_until(lambda: paint._thread is None)
    assert paint._pictures == {}
    made = next(count)
    time.sleep(0.1)
    assert next(count) == made + 1


def test_a_picture_rests_before_it_is_made_anew(monkeypatch):
    monkeypatch.setattr(render_cache, "LOOK_SECONDS", 0.01)
    paint, made = RenderCache(), []
    began = time.monotonic()
    while time.monotonic() - began < 1:
        paint.latest("a", lambda: made.append(1), time.monotonic, rest=0.2)
        time.sleep(0.01)
    assert 3 <= len(made) <= 6


def test_a_picture_that_fails_is_made_by_the_next_page_which_says_why(quick):
    paint, broken = RenderCache(), []

    def make():
        if broken:
            raise ValueError("no chart")
        return "fine"

    assert paint.latest("a", make, time.monotonic, rest=0) == "fine"
    broken.append(True)
    wait_until(lambda: "a" not in paint._pictures)
    with pytest.raises(ValueError, match="no chart"):
        paint.latest("a", make, time.monotonic, rest=0)
