"""Features that somebody moves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example

FARTHEST = 3.0
"""Features are mostly standardised: so far from 0 they can be moved, and to what samples have."""


def asked_features(params: Any, seed: int, given: Given) -> Asked:
    """The numbers as one sample (1, D)."""
    values = np.array(given.values, np.float32)
    if not values.size or not np.isfinite(values).all():
        raise GivenError("expected a number for every feature")
    return Asked((values[None],), Example("features", values, ""))


def ranges(samples: Sequence[Example]) -> list[tuple[float, float]]:
    """How low and how high each feature can be moved, from samples with D features."""
    table = np.stack([np.asarray(sample.values, float) for sample in samples])
    return [
        (min(-FARTHEST, math.floor(low)), max(FARTHEST, math.ceil(high)))
        for low, high in zip(table.min(axis=0), table.max(axis=0), strict=True)
    ]
