"""How many steps one call into TensorFlow takes: few enough to stop soon at any time."""

from __future__ import annotations

import time
from collections.abc import Iterator

CHUNK_SECONDS = 0.12


class ChunkSizes:
    """Chooses how many steps one call takes, so that training can stop soon at any time.

    It starts with a single step and grows at most fourfold at a time towards `CHUNK_SECONDS`, so
    that a network of unknown cost cannot hold the program for long.
    """

    def __init__(self) -> None:
        self.steps = 1
        self._warm = False

    def chunks(self, total: int) -> Iterator[tuple[int, int]]:
        """Yield (first, last) step ranges that cover `total` steps, timing the caller's work."""
        first = 0
        while first < total:
            last = min(total, first + self.steps)
            began = time.perf_counter()
            yield first, last
            self._learn(last - first, time.perf_counter() - began)
            first = last

    def _learn(self, steps: int, seconds: float) -> None:
        if not self._warm:  # the first call also traced the function
            self._warm = True
            return
        affordable = int(CHUNK_SECONDS * steps / max(seconds, 1e-6))
        if affordable < self.steps or steps == self.steps:
            self.steps = max(1, min(affordable, 4 * self.steps))
