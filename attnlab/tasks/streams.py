"""Independent streams of random numbers, each named by what it is for.

The same seed and name give the same numbers in every arm, process and session; two names never
share numbers. That is what makes runs of different arms comparable pair by pair.
"""

from __future__ import annotations

import hashlib

import numpy as np


def derive(seed: int, *names: str | int) -> int:
    """Return a number in [0, 2**31) for this seed and name, stable across machines."""
    text = "/".join(map(str, (seed, *names)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "little") % 2**31


def generator(seed: int, *names: str | int) -> np.random.Generator:
    """Return the NumPy generator of this seed and name."""
    return np.random.default_rng(derive(seed, *names))
