"""A promise beside what was measured of it, and the drawing of the studies that it takes."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass

import numpy as np

from benchmarks.report import print_table

CHUNK = 25
_PRINTED, _BREAKS = 1.96, 3.29
"""Standard errors: what is printed is off by more once in 20 lines, what breaks a promise once in
1,000, so that kept promises seldom look broken in a table of a hundred lines."""


@dataclass(frozen=True)
class Line:
    """What was promised of a share of studies, and which share it was.

    `low` and `high` bound the promise; 0 and 1 for a figure that is only reported. With `always`
    no error is allowed for. `beside` says what else was measured in the same studies.
    """

    group: str
    what: str
    share: float
    count: int
    low: float = 0.0
    high: float = 1.0
    always: bool = False
    beside: str = ""

    @property
    def is_promise(self) -> bool:
        """Whether anything was promised."""
        return self.low > 0 or self.high < 1

    @property
    def is_kept(self) -> bool:
        """Whether the share is inside its bounds, as far as so many studies tell."""
        if self.always:
            return self.low <= self.share <= self.high
        beyond = max(self.low - self.share, self.share - self.high)
        bound = self.low if self.share < self.low else self.high
        return beyond <= error(bound, self.count, _BREAKS)

    @property
    def promised(self) -> str:
        """The promise in words."""
        if not self.is_promise:
            return "nothing"
        low, high = (f"{round(100 * bound, 1):g}" for bound in (self.low, self.high))
        if self.low == 1:
            return "always"
        if self.low and self.high < 1:
            return f"{low} to {high} %"
        return f"at least {low} %" if self.low else f"at most {high} %"

    @property
    def outcome(self) -> str:
        """ "ok", "BROKEN", or nothing where nothing was promised."""
        return ("ok" if self.is_kept else "BROKEN") if self.is_promise else ""


def error(share: float, count: int, errors: float = _PRINTED) -> float:
    """How far a simulated share may be off, by default 95 times in 100."""
    return errors * math.sqrt(max(share * (1 - share), 0.0) / count)


def percent(share: float, count: int | None = None) -> str:
    """A share in percent, with its error if `count` is given."""
    text = f"{100 * share:.1f}"
    return text if count is None else f"{text} ± {100 * error(share, count):.1f}"


def print_lines(lines: Sequence[Line]) -> None:
    """Print a table for each group of lines."""
    for group in dict.fromkeys(line.group for line in lines):
        own = [line for line in lines if line.group == group]
        rows = [
            [
                line.what,
                f"{line.count:,}",
                line.promised,
                percent(line.share, line.count),
                line.outcome,
                line.beside,
            ]
            for line in own
        ]
        head = ["", "studies", "promised", "measured, %", "", "beside it"]
        print_table(group, head, rows)


class Simulation:
    """Draws studies in a pool of processes; the same numbers however many there are."""

    def __init__(self, pool: Executor, part: int = 1) -> None:
        """Draw in this pool, of what is asked for one study in `part`."""
        self._pool, self._part = pool, part

    def studies(self, count: int) -> int:
        """How many are drawn where `count` are asked for: whole chunks."""
        return max(math.ceil(count / self._part / CHUNK), 2) * CHUNK

    def shares(
        self, simulate: Callable, cases: Sequence[tuple], count: int
    ) -> Iterator[tuple[np.ndarray, int]]:
        """For each case, in what share of the studies each answer of `simulate` was yes, and how
        many studies there were."""
        count, name = self.studies(count), zlib.crc32(simulate.__name__.encode())
        jobs = [
            [
                self._pool.submit(_chunk, simulate, case, (name, number, first))
                for first in range(0, count, CHUNK)
            ]
            for number, case in enumerate(cases)
        ]
        for chunks in jobs:
            yield np.sum([chunk.result() for chunk in chunks], axis=0) / count, count


def _chunk(simulate: Callable, case: tuple, entropy: tuple[int, ...]) -> np.ndarray:
    rng = np.random.default_rng(entropy)
    return np.array([simulate(rng, *case) for _ in range(CHUNK)], dtype=bool).sum(axis=0)
