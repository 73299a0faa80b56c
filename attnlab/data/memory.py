"""How much memory is free, and which data are too large to be held in it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import psutil

from attnlab.spec import SpecError

VARIABLE = "ATTNLAB_STREAM_FROM"
"""In MiB: data that take more than this in memory stream from a file on disk; 0 streams all that
can."""

MOST_IN_MEMORY = 512 * 2**20
"""Data beyond it stream, however much memory is free: it costs about a hundredth of an epoch."""

SHARE = 16
"""Data stream that take more than one part in so many of the free memory: the latest groups of
seeds stay for a while, and there may be several tasks."""

RESIDENT = 256 * 2**20
"""So many bytes of what streams a process reads before it gives all their pages back to the system,
which still has them as long as there is memory."""

_CGROUP = Path("/sys/fs/cgroup")


def available() -> int:
    """The bytes that are free on this machine, or under the limit of this container.

    What the system keeps of files and can forget counts as free.
    """
    free = psutil.virtual_memory().available
    try:
        limit = int((_CGROUP / "memory.max").read_text())
        used = int((_CGROUP / "memory.current").read_text())
    except (OSError, ValueError):  # no container, or no limit ("max")
        return free
    return max(0, min(free, limit - used + _forgettable()))


def most_in_memory() -> int:
    """The bytes that one seed's data may take in memory; what takes more streams from disk.

    Raises SpecError where the variable `VARIABLE` is no number from 0 on.
    """
    said = os.environ.get(VARIABLE, "").strip()
    if not said:
        return min(MOST_IN_MEMORY, available() // SHARE)
    with suppress(ValueError, OverflowError):
        if (most := int(float(said) * 2**20)) >= 0:
            return most
    raise SpecError(f"expected MiB from 0 on in {VARIABLE}, got {said!r}")


def _forgettable() -> int:
    """Bytes of files that a container's use counts, and that nobody has used for a while."""
    try:
        lines = (_CGROUP / "memory.stat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("inactive_file ")), 0)
