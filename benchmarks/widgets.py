"""How long a slider change takes, with nothing training and while studies of ten seeds train.

One such study has two arms; the other is the table of eight arms, which makes a longer page. So the
table's changes stand beside those of the same page after its training was stopped.

An arrow key is pressed on a slider; the time runs from the moment the browser asks the server for
the rerun until the frame is drawn that follows the end of that same rerun. Both moments are read
from the page's own WebSocket, so the timed refreshes of a training study are not mistaken for it.
How long the browser itself waits after the key, for another one, is printed beside it.
"""

from __future__ import annotations

import base64
import itertools
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page

from attnlab.compat.streamlit import BUTTON, SLIDER, BackMsg, ForwardMsg
from attnlab.store import Store
from attnlab.ui.links import to_link
from benchmarks import apps, planted, table
from benchmarks.first_paint import TENSORFLOW
from benchmarks.report import arguments, latencies, median, print_table, rounds_of

CHANGES = 30
PAUSE_SECONDS = 0.5
LONG_EPOCHS = 1000
"""More than a study trains while it is looked at."""

TRAINING = "text=/epoch \\d+ of/"
STOP = f"{BUTTON} button:has-text('Stop'):visible"
BASELINE = "one chart"

# Keeps what travels over the WebSocket with the time it did, and for what comes in, the time of
# the frame after. Large messages are charts: they neither ask for a rerun nor end one.
LISTEN = """
(() => {
  window.travelled = [];
  const text = bytes => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const keep = (way, bytes) => {
    const entry = {way, at: performance.now(), drawn: null, bytes: text(bytes)};
    window.travelled.push(entry);
    requestAnimationFrame(() => setTimeout(() => { entry.drawn = performance.now(); }));
  };
  for (const press of ["keydown", "pointerdown"])
    addEventListener(press, () => { window.pressed = performance.now(); }, true);
  window.WebSocket = class extends window.WebSocket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", event => {
        if (event.data.byteLength < 2000) keep("in", event.data);
      });
    }
    send(bytes) { keep("out", bytes.slice()); super.send(bytes); }
  };
})();
"""


@dataclass(frozen=True)
class Change:
    """Milliseconds from the key to the request, and from there to the drawn result."""

    waited: float
    took: float


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=3, quick=1).parse_args()
    taken: dict[str, list[Change]] = {}
    with tempfile.TemporaryDirectory() as folder, apps.chromium() as browser:
        for number in range(rounds_of(options)):
            print(f"round {number + 1}", flush=True)
            for name, change in _round(browser, Path(folder) / str(number)):
                taken.setdefault(name, []).append(change)
    _report(taken)


def _round(browser: Browser, folder: Path) -> Iterator[tuple[str, Change]]:
    folder.mkdir()
    with apps.serving(apps.write_one_chart(folder, slider=True)) as server:
        page = opened(browser, server.url)
        yield from _changes(BASELINE, page, "Height")
        page.context.close()
    home = folder / "home"
    planted.keep_finished(Store(home), planted.study(seeds=3, epochs=20), name="Example")
    with apps.serving(apps.ATTNLAB, home) as server:
        page = opened(browser, server.url)
        page.locator(TENSORFLOW).wait_for(state="detached", timeout=1000 * apps.SECONDS)
        yield from _changes("set-up, nothing training", page, "Features")
        yield from _changes("replay, nothing training", page, "Epoch")
        _train(page, to_link(planted.study(seeds=10, epochs=LONG_EPOCHS), server.url))
        yield from _changes("set-up, ten seeds training", page, "Features")
        yield from _changes("replay, ten seeds training", page, "Epoch")
        _stop(page)
        _train(page, to_link(table.plan(epochs=LONG_EPOCHS), server.url))
        yield from _changes("table's set-up, table training", page, "Features")
        yield from _changes("table's replay, table training", page, "Epoch")
        _stop(page)
        yield from _changes("table's set-up, nothing training", page, "Features")
        yield from _changes("table's replay, nothing training", page, "Epoch")
        page.context.close()


