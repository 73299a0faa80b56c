"""How long a study still takes, learned from the epochs it has had."""

from __future__ import annotations

import time
from collections import defaultdict


class TimeLeft:
    """Estimates the remaining seconds from each arm's own pace.

    An arm that has had no epoch yet is taken to be as slow as the others are on average.
    """

    def __init__(self, epochs_by_arm: dict[str, int]) -> None:
        self._left = dict(epochs_by_arm)
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._epochs: defaultdict[str, int] = defaultdict(int)
        self._since = time.monotonic()

    def begin(self) -> None:
        """From now on time counts towards the next epoch to end."""
        self._since = time.monotonic()

    def epoch_ended(self, arm: str) -> None:
        """Count an epoch of this arm, and the time since the last one ended."""
        now = time.monotonic()
        self._seconds[arm] += now - self._since
        self._since = now
        self._epochs[arm] += 1
        self._left[arm] -= 1

    def dropped(self, arm: str, epochs: int) -> None:
        """Take epochs that will not be trained off this arm."""
        self._left[arm] -= epochs

    def seconds(self) -> float | None:
        """The estimate, or None before the first epoch has ended."""
        epochs = sum(self._epochs.values())
        if not epochs:
            return None
        typical = sum(self._seconds.values()) / epochs
        return sum(
            left * (self._seconds[arm] / self._epochs[arm] if self._epochs[arm] else typical)
            for arm, left in self._left.items()
        )


def in_words(seconds: float) -> str:
    """A duration for people: "3 s", "2 min", "1 h 20 min"."""
    if seconds < 60:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
