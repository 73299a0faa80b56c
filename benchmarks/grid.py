"""A large study: five ratios by five numbers of classes, ten seeds each, with their references.

It is trained twice by the command line, once undisturbed and once killed in the middle and resumed;
the two must give the same numbers. Then it is looked at: how long a press takes to be answered on
the Ablation page and on the playground, while it trains and after, beside a slider in a Streamlit
app with one chart. Exit code 1 if the numbers differ.
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from playwright.sync_api import Browser, Page

from attnlab import Study
from attnlab.compat.streamlit import SLIDER
from attnlab.results.frames import verdicts_frame
from attnlab.results.judge import judge
from attnlab.store import Owner, Status, Store
from benchmarks import apps
from benchmarks.report import latencies, print_table
from benchmarks.widgets import BASELINE, CHANGES, PAUSE_SECONDS, TRAINING, changed, opened

VIEWS = ("Grid", "Seed by seed", "Against size")
KILLED_AT = 0.4
"""What share of the runs has finished when the process is killed."""

Answers = dict[str, list[float]]
"""Milliseconds by what was pressed."""


def plan(seeds: int, epochs: int) -> Study:
    """The grid: 25 cells, and the empty slot at each number of classes."""
    grid = {"grid": "bottleneck-dense", "ratio": [2, 4, 8, 16, 32], "classes": [2, 5, 10, 20, 50]}
    return Study(task="planted-features", build=grid, arms=(), seeds=seeds, epochs=epochs)


def main() -> int:
    """Train, look, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three seeds and five epochs alone")
    parser.add_argument("--only", choices=("killed", "page"), help="leave out the other part")
    options = parser.parse_args()
    study = plan(3, 5) if options.quick else plan(10, 20)
    with tempfile.TemporaryDirectory() as folder:
        same = options.only == "page" or _killed(study, Path(folder))
        if options.only != "killed":
            with apps.chromium() as browser:
                _report(dict(_looked_at(browser, study, Path(folder))))
    return 0 if same else 1


# Killed and resumed


def _killed(study: Study, folder: Path) -> bool:
    """Whether a study that was killed and resumed has the numbers of one that was not."""
    path = folder / "plan.yaml"
    path.write_text(study.to_yaml())
    began = time.perf_counter()
    _command(folder / "undisturbed", "run", str(path)).wait()
    took = time.perf_counter() - began
    process = _command(folder / "killed", "run", str(path))
    before = _kill(process, folder / "killed", KILLED_AT)
    [row] = Store(folder / "killed").studies()
    _command(folder / "killed", "resume", row.id).wait()
    one, other = (_numbers(folder / home) for home in ("undisturbed", "killed"))
    rows = [
        [name, f"{len(one[name]):,}", "yes" if one[name].equals(other[name]) else "NO"]
        for name in one
    ]
    print_table(
        f"{study.runs} runs ({took:.0f} s), killed after {before} of them and resumed",
        ["table", "rows", "the same bits"],
        rows,
    )
    return all(one[name].equals(other[name]) for name in one)


def _command(home: Path, *words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "attnlab", *words],
        env={**os.environ, "ATTNLAB_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _kill(process: subprocess.Popen[bytes], home: Path, share: float) -> int:
    """Kill it once so much of its study has finished; return how many runs had."""
    while process.poll() is None:
        time.sleep(0.05)
        for row in Store(home).studies() if home.exists() else []:
            finished = row.counts[Status.FINISHED]
            if finished >= share * row.runs:
                process.send_signal(signal.SIGKILL)
                process.wait()
                return finished
    raise RuntimeError(f"the study ended with exit code {process.returncode} before the kill")


def _numbers(home: Path) -> dict:
    """All that a study says, but for the seconds that it took and its id."""
    store = Store(home)
    [row] = store.studies()
    found = {
        "verdicts": verdicts_frame(judge(store, row.id)),
        "runs": store.runs(row.id),
        "curves": store.curves(row.id),
        "attention": store.traces(row.id),
        "measures of attention": store.measures(row.id),
    }
    store.close()
    return {
        name: table.drop(columns=["study", "seconds"], errors="ignore")
        for name, table in found.items()
    }


# Looked at


def _looked_at(browser: Browser, study: Study, folder: Path) -> Iterator[tuple[str, list[float]]]:
    with apps.serving(apps.write_one_chart(folder, slider=True)) as server:
        page = opened(browser, server.url)
        yield BASELINE, _slid(page, "Height")
        page.context.close()
    home = folder / "page"
    store = Store(home)
    study_id = store.create_study(study, name="Grid")
    store.acquire(study_id, Owner.current())
    store.release(study_id, Status.INTERRUPTED)  # nobody trains it: the page offers to go on
    store.close()
    with apps.serving(apps.ATTNLAB, home) as server:
        page = opened(browser, f"{server.url}/ablation?study={study_id}")
        page.get_by_role("button", name="Resume").click()
        page.locator(TRAINING).wait_for(timeout=1000 * apps.SECONDS)
        yield "another view, training", _switched(page)
        page.goto(f"{server.url}/?study={study_id}")
        page.locator(apps.CHART).nth(2).wait_for(timeout=1000 * apps.SECONDS)
        yield "set-up, training", _slid(page, "Features")
        yield "replay, training", _slid(page, "Epoch")
        _wait_for_the_end(home, study_id)
        page.goto(f"{server.url}/ablation?study={study_id}")
        page.locator(apps.CHART).nth(1).wait_for(timeout=1000 * apps.SECONDS)
        yield "another view, finished", _switched(page)
        page.goto(f"{server.url}/?study={study_id}")
        page.locator(apps.CHART).nth(2).wait_for(timeout=1000 * apps.SECONDS)
        yield "set-up, finished", _slid(page, "Features")
        yield "replay, finished", _slid(page, "Epoch")
        page.context.close()


def _wait_for_the_end(home: Path, study_id: str) -> None:
    store = Store(home)
    while store.study(study_id).status != Status.FINISHED:
        time.sleep(1)
    store.close()


def _slid(page: Page, slider: str) -> list[float]:
    thumb = page.locator(f"{SLIDER}:has-text('{slider}') input[type=range]").first
    thumb.focus()
    keys = itertools.cycle(("ArrowLeft", "ArrowRight"))
    return _answers(page, (partial(page.keyboard.press, key) for key in keys))


def _switched(page: Page) -> list[float]:
    views = itertools.cycle(page.get_by_role("radio", name=view, exact=True) for view in VIEWS)
    return _answers(page, (view.click for view in views))


def _answers(page: Page, acts: Iterator[Callable[[], None]]) -> list[float]:
    """Milliseconds that each took to be answered; the first of all is not counted."""
    taken = []
    for act in itertools.islice(acts, CHANGES + 1):
        page.wait_for_timeout(1000 * PAUSE_SECONDS)
        taken.append(changed(page, act).took)
    return taken[1:]


def _report(taken: Answers) -> None:
    rows = [[name, *cells] for name, cells in latencies(taken, BASELINE).items()]
    head = ["what is pressed", "times", "p50 ms", "ratio", "p95 ms", "ratio"]
    print_table("From the request for a rerun to the drawn result", head, rows)


if __name__ == "__main__":
    sys.exit(main())
