"""The entries of an .npz file, each an array: nothing in them is unpickled, and no more is unpacked
than their headers say."""

from __future__ import annotations

import io
import math
import tokenize
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from attnlab.data.tables.errors import TableError
from attnlab.data.tables.opening import stamp_of
from attnlab.data.zip_entries import first_bytes

MOST_NPZ_BYTES = 2 * 2**30
"""Of a file, and of all arrays in it."""

MOST_NPZ_ARRAYS = 64
_HEADER_BYTES = 2**16


class Header(NamedTuple):
    """What an array is said to be before it is read."""

    shape: tuple[int, ...]
    dtype: np.dtype


def is_npz(content: bytes) -> bool:
    """Whether the bytes of a zip archive are those of an .npz file, by the names of its entries."""
    try:
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
    return bool(names) and all(name.endswith(".npy") for name in names)


def opened(path: Path) -> zipfile.ZipFile:
    if stamp_of(path).size > MOST_NPZ_BYTES:
        raise TableError(
            f"{path} holds more than {MOST_NPZ_BYTES // 2**30} GiB, the most that is read"
        )
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise TableError(f"{path} cannot be read as an .npz file: {error}") from None
    names = archive.namelist()
    if len(names) > MOST_NPZ_ARRAYS:
        archive.close()
        raise TableError(f"{path} has {len(names):,} arrays, and {MOST_NPZ_ARRAYS} are the most")
    return archive


def headers_in(path: Path, archive: zipfile.ZipFile) -> dict[str, Header]:
    """The header of every array, by the name of its entry, all of them together not too large."""
    headers = {name: _header(path, archive, name) for name in archive.namelist()}
    total = sum(math.prod(each.shape) * each.dtype.itemsize for each in headers.values())
    if total > MOST_NPZ_BYTES:
        raise TableError(
            f"{path} declares arrays of {total / 2**30:,.0f} GiB, and {MOST_NPZ_BYTES // 2**30} "
            "GiB are the most that is read"
        )
    return headers


def _header(path: Path, archive: zipfile.ZipFile, name: str) -> Header:
    content = io.BytesIO(_unpacked(path, archive, name, _HEADER_BYTES))
    try:
        version = np.lib.format.read_magic(content)
        if version not in ((1, 0), (2, 0)):
            raise ValueError(f"its format is {version}")
        read = (
            np.lib.format.read_array_header_1_0
            if version == (1, 0)
            else np.lib.format.read_array_header_2_0
        )
        shape, _, dtype = read(content, max_header_size=_HEADER_BYTES)
        if any(size < 0 for size in shape):
            raise ValueError(f"its shape is {shape}")
    except (
        *(ValueError, TypeError, SyntaxError, MemoryError, OverflowError),
        *(tokenize.TokenError, RecursionError),
    ) as error:
        raise TableError(f"{path}: {plain_name(name)} is no array of NumPy: {error}") from None
    if dtype.hasobject:
        raise TableError(
            f"{path}: {plain_name(name)} holds Python objects, which are not read, as that could "
            "run a program: save numbers or texts"
        )
    if dtype.kind not in "biufU" or dtype.itemsize > 4096:
        raise TableError(f"{path}: expected numbers or texts in {plain_name(name)}, got {dtype}")
    return Header(tuple(map(int, shape)), dtype)


def array_in(path: Path, archive: zipfile.ZipFile, name: str) -> np.ndarray:
    """An array, unpacked only as far as its header says."""
    header = _header(path, archive, name)
    size = math.prod(header.shape) * header.dtype.itemsize
    content = _unpacked(path, archive, name, size + _HEADER_BYTES)
    try:
        array = np.lib.format.read_array(
            io.BytesIO(content), allow_pickle=False, max_header_size=_HEADER_BYTES
        )
    except (ValueError, MemoryError, EOFError) as error:
        raise TableError(f"{path}: {plain_name(name)} is damaged: {error}") from None
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _unpacked(path: Path, archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    """The first bytes of an entry, at most so many."""
    try:
        return first_bytes(archive, name, most)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError) as error:
        raise TableError(f"{path}: {plain_name(name)} is damaged: {error}") from None
    except RuntimeError as error:  # encrypted
        raise TableError(f"{path}: {plain_name(name)} cannot be read: {error}") from None


def plain_name(entry: str) -> str:
    return entry.removesuffix(".npy").lower()
