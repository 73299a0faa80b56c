"""Which GPUs there may be, found out without TensorFlow."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

VARIABLE = "CUDA_VISIBLE_DEVICES"
"""CUDA's own: the devices that a process sees."""

NVIDIA = Path("/proc/driver/nvidia/gpus")
"""Where the driver has a folder for each device, on Linux."""


def devices(folder: Path = NVIDIA) -> tuple[str, ...]:
    """The names that CUDA has for the GPUs that this process may use; none without a driver.

    Whether TensorFlow can use them, a worker finds out.
    """
    try:
        number = len(list(folder.iterdir()))
    except OSError:
        return ()
    if not number or (named := os.environ.get(VARIABLE)) is None:
        return tuple(map(str, range(number)))
    return tuple(filter(None, map(str.strip, named.split(","))))


def least_used(names: Sequence[str], used: Sequence[str | None]) -> str | None:
    """That of the named devices which the fewest use; None where there is none."""
    return min(names, key=used.count, default=None)
