"""Server start to first painted page, against a Streamlit app with one chart.

Each round starts every server anew and opens it in a fresh browser profile. Painted means the
first chart is drawn (on an empty home: the Train button is there). A second page load, in the
same profile, follows once attnlab has loaded TensorFlow in the background.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Page

from attnlab.store import Store
from benchmarks import apps, planted
from benchmarks.report import arguments, median, print_table, rounds_of

BASELINE = "one chart"
TENSORFLOW = "text=TensorFlow is loading"


@dataclass(frozen=True)
class Case:
    """An app to open: what it is called, its script, its home, and what shows that it is drawn."""

    name: str
    script: Path
    home: Path | None
    painted: str


@dataclass(frozen=True)
class Seconds:
    """Until the server listens, until the first page is drawn, the server's processor time until
    then, and a second load of the page."""

    listening: float
    cold: float
    cpu: float
    warm: float | None


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=5, quick=3).parse_args()
    with tempfile.TemporaryDirectory() as folder, apps.chromium() as browser:
        cases = _cases(Path(folder))
        seconds: defaultdict[str, list[Seconds]] = defaultdict(list)
        _open(cases[0], browser)  # the first start of all reads everything from the disk
        for number in range(rounds_of(options)):
            print(f"round {number + 1}", flush=True)
            for case in cases:
                seconds[case.name].append(_open(case, browser))
        _report(seconds)


def _cases(folder: Path) -> list[Case]:
    finished = folder / "finished"
    planted.keep_finished(Store(finished), planted.study(seeds=3, epochs=20), name="Example")
    return [
        Case(BASELINE, apps.write_one_chart(folder), None, apps.CHART),
        Case("attnlab, a finished study", apps.ATTNLAB, finished, apps.CHART),
        Case("attnlab, empty home", apps.ATTNLAB, folder / "empty", apps.TRAIN),
    ]


def _open(case: Case, browser: Browser) -> Seconds:
    empty = False
    if case.home is not None and case.home.name == "empty":
        empty = True
        shutil.rmtree(case.home, ignore_errors=True)
    context = browser.new_context()
    with apps.serving(case.script, case.home) as server:
        listening = time.perf_counter()
        page = context.new_page()
        _paint(page, server.url, case.painted)
        cold = time.perf_counter()
        used = psutil.Process(server.process.pid).cpu_times()
        warm = None
        if not empty:  # the example trains there by now: another page than the first
            page.wait_for_timeout(1000)
            page.locator(TENSORFLOW).wait_for(state="detached", timeout=1000 * apps.SECONDS)
            page.wait_for_timeout(1000)
            began = time.perf_counter()
            _paint(context.new_page(), server.url, case.painted)
            warm = time.perf_counter() - began
    context.close()
    cpu = used.user + used.system
    return Seconds(listening - server.began, cold - server.began, cpu, warm)


def _paint(page: Page, url: str, painted: str) -> None:
    page.goto(url, wait_until="commit")
    page.locator(painted).first.wait_for(state="visible", timeout=1000 * apps.SECONDS)


def _report(seconds: dict[str, list[Seconds]]) -> None:
    cold = {name: median([one.cold for one in taken]) for name, taken in seconds.items()}
    cpu = {name: median([one.cpu for one in taken]) for name, taken in seconds.items()}
    warm = {
        name: median(known)
        for name, taken in seconds.items()
        if len(known := [one.warm for one in taken if one.warm is not None]) == len(taken)
    }
    rows = [
        [
            name,
            f"{median([one.listening for one in taken]):.2f}",
            f"{cold[name]:.2f}",
            f"{cold[name] / cold[BASELINE]:.2f}",
            f"{cpu[name]:.2f}",
            f"{cpu[name] / cpu[BASELINE]:.2f}",
            f"{warm[name]:.2f}" if name in warm else "-",
            f"{warm[name] / warm[BASELINE]:.2f}" if name in warm else "-",
        ]
        for name, taken in seconds.items()
    ]
    head = ["app", "listening s", "cold s", "ratio", "CPU s", "ratio", "warm s", "ratio"]
    rounds = len(seconds[BASELINE])
    print_table(f"First painted page (medians of {rounds} rounds)", head, rows)


if __name__ == "__main__":
    main()
