"""Decoded images in one file that is mapped into memory, of which the system holds what it can.

The file is a `.npy` of uint8, (N, H, W, C). Its pages are shared by all processes that map it, and
the system forgets them when it needs the memory.
"""

from __future__ import annotations

import math
import mmap
import threading
from pathlib import Path
from typing import IO

import numpy as np

from attnlab.data.memory import RESIDENT

Shape = tuple[int, ...]


class BrokenPixelFileError(ValueError):
    """A file that does not hold the images that it should."""


class PixelFile:
    """Images (N, H, W, C) as uint8 in `pixels`, mapped and not writeable. May be used from several
    threads."""

    def __init__(self, path: Path) -> None:
        """Map the file; raises BrokenPixelFileError if it is no complete one, and OSError."""
        self.path = path
        with path.open("rb") as file:
            shape = _read_header(file)
            start, end = file.tell(), file.seek(0, 2)
            if end - start != math.prod(shape):
                raise BrokenPixelFileError(f"{path} is incomplete")
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._start = start
        self.pixels = np.frombuffer(self._map, np.uint8, offset=start).reshape(shape)
        self._used = 0
        self._lock = threading.Lock()

    def expect(self, numbers: np.ndarray) -> None:
        """Have the system read these images (N,) ahead, which it does while something else runs."""
        if not hasattr(self._map, "madvise"):  # not on this platform
            return
        size = self.pixels[0].nbytes
        for number in np.unique(numbers):
            begin = self._start + int(number) * size
            page = begin - begin % mmap.PAGESIZE
            self._map.madvise(mmap.MADV_WILLNEED, page, begin + size - page)

    def used(self, count: int) -> None:
        """Note that so many images were read; gives pages back once they are `RESIDENT` bytes."""
        with self._lock:
            self._used += count * self.pixels[0].nbytes
            if self._used < RESIDENT or not hasattr(self._map, "madvise"):
                return
            self._used = 0
        self._map.madvise(mmap.MADV_DONTNEED)  # nothing is lost: the mapping cannot be written to


def write_header(file: IO[bytes], shape: Shape) -> None:
    """Begin a file for images of this shape (N, H, W, C), which follow one after the other."""
    described = {"descr": "|u1", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, described)  # padded: the images begin at 64 × n


def _read_header(file: IO[bytes]) -> Shape:
    try:
        if np.lib.format.read_magic(file) != (1, 0):
            raise BrokenPixelFileError("another version")
        shape, by_column, dtype = np.lib.format.read_array_header_1_0(file)
    except ValueError as error:
        raise BrokenPixelFileError(f"{file.name} is damaged: {error}") from None
    if by_column or dtype != np.uint8 or len(shape) != 4 or not all(shape):
        raise BrokenPixelFileError(f"{file.name} holds {dtype} {shape}, no images")
    return tuple(map(int, shape))
