"""The time that training takes, without that of its caller."""

from __future__ import annotations

import time


class Stopwatch:
    """Counts seconds, except while it is `paused`."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def seconds(self) -> float:
        """The seconds counted so far."""
        return time.perf_counter() - self._began

    def paused(self) -> Stopwatch:
        """A context in which no time is counted."""
        return self

    def __enter__(self) -> None:
        self._paused_at = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._began += time.perf_counter() - self._paused_at
