"""How long a study still takes, from the times of the epochs it has had."""

from __future__ import annotations

import time
from statistics import fmean


class TimeLeft:
    """Estimates the remaining seconds from each arm's own timing.

    The first epoch of an arm's first seeds also builds and traces its network and is left out; an
    arm without any other epoch counts as slow as the average of the others. Time runs from the end
    of one epoch to the end of the next, of whichever arm, so that arms and seeds that train at once
    share it.
    """

    def __init__(self, epochs_by_run: dict[tuple[str, int], int]) -> None:
        self._left = dict(epochs_by_run)
        self._first: dict[str, int] = {}
        self._timings: dict[str, tuple[float, int]] = {}
        """Seconds and epochs of each arm that has had epochs to time."""
        self._since = time.monotonic()

    def begin(self) -> None:
        """Start to count the time for the next epoch that ends."""
        self._since = time.monotonic()

    def epoch_ended(self, arm: str, seed: int, epoch: int) -> None:
        """Count an epoch of this run, and the time since the last one ended."""
        now = time.monotonic()
        if arm in self._timings or epoch != self._first.setdefault(arm, epoch):
            seconds, epochs = self._timings.get(arm, (0.0, 0))
            self._timings[arm] = (seconds + now - self._since, epochs + 1)
        self._since = now
        self._left[arm, seed] -= 1

    def run_restarts(self, arm: str, seed: int, epochs: int) -> None:
        """This run has all its epochs before it again."""
        self._left[arm, seed] = epochs

    def run_ended(self, arm: str, seed: int) -> None:
        """This run trains no more, however many epochs it has had."""
        self._left[arm, seed] = 0

    def seconds(self) -> float | None:
        """The estimate, or None while no arm has had a second epoch."""
        timings = {arm: seconds / epochs for arm, (seconds, epochs) in self._timings.items()}
        if not timings:
            return None
        typical = fmean(timings.values())
        return sum(left * timings.get(arm, typical) for (arm, _), left in self._left.items())


def duration_text(seconds: float) -> str:
    """A duration for people: "3 s", "2 min", "1 h 20 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
