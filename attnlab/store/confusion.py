"""The confusion matrices of a run as the bytes that the database keeps."""

from __future__ import annotations

import math
import zlib
from typing import TYPE_CHECKING

from attnlab.imports import importing

if TYPE_CHECKING:
    import numpy as np

SPLITS = ("validation", "test")
MOST_CLASSES = 500
"""Of more classes nothing is kept: a run's counts would be larger than its weights."""

_FASTEST = 1


def packed(counts: np.ndarray | None) -> bytes | None:
    """Counts (2, K, K) of validation and test as compressed little-endian int32; None for none, or
    for more than `MOST_CLASSES` classes."""
    if counts is None or counts.shape[-1] > MOST_CLASSES:
        return None
    return zlib.compress(counts.astype("<i4").tobytes(), _FASTEST)


def unpacked(content: bytes) -> np.ndarray:
    """The counts (2, K, K) of `packed`."""
    with importing("numpy"):
        import numpy as np

    counts = np.frombuffer(zlib.decompress(content), "<i4")
    classes = math.isqrt(len(counts) // len(SPLITS))
    return counts.reshape(len(SPLITS), classes, classes)
