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
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from attnlab.store import Store
from attnlab.ui.links import to_link
from benchmarks import apps, planted, table
from benchmarks.first_paint import TENSORFLOW
from benchmarks.report import arguments, median, percentile, print_table, rounds_of

CHANGES = 30
PAUSE_SECONDS = 0.5
LONG_EPOCHS = 1000
"""More than a study trains while it is looked at."""

TRAINING = "text=/epoch \\d+ of/"
STOP = "[data-testid=stButton] button:has-text('Stop'):visible"
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
  addEventListener("keydown", () => { window.pressed = performance.now(); }, true);
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
        page = _open(browser, server.url)
        yield from _changes(BASELINE, page, "Height")
        page.context.close()
    home = folder / "home"
    planted.keep_finished(Store(home), planted.study(seeds=3, epochs=20), name="Example")
    with apps.serving(apps.ATTNLAB, home) as server:
        page = _open(browser, server.url)
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


def _open(browser: Browser, url: str) -> Page:
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(LISTEN)
    page.goto(url)
    page.locator(apps.CHART).first.wait_for(timeout=1000 * apps.SECONDS)
    return page


def _changes(name: str, page: Page, slider: str) -> Iterator[tuple[str, Change]]:
    """Move the slider to and fro; the first change is not counted."""
    thumb = page.locator(f"[data-testid=stSlider]:has-text('{slider}') input[type=range]").first
    thumb.focus()
    keys = itertools.cycle(("ArrowLeft", "ArrowRight"))
    for number, key in zip(range(CHANGES + 1), keys, strict=False):
        page.wait_for_timeout(1000 * PAUSE_SECONDS)
        change = _press(page, key)
        if number:
            yield name, change


def _press(page: Page, key: str) -> Change:
    page.evaluate("window.travelled = []")
    page.keyboard.press(key)
    deadline = time.monotonic() + apps.SECONDS
    while time.monotonic() < deadline:
        page.wait_for_timeout(50)
        pressed, travelled = page.evaluate("[window.pressed, window.travelled]")
        asked = next((entry["at"] for entry in travelled if _asks_for_rerun(entry)), None)
        ended = (entry["drawn"] for entry in travelled if _ends_rerun(entry, asked))
        if (drawn := next(ended, None)) is not None:
            return Change(asked - pressed, drawn - asked)
    raise TimeoutError(f"no rerun ended within {apps.SECONDS} s of {key}")


def _asks_for_rerun(entry: dict) -> bool:
    """Whether the browser sends a widget's change that reruns the whole page."""
    if entry["way"] == "in":
        return False
    sent = BackMsg.FromString(base64.b64decode(entry["bytes"]))
    asked = sent.rerun_script
    return sent.HasField("rerun_script") and not asked.fragment_id and not asked.is_auto_rerun


def _ends_rerun(entry: dict, asked: float | None) -> bool:
    """Whether a run of the whole page that was asked for before has come to its end."""
    if asked is None or entry["way"] == "out" or entry["at"] < asked:
        return False
    received = ForwardMsg.FromString(base64.b64decode(entry["bytes"]))
    return (
        received.WhichOneof("type") == "script_finished"
        and received.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
    )


def _report(taken: dict[str, list[Change]]) -> None:
    figures = {
        name: [percentile([change.took for change in changes], at) for at in (50, 95)]
        for name, changes in taken.items()
    }
    rows = [
        [
            name,
            str(len(taken[name])),
            *(
                text
                for own, floor in zip(milliseconds, figures[BASELINE], strict=True)
                for text in (f"{own:.0f}", f"{own / floor:.1f}")
            ),
            f"{median([change.waited for change in taken[name]]):.0f}",
        ]
        for name, milliseconds in figures.items()
    ]
    head = ["slider", "changes", "p50 ms", "ratio", "p95 ms", "ratio", "browser waits ms"]
    print_table("From the request for a rerun to the drawn result", head, rows)


if __name__ == "__main__":
    main()
