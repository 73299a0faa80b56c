"""attnlab out of a wheel, in a process that cannot see the checkout, from an empty folder."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request

import psutil
import pytest

START_SECONDS = 60


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """A folder in which pip has put the wheel, without what it requires: that is there already."""
    folder = tmp_path_factory.mktemp("installed")
    options = ("--quiet", "--no-index", "--no-deps", "--no-compile", "--target", folder)
    subprocess.run([sys.executable, "-m", "pip", "install", *options, wheel], check=True)
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def start(installed, home, tmp_path):
    """Start Python with these arguments in an empty folder, with only the wheel beside what is
    installed here."""
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {**os.environ, "PYTHONPATH": str(installed), "ATTNLAB_HOME": str(home)}
    del environment["ATTNLAB_WORKERS"]  # as people have it: what trains is a process of the wheel

    def begin(*arguments, **options):
        return subprocess.Popen(
            [sys.executable, *map(str, arguments)],
            cwd=empty,
            env=environment,
            text=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
            **options,
        )

    return begin


@pytest.fixture
def call(start):
    """What Python prints with these arguments; it must end well."""

    def wait(*arguments):
        out, err = (process := start(*arguments)).communicate(timeout=240)
        assert process.returncode == 0, err
        return out

    return wait


def test_it_is_the_wheel_that_runs(call, installed):
    out = call("-c", "import attnlab; print(attnlab.__file__)")
    assert out.strip() == str(installed / "attnlab" / "__init__.py")


def test_claims_have_their_numbers(call, installed):
    counting = (
        "from attnlab.claims import CLAIMS\n"
        "from attnlab.claims.shipped import PATH, shipped\n"
        "entries = shipped()\n"
        "print(PATH, len(CLAIMS), sum(entries[claim.name].fits(claim) for claim in CLAIMS))\n"
    )
    path, claims, fitting = call("-c", counting).split()
    assert path == str(installed / "attnlab" / "_app" / "data" / "claims.json")
    assert int(claims) == int(fitting) > 0


def test_the_pages_open(call):
    opening = (
        "from streamlit.testing.v1 import AppTest\n"
        "from attnlab import resources\n"
        "app = AppTest.from_file(str(resources.APP), default_timeout=180).run()\n"
        "for page in ('claims', 'modules'):\n"
        "    app.switch_page(f'pages/{page}.py').run()\n"
        "    print(page, len(app.exception), len(app.error), len(app.get('html')) > 0)\n"
    )
    assert call("-c", opening).splitlines() == ["claims 0 0 True", "modules 0 0 True"]


def test_modules_and_tasks_are_listed(call):
    for command, name in (("modules", "se"), ("tasks", "image-folder")):
        entries = json.loads(call("-m", "attnlab", command, "--json"))
        assert name in {entry["name"] for entry in entries}


def test_the_scans_that_come_with_it_are_trained_on_and_exported(call):
    run = ("run", "--task", "image-folder", "--arm", "none", "--seeds", 1, "--epochs", 1)
    small = ("--set", "size=16", "width=4", "blocks=1", "head=8")
    out = json.loads(call("-m", "attnlab", *run, *small, "--json"))
    assert out["status"] == "finished"
    curves = call("-m", "attnlab", "export", out["id"], "--format", "csv")
    assert curves.startswith("study,arm,task,")
    assert len(curves.splitlines()) == 2


def test_messages_name_the_command_that_was_typed(start, installed):
    for typed, command in (
        ((installed / "bin" / "attnlab",), "attnlab"),
        (("-m", "attnlab"), "python -m attnlab"),
    ):
        _, err = start(*typed, "nonsense").communicate(timeout=60)
        assert f"(see {command} --help)" in err


def test_the_app_answers_on_this_machine_alone_and_ends_on_ctrl_c(start, installed):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = start(installed / "bin" / "attnlab", "app", "--port", port)
    try:
        page = _page(f"http://127.0.0.1:{port}", process)
        listening = psutil.Process(process.pid).net_connections("tcp")
    finally:
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert "<title>" in page
    places = {each.laddr.ip for each in listening if each.status == psutil.CONN_LISTEN}
    assert places <= {"127.0.0.1", "::1"}
    assert process.returncode == 0, err
    assert f"localhost:{port}" in out
    assert "Email" not in out + err
    assert "usage statistics" not in out + err  # as its .streamlit/config.toml says


def _page(address, process):
    """The page, once the server says that it is well."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=2) as answer:
                assert answer.read() == b"ok"
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read().decode()
        except OSError:
            time.sleep(0.1)
    return ""
