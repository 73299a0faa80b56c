"""The bytes of a table's file: regular files alone, and never more than a limit."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path
from typing import NamedTuple

from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import MOST_BYTES

GZIP = b"\x1f\x8b"
_PIECE = 2**20


class Stamp(NamedTuple):
    """Another stamp means that the file has changed."""

    changed: int
    size: int
    number: int


def stamp_of(path: Path) -> Stamp:
    """The stamp of a regular file; raises TableError for what is none or cannot be reached."""
    try:
        found = os.stat(path)
    except (OSError, ValueError) as error:
        raise TableError(f"cannot read the table {path}: {_reason(error)}") from None
    if stat.S_ISDIR(found.st_mode):
        raise TableError(f"expected a table's file, got the folder {path}")
    if not stat.S_ISREG(found.st_mode):
        raise TableError(f"expected a table's file, got {_special(found.st_mode)}: {path}")
    return Stamp(found.st_mtime_ns, found.st_size, found.st_ino)


def content_of(path: Path) -> bytes:
    """The bytes of a file, unpacked where it is gzipped.

    Raises TableError for no regular file, for an empty or too large one, and for one that unpacks
    to too much or not at all.
    """
    if stamp_of(path).size > MOST_BYTES:
        raise TableError(too_large(path))
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise TableError(f"cannot read the table {path}: {_reason(error)}") from None
    if len(content) > MOST_BYTES:
        raise TableError(too_large(path))
    if content.startswith(GZIP):
        content = _unpacked(path, content)
    if not content.strip(b"\0 \t\r\n"):
        raise TableError(f"expected a table, got an empty file: {path}")
    return content


def too_large(path: Path) -> str:
    """What is said of a file that holds too much."""
    return (
        f"{path} holds more than {MOST_BYTES // 2**20} MiB, the most that a table may have: "
        "leave out rows or columns"
    )


def _unpacked(path: Path, content: bytes) -> bytes:
    """What a gzipped file holds, one stream or several."""
    pieces: list[bytes] = []
    size, rest = 0, content
    while rest.startswith(GZIP):
        stream = zlib.decompressobj(wbits=31)
        while not stream.eof:
            try:
                piece = stream.decompress(rest, _PIECE)
            except zlib.error as error:
                raise TableError(f"{path} is gzipped and damaged: {error}") from None
            rest = stream.unconsumed_tail
            size += len(piece)
            if size > MOST_BYTES:
                raise TableError(too_large(path))
            pieces.append(piece)
            if not piece and not rest and not stream.eof:
                raise TableError(f"{path} is gzipped and ends too early")
        rest = stream.unused_data
    return b"".join(pieces)


def _special(mode: int) -> str:
    if stat.S_ISFIFO(mode):
        return "a named pipe"
    if stat.S_ISSOCK(mode):
        return "a socket"
    return "a device"


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    return str(getattr(error, "strerror", None) or error)
