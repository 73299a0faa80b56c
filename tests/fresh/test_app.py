"""A fresh server: the first Train of its life, while somebody opens other pages; then further."""

import socket
import subprocess
import sys
import time
import urllib.request
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect, sync_playwright

from attnlab.spec import REGISTRY, Study
from attnlab.store import Owner, Status, Store
from tests.browser.chromium import ARGUMENTS, NONE_FOUND, find
from tests.browser.screen import assert_well, button

from .documented import ROOT, environment

PATIENCE_MS = 240_000
FIRST = {task.slot: task for task in reversed(REGISTRY.tasks.values())}
"""A task for each kind of network there is. Which is trained first makes no difference to the
imports: `load_tensorflow` brings the layers, data and networks of them all."""

OTHERS = ("ablation", "claims", "modules", "runs")

SMALL = {"samples": 500, "length": 3, "units": 16, "blocks": 1}
"""Enough for an epoch, where a task may be made small: each word that is written is traced by
itself, and as few tell whether training succeeds."""


@pytest.fixture(scope="module")
def browser():
    path = find()
    if path is None:
        pytest.fail(NONE_FOUND)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def home(tmp_path):
    """A home that is not empty, so that nothing trains by itself before Train is pressed."""
    store = Store(tmp_path / "home")
    plan = Study(task="planted-features", arms=["none"], seeds=1)
    study_id = store.create_study(plan, owner=Owner.current())
    store.request_stop(study_id)
    return tmp_path / "home"


@pytest.fixture
def server(home, tmp_path):
    """The address of a server whose threads change places all the time, its imports watched."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log, imports = tmp_path / "server.log", tmp_path / "imports.log"
    options = [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", "streamlit_app.py", *options],
            cwd=ROOT,
            env=environment(home, imports, workers=2),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/_stcore/health", process)
            yield f"http://127.0.0.1:{port}/"
        finally:
            process.kill()
            process.wait()
    assert "Traceback" not in log.read_text(), log.read_text()
    assert not imports.exists(), f"imported at once, or outside of the lock:\n{imports.read_text()}"


def _wait_for(url, process):
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


@pytest.mark.browser
def test_every_train_of_a_fresh_server_succeeds(home, server, browser):
    """The first while all other pages are opened; then one for each kind of network."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    try:
        page, other = context.new_page(), context.new_page()
        for number, task in enumerate(FIRST.values()):
            # Two seeds of the first: no more, as a program of several takes far longer to trace.
            seeds, arms = ("0,1", 2) if number == 0 else ("0", 1)
            page.goto(set_up(server, task, arms, seeds), wait_until="commit")
            if number == 0:
                other.goto(server + OTHERS[0], wait_until="commit")
            button(page, "Train").click()
            if number == 0:
                for name in OTHERS[1:]:
                    other.goto(server + name, wait_until="commit")
                    expect(other.get_by_test_id("stApp")).to_have_attribute(
                        "data-test-script-state", "notRunning"
                    )
                    assert_well(other)
                other.close()
            expect(page.get_by_text("Finished:")).to_be_visible()
            assert_well(page)
    finally:
        context.close()
    rows = Store(home).studies()
    trained = {row.study.task.name for row in rows if row.status == Status.FINISHED}
    assert trained == {task.name for task in FIRST.values()}


def set_up(server, task, arms, seeds):
    """The link to a small study of a task, with one of its arms, or with no attention beside it."""
    query = [("task", task.name)]
    query += [(name, str(SMALL[name])) for name in SMALL if name in task.params.model_fields]
    chosen = list(dict.fromkeys(["none", *task.arms]))[:2][-arms:]
    query += [*(("arm", arm) for arm in chosen), ("seeds", seeds), ("epochs", "1")]
    return f"{server}?{urlencode(query)}"
