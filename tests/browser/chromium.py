"""The Chromium that the browser tests drive: found, or installed by running this file."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from playwright.sync_api import Error, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
NONE_FOUND = (
    "The browser tests need Chromium, and there is none. Install your system's package (chromium "
    "or google-chrome), or run: playwright install --with-deps chromium"
)
INSTALL_SECONDS = 600


def find() -> str | None:
    """The path of a Chromium that starts: one on the PATH, else the one Playwright installed."""
    with sync_playwright() as playwright:
        on_path = [path for name in NAMES if (path := shutil.which(name))]
        for path in [*on_path, playwright.chromium.executable_path]:
            try:
                playwright.chromium.launch(executable_path=path, args=ARGUMENTS).close()
            except Error:  # missing, a stub of a package manager, or without its libraries
                continue
            return path
    return None


def install() -> str | None:
    """Install a Chromium by whichever means there is; return its path, or None."""
    apt = ["apt-get", "--yes", "--no-install-recommends", "install", "chromium"]
    ways = [[[sys.executable, "-m", "playwright", "install", "chromium"]]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        ways.append([["apt-get", "update"], apt])
    for commands in ways:
        if all(_succeeds(command) for command in commands) and (path := find()):
            return path
    return None


def _succeeds(command: list[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    print("+", *command, flush=True)
    try:
        return not subprocess.run(command, env=environment, timeout=INSTALL_SECONDS).returncode
    except subprocess.TimeoutExpired:
        return False


if __name__ == "__main__":
    chosen = find() or install()
    if chosen is None:
        sys.exit(NONE_FOUND)
    print("Chromium:", chosen)
