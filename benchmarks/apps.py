"""The two apps under comparison, as servers of their own, and a Chromium to look at them."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from attnlab.compat import streamlit

ATTNLAB = Path(__file__).parent.parent / "streamlit_app.py"
CHART = f"{streamlit.CHART} :is(canvas, svg.marks)"
TRAIN = f"{streamlit.BUTTON} button:has-text('Train'):visible"
SECONDS = 60

ONE_CHART = """
import altair as alt
import pandas as pd
import streamlit as st

st.title("One chart")
{slider}
rows = pd.DataFrame({{"x": range(20), "y": [{height} * x for x in range(20)]}})
st.altair_chart(alt.Chart(rows).mark_line().encode(x="x", y="y"))
"""

# The same for both apps; watching files is off because attnlab switches it off as well.
OPTIONS = (
    "--server.headless=true",
    "--server.fileWatcherType=none",
    "--browser.gatherUsageStats=false",
)


@dataclass(frozen=True)
class Server:
    """A Streamlit server that was started at `began` (by `time.perf_counter`)."""

    url: str
    began: float
    process: subprocess.Popen[bytes]


def write_one_chart(folder: Path, *, slider: bool = False) -> Path:
    """Write the baseline, an app with a title and a chart of 20 rows; return its script."""
    script = folder / ("one_chart_with_slider.py" if slider else "one_chart.py")
    parts = ('height = st.slider("Height", 1, 1000, 500)', "height") if slider else ("", "1")
    script.write_text(ONE_CHART.format(slider=parts[0], height=parts[1]))
    return script


@contextmanager
def serving(script: Path, home: Path | None = None) -> Iterator[Server]:
    """Serve `script` in a process of its own, with its studies in `home`; yields once it listens.

    Raises TimeoutError, or RuntimeError if the server ends by itself.
    """
    port = _free_port()
    environment = {**os.environ, "ATTNLAB_HOME": str(home)} if home else dict(os.environ)
    command = [sys.executable, "-m", "streamlit", "run", script.name, f"--server.port={port}"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*command, *OPTIONS],
        cwd=script.parent,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield Server(f"http://localhost:{port}", began, process)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium: one on the PATH, else the one Playwright installed."""
    found = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("localhost", 0))
        return listener.getsockname()[1]


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with exit code {process.returncode}")
        with socket.socket() as caller:
            if caller.connect_ex(("localhost", port)) == 0:
                return
        time.sleep(0.01)
    raise TimeoutError(f"no server on port {port} after {SECONDS} s")
