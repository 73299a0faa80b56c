"""A fresh server: the first Train of its life, while somebody opens a second page; then others."""

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
SLOTS = list(dict.fromkeys(task.slot for task in REGISTRY.tasks.values()))
"""What kinds of network there are, a server for each. Which task is trained first makes no
difference to the imports: `load_tensorflow` brings the layers, data and networks of them all."""
OTHERS = ("ablation", "modules", "claims", "runs")
SEEDS = {"features": "0,1"}
"""The seeds of the first study, 0 alone where not said: seeds bring neither threads nor imports,
but several make a program that takes far longer to trace."""

SAMPLES = 500
"""Enough for an epoch, where a task may be made small."""


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
@pytest.mark.parametrize("number", range(len(SLOTS)), ids=SLOTS)
def test_every_train_of_a_fresh_server_succeeds(number, home, server, browser):
    """The first with a second page opened meanwhile; then those of the slot's other tasks."""
    tasks = [task for task in REGISTRY.tasks.values() if task.slot == SLOTS[number]]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE_MS)
    expect.set_options(timeout=PATIENCE_MS)
    try:
        page, other = context.new_page(), context.new_page()
        first, *further = tasks
        page.goto(
            set_up(server, first, arms=2, seeds=SEEDS.get(first.slot, "0")), wait_until="commit"
        )
        other.goto(server + OTHERS[number % len(OTHERS)], wait_until="commit")
        button(page, "Train").click()
        other.goto(server + OTHERS[(number + 1) % len(OTHERS)], wait_until="commit")
        expect(page.get_by_text("Finished:")).to_be_visible()
        assert_well(page)
        expect(other.get_by_test_id("stApp")).to_have_attribute(
            "data-test-script-state", "notRunning"
        )
        assert_well(other)
        other.close()
        for task in further:
            page.goto(set_up(server, task, arms=1, seeds="0"), wait_until="commit")
            button(page, "Train").click()
            expect(page.get_by_text("Finished:")).to_be_visible()
            assert_well(page)
    finally:
        context.close()
    rows = Store(home).studies()
    trained = {row.study.task.name for row in rows if row.status == Status.FINISHED}
    assert trained == {task.name for task in tasks}


def set_up(server, task, arms, seeds):
    """The link to a small study of a task, with one of its arms, or with no attention beside it."""
    query = [("task", task.name)]
    if "samples" in task.params.model_fields:
        query.append(("samples", str(SAMPLES)))
    chosen = list(dict.fromkeys(["none", *task.arms]))[:2][-arms:]
    query += [*(("arm", arm) for arm in chosen), ("seeds", seeds), ("epochs", "1")]
    return f"{server}?{urlencode(query)}"
