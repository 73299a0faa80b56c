"""What a line of the campaign is asked to do, and what came of it."""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Asked:
    """How much to try: `quick` takes a rough look, `minutes` are those of the fuzzing."""

    folder: Path
    quick: bool = False
    seed: int = 0
    minutes: float = 10.0


@dataclass
class Outcome:
    """How many were tried, what broke a promise, and what was measured besides."""

    tried: int = 0
    broken: list[str] = field(default_factory=list)
    figures: str = ""


class BrokenPromiseError(Exception):
    """A promise that was broken, told in one line."""


def tell(text: str) -> None:
    """Say on standard error how far a long line has come."""
    print(f"  {text}", file=sys.stderr, flush=True)


@dataclass(frozen=True)
class Measured:
    """What a function gave in a process of its own, its seconds and its peak of memory in MB.

    `error` says why there is no value; "" where there is one.
    """

    value: Any
    error: str
    seconds: float
    megabytes: float


def measured(act: Callable[[], Any], most_seconds: float, most_bytes: int) -> Measured:
    """Call `act` in a forked process, killed after `most_seconds`, with so much more memory."""
    here, there = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("fork").Process(
        target=_in_child, args=(act, there, most_bytes)
    )
    began = time.monotonic()
    process.start()
    there.close()
    try:
        value, error, used = here.recv() if here.poll(most_seconds) else (None, "took too long", 0)
    except EOFError:
        value, error, used = None, "its process died", 0
    seconds = time.monotonic() - began
    process.kill()
    process.join()
    return Measured(value, error, seconds, used / 1e6)


def _in_child(act: Callable[[], Any], to: Connection, most_bytes: int) -> None:
    before = _peak()
    now = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * 4096
    resource.setrlimit(resource.RLIMIT_AS, (now + most_bytes, now + most_bytes))
    value, error = None, ""
    try:
        value = act()
    except Exception as raised:  # it is what the line tells
        error = f"{type(raised).__name__}: {str(raised)[:200]}"
    to.send((value, error, _peak() - before))


def _peak() -> int:
    """Bytes that this process has held at most."""
    return 1024 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
