"""A store that cannot be used: one message that says why, no traceback, and the file left alone."""

import os
import sqlite3
from pathlib import Path

import pytest

from attnlab.store import Store, StoreError
from attnlab.ui import pictures

from .screen import assert_well, button, words

PAGES = ["pages/playground.py", "pages/runs.py"]


def assert_refused(app, said):
    assert not app.exception
    [error] = app.error
    assert said in error.value
    assert "\n" not in error.value
    assert "Traceback" not in words(app)
    assert "Train" not in [each.label for each in app.button]


@pytest.mark.parametrize("page", PAGES)
def test_damaged_database(open_app, home, page):
    home.mkdir()
    garbage = os.urandom(20_000)
    (home / "attnlab.db").write_bytes(garbage)
    app = open_app(page)
    assert_refused(app, "damaged")
    assert (home / "attnlab.db").read_bytes() == garbage


@pytest.mark.parametrize("page", PAGES)
def test_database_of_a_newer_version(open_app, home, page):
    Store(home).close()
    connection = sqlite3.connect(home / "attnlab.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = (home / "attnlab.db").read_bytes()
    app = open_app(page)
    assert_refused(app, "newer attnlab")
    assert (home / "attnlab.db").read_bytes() == before


@pytest.mark.parametrize("page", PAGES)
def test_home_that_cannot_be_written(open_app, monkeypatch, page):
    monkeypatch.setenv("ATTNLAB_HOME", "/proc/attnlab")
    app = open_app(page)
    assert_refused(app, "cannot write to /proc/attnlab")


def test_home_that_is_a_file(open_app, home):
    home.write_text("mine")
    assert_refused(open_app(), "expected a folder")
    assert home.read_text() == "mine"


def test_try_again_works_once_the_trouble_is_over(open_app, home):
    home.write_text("in the way")
    app = open_app()
    Path(home).unlink()
    button(app, "Try again").click().run()
    assert_well(app)
    button(app, "Train")


@pytest.mark.parametrize("what", ["studies", "curves", "traces", "arms"])
def test_store_that_fails_while_the_app_runs(open_app, monkeypatch, record, what):
    app = open_app(study=record())
    assert_well(app)

    def full(*_, **__):
        raise StoreError("no space left to write")

    pictures._kept.clear()  # pictures are made once; these are not there yet
    with monkeypatch.context() as broken:
        broken.setattr(Store, what, full)
        app = open_app()
        assert not app.exception
        assert [each.value for each in app.error] == ["no space left to write"]
    button(app, "Try again").click().run()
    assert_well(app)
