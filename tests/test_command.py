"""Messages name the command that exists in the way attnlab was started."""

import sys

import pytest

from attnlab import command


@pytest.fixture(autouse=True)
def not_asked_yet():
    command.command.cache_clear()
    yield
    command.command.cache_clear()


@pytest.fixture
def on_path(tmp_path, monkeypatch):
    """Whether a shell finds `attnlab`: on_path(True)."""
    monkeypatch.setenv("PATH", str(tmp_path))

    def put(there):
        if there:
            (tmp_path / "attnlab").write_text("#!/bin/sh\n")
            (tmp_path / "attnlab").chmod(0o755)

    return put


@pytest.mark.parametrize(
    ("started", "there", "expected"),
    [
        ("/somewhere/bin/attnlab", False, "attnlab"),
        ("C:\\Scripts\\attnlab.exe".replace("\\", "/"), False, "attnlab"),
        ("/somewhere/attnlab/__main__.py", True, "python -m attnlab"),
        ("/somewhere/pytest/__main__.py", True, "attnlab"),
        ("/somewhere/streamlit_app.py", True, "attnlab"),
        ("/somewhere/streamlit_app.py", False, "python -m attnlab"),
        ("", False, "python -m attnlab"),
    ],
)
def test_the_command_is_that_of_the_start(started, there, expected, on_path, monkeypatch):
    on_path(there)
    monkeypatch.setattr(sys, "argv", [started])
    assert command.command() == expected


def test_the_app_keeps_to_the_command_that_started_it(on_path, monkeypatch):
    on_path(False)
    monkeypatch.setattr(sys, "argv", ["/somewhere/bin/attnlab", "app"])
    started = command.command()
    monkeypatch.setattr(sys, "argv", ["/somewhere/streamlit/__main__.py", "run"])
    assert command.command() == started == "attnlab"