def _train(page: Page, link: str) -> None:
    """Open a set-up, train it as a person would, and wait for its first epoch to be shown."""
    page.goto(link)
    page.locator(apps.TRAIN).click()
    page.locator(TRAINING).wait_for(timeout=1000 * apps.SECONDS)


def _stop(page: Page) -> None:
    page.locator(STOP).click()
    page.locator(TRAINING).wait_for(state="detached", timeout=1000 * apps.SECONDS)


def opened(browser: Browser, url: str) -> Page:
    """The page at this address, its first chart drawn, whose changes can be timed."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(LISTEN)
    page.goto(url)
    page.locator(apps.CHART).first.wait_for(timeout=1000 * apps.SECONDS)
    return page


def _changes(name: str, page: Page, slider: str) -> Iterator[tuple[str, Change]]:
    """Move the slider to and fro; the first change is not counted."""
    thumb = page.locator(f"{SLIDER}:has-text('{slider}') input[type=range]").first
    thumb.focus()
    keys = itertools.cycle(("ArrowLeft", "ArrowRight"))
    for number, key in zip(range(CHANGES + 1), keys, strict=False):
        page.wait_for_timeout(1000 * PAUSE_SECONDS)
        change = changed(page, partial(page.keyboard.press, key))
        if number:
            yield name, change


def changed(page: Page, act: Callable[[], None]) -> Change:
    """How long what `act` does to a widget takes. The page was opened by `opened`."""
    page.evaluate("window.travelled = []")
    act()
    deadline = time.monotonic() + apps.SECONDS
    while time.monotonic() < deadline:
        page.wait_for_timeout(50)
        pressed, travelled = page.evaluate("[window.pressed, window.travelled]")
        asked, drawn = _asked_and_drawn(travelled)
        if asked is not None and drawn is not None:
            return Change(asked - pressed, drawn - asked)
    raise TimeoutError(f"no rerun ended within {apps.SECONDS} s of the change")


def _asked_and_drawn(travelled: list[dict]) -> tuple[float | None, float | None]:
    """When the browser sent the widget's change, and when it had drawn what came of it.

    A change reruns the part of the page that has the widget, or all of it. That run begins after
    the change was sent, and the first end after its beginning is its own.
    """
    asked, part, parts = None, "", None
    for entry in travelled:
        message = _message(entry)
        if asked is None:
            if entry["way"] == "out" and _is_of_a_widget(message):
                asked, part = entry["at"], message.rerun_script.fragment_id
        elif entry["way"] == "out":
            continue
        elif message.WhichOneof("type") == "new_session":
            parts = message.metadata.run.fragment_ids
        elif message.WhichOneof("type") == "script_finished" and parts is not None:
            # A part that has come to its end is told to have ended early when another part is
            # already waiting; a whole page that ended early will be run again.
            whole = not parts and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
            if whole or part in parts:
                return asked, entry["drawn"]
            parts = None
    return asked, None


def _message(entry: dict) -> BackMsg | ForwardMsg:
    kind = BackMsg if entry["way"] == "out" else ForwardMsg
    return kind.FromString(base64.b64decode(entry["bytes"]))


def _is_of_a_widget(sent: BackMsg) -> bool:
    return sent.HasField("rerun_script") and not sent.rerun_script.is_auto_rerun


def _report(taken: dict[str, list[Change]]) -> None:
    took = {name: [change.took for change in changes] for name, changes in taken.items()}
    rows = [
        [name, *cells, f"{median([change.waited for change in taken[name]]):.0f}"]
        for name, cells in latencies(took, BASELINE).items()
    ]
    head = ["slider", "changes", "p50 ms", "ratio", "p95 ms", "ratio", "browser waits ms"]
    print_table("From the request for a rerun to the drawn result", head, rows)


if __name__ == "__main__":
    main()
