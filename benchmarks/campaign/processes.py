"""attnlab in processes of its own: started on a home, and ended at once with all they started."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO

import psutil

ROOT = Path(__file__).parents[2]


def started(
    home: Path,
    *arguments: str,
    output: IO[bytes] | int,
    limit: Callable[[], None] | None = None,
) -> subprocess.Popen[bytes]:
    """`attnlab` with these arguments, its studies in `home`, in a session of its own.

    What it says, in either stream, goes to `output`; `limit` is called in the process first.
    """
    return subprocess.Popen(
        [sys.executable, "-m", "attnlab", *arguments],
        cwd=ROOT,
        env={**os.environ, "ATTNLAB_HOME": str(home)},
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=subprocess.STDOUT,
        start_new_session=True,
        preexec_fn=limit,
    )


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
