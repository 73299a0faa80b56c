"""Ending processes at once, with all that they started."""

from __future__ import annotations

import subprocess

import psutil


def end_tree(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and everything below it (SIGKILL), and wait for it."""
    if process.poll() is None:
        below = psutil.Process(process.pid).children(recursive=True)
        process.kill()
        for each in below:
            try:
                each.kill()
            except psutil.NoSuchProcess:
                continue
        psutil.wait_procs(below, timeout=10)
    process.wait()
