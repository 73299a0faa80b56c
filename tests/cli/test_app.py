"""`attnlab app` hands Streamlit the address and the port, or says what is wrong with them."""

import itertools
import runpy
import socket
import sys

import pytest

from attnlab import resources
from attnlab.cli import serving


@pytest.fixture
def started(monkeypatch):
    """The arguments Streamlit was started with, without starting it."""
    calls = []
    monkeypatch.setattr(sys, "argv", list(sys.argv))
    monkeypatch.setattr(runpy, "run_module", lambda name, **_: calls.append((name, *sys.argv[1:])))
    return calls


@pytest.fixture
def taken():
    """A port that another server holds."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


def options(call):
    flags = call[3:]
    return dict(zip(flags[::2], flags[1::2], strict=True))


def test_the_app_listens_to_this_machine_alone_whatever_the_environment_says(
    attnlab, started, monkeypatch
):
    monkeypatch.setenv("STREAMLIT_SERVER_ADDRESS", "0.0.0.0")
    assert attnlab("app").code == 0
    [call] = started
    assert call[:3] == (serving.SERVER, "run", str(resources.APP))
    assert options(call)["--server.address"] == "localhost"
    assert options(call)["--server.showEmailPrompt"] == "false"


def hosts(call):
    return [value for name, value in itertools.pairwise(call) if name == "--server.allowedHosts"]


def test_the_app_answers_to_the_names_of_this_machine_and_those_that_are_added(attnlab, started):
    assert attnlab("app").err == ""
    assert hosts(started[0]) == ["localhost", "127.0.0.1", "::1"]
    done = attnlab("app", "--address", "0.0.0.0", "--allow-host", "*.example.org")
    assert {"localhost", socket.gethostname(), "*.example.org"} <= {*hosts(started[1])}
    assert "can read, train and delete every study" in done.err


def test_port_and_address_are_handed_on(attnlab, started):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert attnlab("app", "--port", port, "--address", "127.0.0.1").code == 0
    given = options(started[0])
    assert (given["--server.port"], given["--server.address"]) == (str(port), "127.0.0.1")


def test_without_a_port_the_next_free_one_is_taken_and_said(attnlab, started, taken, monkeypatch):
    monkeypatch.setattr(serving, "PORT", taken)
    done = attnlab("app")
    port = options(started[0])["--server.port"]
    assert int(port) > taken
    assert done.err == f"attnlab: port {taken} is taken; the app is at port {port}\n"


def test_a_given_port_that_is_taken_is_an_error(attnlab, started, taken):
    done = attnlab("app", "--port", taken)
    assert (done.code, started) == (2, [])
    assert done.err.startswith(f"attnlab: port {taken} is taken")


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "²"])
def test_what_is_no_port_is_an_error_of_one_line(attnlab, started, port):
    done = attnlab("app", f"--port={port}")
    assert (done.code, started) == (2, [])
    assert f"{port} is no port: give 1 to 65535" in done.err
    assert done.err.count("\n") == 1


@pytest.mark.parametrize("address", ["192.0.2.1", "no such address"])
def test_an_address_of_another_machine_is_an_error_of_one_line(attnlab, started, address):
    done = attnlab("app", "--address", address)
    assert (done.code, started) == (2, [])
    assert address in done.err
    assert done.err.count("\n") == 1


def test_an_app_that_was_not_installed_is_an_error(attnlab, started, tmp_path, monkeypatch):
    monkeypatch.setattr(resources, "APP", tmp_path / "streamlit_app.py")
    done = attnlab("app")
    assert (done.code, started) == (2, [])
    assert "streamlit_app.py is missing" in done.err
