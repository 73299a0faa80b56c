"""How long a study still takes, learned from the epochs it has had."""

from __future__ import annotations

import time
from collections import defaultdict
from statistics import fmean


class TimeLeft:
    """Estimates the remaining seconds from each arm's own pace.

    An arm's first epoch also builds and traces its network and is left out; an arm that has had
    no other yet is taken to be as slow as the others are on average.
    """

    def __init__(self, epochs_by_arm: dict[str, int]) -> None:
        self._left = dict(epochs_by_arm)
        self._traced: set[str] = set()
        self._seconds: defaultdict[str, list[float]] = defaultdict(list)
        self._since = time.monotonic()

    def begin(self) -> None:
        """From now on time counts towards the next epoch to end."""
        self._since = time.monotonic()

    def epoch_ended(self, arm: str) -> None:
        """Count an epoch of this arm, and the time since the last one ended."""
        now = time.monotonic()
        if arm in self._traced:
            self._seconds[arm].append(now - self._since)
        self._traced.add(arm)
        self._since = now
        self._left[arm] -= 1

    def dropped(self, arm: str, epochs: int) -> None:
        """Take epochs that will not be trained off this arm."""
        self._left[arm] -= epochs

    def abandoned(self, arm: str) -> None:
        """This arm trains no more."""
        self._left[arm] = 0

    def seconds(self) -> float | None:
        """The estimate, or None while no arm has had a second epoch."""
        paces = {arm: fmean(seconds) for arm, seconds in self._seconds.items()}
        if not paces:
            return None
        typical = fmean(paces.values())
        return sum(left * paces.get(arm, typical) for arm, left in self._left.items())


def in_words(seconds: float) -> str:
    """A duration for people: "3 s", "2 min", "1 h 20 min"."""
    if seconds < 59.5:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"
