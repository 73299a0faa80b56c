"""Work on many things in several threads, some of them at a time."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

MOST_THREADS = 8
EACH = 8
"""Things for each thread in a window: few enough to stop soon, and to say how far it is."""

T = TypeVar("T")
U = TypeVar("U")

Window = list[tuple[int, T]]
"""Some results with their numbers."""


def in_windows(work: Callable[[T], U], things: Iterable[T]) -> Generator[list[U], None, None]:
    """What `work` gives of these things, in their order, a window at a time. Closing it leaves out
    the rest."""
    threads = min(MOST_THREADS, _cores())
    left = iter(things)
    with ThreadPoolExecutor(threads, thread_name_prefix="attnlab-read") as pool:
        while window := list(islice(left, threads * EACH)):
            yield list(pool.map(work, window))


def counted(
    windows: Generator[Window[T], None, U], keep: Callable[[int, T], object]
) -> Generator[int, None, U]:
    """Keep every result by its number; yields how many there are so far, and returns what the
    windows return."""
    done = 0
    while True:
        try:
            window = next(windows)
        except StopIteration as end:
            returned: U = end.value
            return returned
        for number, result in window:
            keep(number, result)
        done += len(window)
        yield done


def outcome(steps: Generator[object, None, T]) -> T:
    """What a generator returns, without what it yields."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            returned: T = end.value
            return returned


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on this platform
        return os.cpu_count() or 1
