"""A real server with a folder of its own, and pages of a real Chromium on it."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from .chromium import ARGUMENTS, NONE_FOUND, find

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "test-results"
START_SECONDS = 60
PATIENCE_MS = 60_000
HARMLESS = re.compile(r"404.*/\w+/_stcore/")
"""What the console may say: Streamlit looks for its server below the page before the root."""


@pytest.fixture(scope="package")
def server_home(tmp_path_factory):
    """The folder in which the server keeps its studies."""
    return tmp_path_factory.mktemp("server") / "home"


@pytest.fixture(scope="package")
def address(server_home):
    """The address of the app, started for the first time."""
    with served(server_home.parent) as address:
        yield address


@contextmanager
def served(folder, module="attnlab.compat.streamlit_server", secrets=None):
    """Serve the app by a module's `run`, with its studies in `folder / "home"`; no traceback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = folder / "server.log"
    options = {"port": port, "address": "127.0.0.1", "headless": "true"}
    arguments = [item for name, value in options.items() for item in (f"--server.{name}", value)]
    arguments += [] if secrets is None else ["--secrets.files", secrets]
    home = str(folder / "home")
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, "run", "streamlit_app.py", *map(str, arguments)],
            cwd=ROOT,
            env={**os.environ, "ATTNLAB_HOME": home, "ATTNLAB_WORKERS": "2"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process, log)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait_for(url, process, log):
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail(f"the server did not start:\n{log.read_text()}")


@pytest.fixture(scope="package")
def browser():
    path = find()
    if path is None:
        pytest.fail(NONE_FOUND)
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if call.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture
def new_page(browser, request):
    """Open a page in a browser of its own: new_page(width=1280). What it complains about fails."""
    contexts, complaints = [], []

    def start(width=1280, height=900, **how):
        context = browser.new_context(viewport={"width": width, "height": height}, **how)
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    def listen(message):
        text = f"{message.text} {message.location['url']}"
        if message.type == "error" and not HARMLESS.search(text):
            complaints.append(text)

    yield start
    if getattr(request.node, "failed", False):
        SCREENSHOTS.mkdir(exist_ok=True)
        pages = [page for context in contexts for page in context.pages]
        for number, page in enumerate(pages):
            page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{number}.png", full_page=True)
    for context in contexts:
        context.close()
    assert not complaints
