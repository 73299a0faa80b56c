"""Entries of zip archives, read piece by piece: never more than a limit, whatever is declared.

`zipfile` unpacks as much at once as it is asked for, and then cuts it to the size declared: an
entry of 100 bytes by its header may take gigabytes of memory on the way.
"""

from __future__ import annotations

import copy
import zipfile
import zlib
from collections.abc import Iterator

DAMAGES = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)
"""What an archive raises that is damaged, encrypted, or packed in an unknown way."""

_PIECE = 2**16


def first_bytes(archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, most: int) -> bytes:
    """The first bytes of an entry, at most so many; no more than a piece beyond is unpacked.

    Raises what `zipfile.ZipFile.open` and its files do.
    """
    pieces, left = [], most
    with archive.open(entry) as file:
        while left > 0 and (piece := file.read(min(left, _PIECE))):
            pieces.append(piece)
            left -= len(piece)
    return b"".join(pieces)


def whole(archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, most: int) -> bytes:
    """An entry's bytes, which are as many as it declares, and at most so many.

    Raises BadZipFile where they are not, and what `first_bytes` does.
    """
    return b"".join(pieces(archive, entry, most))


def check_size(archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, most: int) -> None:
    """Unpack an entry piece by piece and keep nothing; raises what `whole` does."""
    for _ in pieces(archive, entry, most):
        pass


def pieces(archive: zipfile.ZipFile, entry: str | zipfile.ZipInfo, most: int) -> Iterator[bytes]:
    """The bytes of an entry piece by piece; raises what `whole` does, for a wrong size behind the
    last piece."""
    declared = archive.getinfo(entry) if isinstance(entry, str) else entry
    name, size = declared.filename, declared.file_size
    if size > most:
        raise zipfile.BadZipFile(f"{name} has more than {most:,} bytes")
    asked = copy.copy(declared)
    asked.file_size = size + 1  # so that a byte beyond what is declared shows
    got = 0
    with archive.open(asked) as file:
        while piece := file.read(min(size + 1 - got, _PIECE)):
            got += len(piece)
            if got > size:
                raise zipfile.BadZipFile(
                    f"{name} unpacks to more than the {size:,} bytes it declares"
                )
            yield piece
    if got < size:
        raise zipfile.BadZipFile(f"{name} unpacks to {got:,} bytes and declares {size:,}")
