"""Numbers in the single precision of networks."""

from __future__ import annotations

import numpy as np

LARGEST = 1e30
"""Larger ones are cut to it: float32 ends at 3e38, and a layer that sums some needs room below."""


def single(values: np.ndarray) -> np.ndarray:
    """Standardised values as contiguous float32, cut to `LARGEST`.

    None of the rows that the mean and the deviation come from is near it: what is cut stands in
    another split, and is as far off as a network can be told.
    """
    return np.ascontiguousarray(np.clip(values, -LARGEST, LARGEST), dtype=np.float32)
