"""One server that trains and may open 256 descriptors, under loads, presses and many sessions."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from attnlab import Study
from attnlab.store import Store
from attnlab.ui.links import to_link
from benchmarks import apps
from benchmarks.campaign import kills
from benchmarks.campaign.line import Asked, Outcome, tell
from benchmarks.campaign.pages import Page, Server, app, page

DESCRIPTORS = 256
LOADS, PRESSES, SESSIONS = 200, 500, 100
QUICK_LOADS, QUICK_PRESSES, QUICK_SESSIONS = 10, 10, 10
BROWSER = 10
"""Every so many loads one is a real Chromium's, with all files of the page."""

STAY_SECONDS = 3.0
LEFT_OVER = 40
"""How many more descriptors may be open afterwards: connections kept to the database, a browser's
last sockets."""

SETTLE_SECONDS = 60.0
PAGES = ("", "runs", "ablation", "modules", "data", "claims")
MOST_GROWTH = 150.0
"""MB that the server itself may hold more at the end than after the first loads of each page."""

LONG = Study(
    task={"name": "planted-features", "features": 8, "classes": 3},
    arms=["none", "dense"],
    seeds=5,
    epochs=1000,
)
"""It trains for as long as all of this takes."""


@dataclass
class Held:
    """What a server holds, sample by sample: descriptors, threads, MB of it and of its workers."""

    server: Server
    most: dict[str, float] = field(default_factory=dict)
    ended: threading.Event = field(default_factory=threading.Event)

    def now(self) -> dict[str, float]:
        process = psutil.Process(self.server.process.pid)
        workers = 0
        for each in process.children(recursive=True):
            try:
                workers += each.memory_info().rss
            except psutil.NoSuchProcess:
                continue
        return {
            "descriptors": process.num_fds(),
            "threads": process.num_threads(),
            "MB": process.memory_info().rss / 1e6,
            "MB of workers": workers / 1e6,
        }

    def watch(self) -> None:
        while not self.ended.wait(0.2):
            try:
                now = self.now()
            except psutil.NoSuchProcess:
                return
            self.most = {name: max(value, self.most.get(name, 0)) for name, value in now.items()}


@contextmanager
def watched(server: Server) -> Iterator[Held]:
    """What the server holds while this is open, looked at five times a second."""
    held = Held(server)
    watching = threading.Thread(target=held.watch)
    watching.start()
    try:
        yield held
    finally:
        held.ended.set()
        watching.join()


def soak(asked: Asked) -> Outcome:
    """200 loads, 500 presses and 100 sessions at once; failures, and what is held afterwards."""
    loads, presses, sessions = (
        (QUICK_LOADS, QUICK_PRESSES, QUICK_SESSIONS) if asked.quick else (LOADS, PRESSES, SESSIONS)
    )
    home = asked.folder / "soak"
    shutil.copytree(kills.prepare(asked.folder), home)
    outcome = Outcome(tried=loads + presses + sessions)
    with app(home, DESCRIPTORS) as server:
        with page(server, urlsplit(to_link(LONG, server.url)).query) as first:
            first.press(next(name for name in first.buttons if name.startswith("Train")))
        _until_training(home)
        with watched(server) as held:
            for name in PAGES:
                _tried(outcome, f"the first load of {name}", lambda name=name: _drawn(server, name))  # type: ignore[misc]
            before = held.now()
            for what, act in (
                ("loads", lambda: _loads(server, loads, outcome)),
                ("presses", lambda: _presses(server, presses, outcome)),
                ("sessions", lambda: _at_once(server, sessions, outcome)),
            ):
                began = time.monotonic()
                _tried(outcome, what, act)
                told = ", ".join(f"{name} {value:.0f}" for name, value in held.now().items())
                tell(f"{what}: {time.monotonic() - began:.0f} s, then {told}")
            after = _settled(held, before["descriptors"] + LEFT_OVER)
        if not _trains(home):
            outcome.broken.append("nothing trains at the end")
        if "Too many open files" in server.log.read_text(errors="replace"):
            outcome.broken.append("the server says that too many files are open")
    if after["descriptors"] > before["descriptors"] + LEFT_OVER:
        outcome.broken.append(f"{after['descriptors']:.0f} descriptors are still open")
    if after["MB"] > before["MB"] + MOST_GROWTH:
        outcome.broken.append(f"the server holds {after['MB'] - before['MB']:.0f} MB more")
    outcome.figures = "; ".join(
        f"{name} {before[name]:.0f}, at most {held.most[name]:.0f}, then {after[name]:.0f}"
        for name in before
    )
    return outcome


def _until_training(home: Path) -> None:
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        if _epochs(home):
            return
        time.sleep(0.2)
    raise TimeoutError("the server did not begin to train")


def _trains(home: Path) -> bool:
    """Whether an epoch more is over within some seconds."""
    before, deadline = _epochs(home), time.monotonic() + 20
    while time.monotonic() < deadline:
        if _epochs(home) > before:
            return True
        time.sleep(0.2)
    return False


def _epochs(home: Path) -> int:
    """How many epochs of the study are over."""
    store = Store(home)
    try:
        study_id = kills.new_study(store)
        return len(store.curves(study_id)) if study_id else 0
    finally:
        store.close()


def _tried(outcome: Outcome, name: str, act: Callable[[], None]) -> None:
    try:
        act()
    except Exception as error:
        outcome.broken.append(f"{name}: {error!r}"[:300])


def _loads(server: Server, loads: int, outcome: Outcome) -> None:
    with apps.chromium() as browser:
        for number in range(loads):
            name = PAGES[number % len(PAGES)]
            if number % BROWSER == 0:
                _tried(outcome, f"load {number}", lambda name=name: _seen(browser, server, name))  # type: ignore[misc]
            else:
                _tried(outcome, f"load {number}", lambda name=name: _drawn(server, name))  # type: ignore[misc]


def _seen(browser: apps.Browser, server: Server, name: str) -> None:
    context = browser.new_context()
    try:
        shown = context.new_page()
        shown.goto(f"{server.url}/{name}")
        shown.locator("[data-test-script-state=notRunning]").wait_for(timeout=60_000)
        if shown.get_by_test_id("stException").count():
            raise AssertionError("the page shows an exception")
    finally:
        context.close()


def _drawn(server: Server, name: str, stay: float = 0.0) -> None:
    with page(server, name=name) as drawn:
        _well(drawn)
        time.sleep(stay)


def _well(drawn: Page) -> None:
    if drawn.errors:
        raise AssertionError(f"the page shows {drawn.errors[0]}")


def _presses(server: Server, presses: int, outcome: Outcome) -> None:
    """Move a slider of the playground to and fro."""
    with page(server) as drawn:
        [label] = [each for each in drawn.sliders if each.startswith("Features")]
        least = drawn.sliders[label].min
        for number in range(presses):
            step = drawn.sliders[label].step or 1
            drawn.slide(label, least + step * (number % 2))
            _tried(outcome, f"press {number}", lambda: _well(drawn))
            drawn.errors.clear()


def _at_once(server: Server, sessions: int, outcome: Outcome) -> None:
    threads = [
        threading.Thread(
            target=_tried,
            args=(
                *(outcome, f"session {number} at once"),
                lambda number=number: _drawn(server, PAGES[number % len(PAGES)], STAY_SECONDS),
            ),
        )
        for number in range(sessions)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


def _settled(held: Held, most: float) -> dict[str, float]:
    """What is held once the descriptors are back, or after a minute."""
    deadline = time.monotonic() + SETTLE_SECONDS
    while (now := held.now())["descriptors"] > most and time.monotonic() < deadline:
        time.sleep(1)
    return now
