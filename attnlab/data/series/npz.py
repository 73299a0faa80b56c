"""The arrays of a `.npz` file, without running anything in it and within limits."""

from __future__ import annotations

import io
import math
import zipfile
import zlib
from pathlib import Path

import numpy as np
from numpy.lib import format as npy

from attnlab.data.series.errors import SeriesError
from attnlab.data.tables.opening import stamp_of

MOST_BYTES = 512 * 2**20
"""Of all arrays of a file together, unpacked."""

MOST_ARRAYS = 100
_ENCRYPTED = 0x1


def arrays_in(path: Path, wanted: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays of a file that have one of these names.

    Raises SeriesError for what is no such file, for arrays of Python objects, which could run
    anything when they are read, and for arrays that hold too much, whatever they declare.
    """
    stamp_of(path)  # which refuses pipes and devices before anything is read of them
    found: dict[str, np.ndarray] = {}
    left = MOST_BYTES
    try:
        with zipfile.ZipFile(path) as archive:
            entries = {each.filename: each for each in archive.infolist()}
            if len(entries) > MOST_ARRAYS:
                raise SeriesError(f"{path} has more than {MOST_ARRAYS} arrays")
            for name in wanted:
                entry = entries.get(f"{name}.npy")
                if entry is None:
                    continue
                if entry.flag_bits & _ENCRYPTED:
                    raise SeriesError(f"{path} has an array that is encrypted: {name}")
                with archive.open(entry) as file:
                    content = file.read(left + 1)
                left -= len(content)
                if left < 0:
                    raise SeriesError(
                        f"the arrays in {path} hold more than {MOST_BYTES // 2**20} MiB, the most "
                        "that they may have"
                    )
                found[name] = _array(path, name, content)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise SeriesError(f"{path} cannot be read as a .npz file: {error}") from None
    except OSError as error:
        raise SeriesError(f"cannot read {path}: {error.strerror or error}") from None
    return found


def _array(path: Path, name: str, content: bytes) -> np.ndarray:
    """An array from the bytes of a .npy file, which hold as many values as it says."""
    file = io.BytesIO(content)
    try:
        version = npy.read_magic(file)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, in_columns, dtype = read(file)
    except (ValueError, TypeError, SyntaxError, KeyError, RecursionError, MemoryError) as error:
        told = str(error).partition("\n")[0][:200]
        raise SeriesError(f"the array {name} in {path} cannot be read: {told}") from None
    if dtype.hasobject:
        raise SeriesError(
            f"expected numbers or texts in the array {name} of {path}, got Python objects, which "
            "could run anything when they are read: save it with another dtype"
        )
    here, said = len(content) - file.tell(), math.prod(shape) * dtype.itemsize
    if here != said:
        raise SeriesError(
            f"the array {name} in {path} is said to have {said:,} bytes, and has {here:,}"
        )
    if not said:
        return np.empty(shape, dtype)
    values = np.frombuffer(content, dtype, offset=file.tell())
    return values.reshape(shape, order="F" if in_columns else "C")
