"""Arrays that several processes read, made by the first that needs them.

A value is pickled with its arrays beside it, in one file that every reader maps into its memory:
the system keeps each page once. Importing this imports no TensorFlow.
"""

from __future__ import annotations

import hashlib
import logging
import mmap
import pickle
import shutil
import sys
from collections.abc import Callable
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from attnlab.imports import importing

if TYPE_CHECKING:
    from collections.abc import Iterator

T = TypeVar("T")

log = logging.getLogger(__name__)

ALIGNMENT = 64
"""Bytes; TensorFlow takes arrays that begin at a multiple of this as they are."""


class _Layout(NamedTuple):
    """What a file begins with: the pickled value, and where each of its arrays lies."""

    pickled: bytes
    places: list[tuple[int, int]]


class SharedArrays:
    """Values by key in a folder; any process that has the folder gets the same arrays.

    Use it from one thread of a process at a time. The arrays can be written to, which changes them
    for this process alone.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def get(self, kind: str, key: str, make: Callable[[], T]) -> T:
        """The value of this key: mapped, or made and written by whoever comes first.

        Where it cannot be written, the disk being full, it is this process's own. Raises what
        `make` raises.
        """
        path = self._path(kind, key)
        if not path.exists():
            with self._only_one(path) as may_write:
                if not path.exists():
                    made = make()
                    if not may_write or not _write(path, made):
                        return made
        value: T = _read(path)
        return value

    def has(self, kind: str, key: str) -> bool:
        """Whether somebody has made the value of this key."""
        return self._path(kind, key).exists()

    def _path(self, kind: str, key: str) -> Path:
        return self.folder / f"{kind}-{hashlib.sha256(key.encode()).hexdigest()[:24]}"

    @contextmanager
    def _only_one(self, path: Path) -> Iterator[bool]:
        """Within this no other process makes the same; False where files cannot be written."""
        with ExitStack() as files:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                file = files.enter_context(path.with_suffix(".lock").open("ab"))
                _lock(file.fileno())
            except OSError as error:
                log.warning("arrays are not shared between processes: %s", error)
                yield False
                return
            yield True

    def clear(self) -> None:
        """Remove all files; what is mapped stays readable where it is."""
        shutil.rmtree(self.folder, ignore_errors=True)


def _lock(descriptor: int) -> None:
    """Wait for a lock between processes; whoever has it gives it back by closing the file."""
    if sys.platform != "win32":  # there, nothing trains in several processes
        with importing("fcntl"):
            import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _write(path: Path, value: Any) -> bool:
    """Write the value as a whole, or not at all."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    raws = [buffer.raw() for buffer in buffers]
    places, end = [], 0
    for raw in raws:
        places.append((end, raw.nbytes))
        end = _aligned(end + raw.nbytes)
    layout = pickle.dumps(_Layout(pickled, places))
    unfinished = path.with_suffix(".new")
    try:
        with unfinished.open("wb") as file:
            file.write(len(layout).to_bytes(8, "little"))
            file.write(layout)
            start = _aligned(8 + len(layout))
            for (place, _), raw in zip(places, raws, strict=True):
                file.seek(start + place)
                file.write(raw)
            file.truncate(max(start + end, 1))
        unfinished.rename(path)
    except OSError as error:
        log.warning("arrays are not shared between processes: %s", error)
        unfinished.unlink(missing_ok=True)
        return False
    return True


def _read(path: Path) -> Any:
    with path.open("rb") as file:
        whole = memoryview(mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY))
    size = int.from_bytes(whole[:8], "little")
    layout: _Layout = pickle.loads(whole[8 : 8 + size])
    start = _aligned(8 + size)
    buffers = [whole[start + place : start + place + length] for place, length in layout.places]
    return pickle.loads(layout.pickled, buffers=buffers)


def _aligned(position: int) -> int:
    return -(-position // ALIGNMENT) * ALIGNMENT
