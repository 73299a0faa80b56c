"""What is known of an arm besides its scores: sizes, epochs kept, the precision asked for."""

from __future__ import annotations

import math
from typing import NamedTuple


class ArmParameters(NamedTuple):
    """Trainable parameters of an arm's network: of its attention alone, and altogether.

    None until the arm has begun to train.
    """

    attention: int | None = None
    total: int | None = None


class KeptEpochs(NamedTuple):
    """The epochs, counted from 1, whose weights the seeds have: mean, earliest and latest."""

    mean: float = math.nan
    first: float = math.nan
    last: float = math.nan


class AskedPrecision(NamedTuple):
    """What the precision that a plan asks for came to in one comparison.

    - half: how far the interval is to reach to each side
    - first: of how many seeds the first stage was
    - takes: how many seeds in all that takes, by the differences of the first stage
    - has: how many the study was settled at, for all its comparisons and within its cap
    - reaches: how far so many were to reach
    """

    half: float
    first: int
    takes: int
    has: int
    reaches: float

    @property
    def is_capped(self) -> bool:
        """Whether the plan allows for fewer seeds than it takes."""
        return self.has < self.takes
