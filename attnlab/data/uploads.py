"""Files that people upload: kept as they came, named by their content."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from attnlab.spec import SpecError

FOLDER = "uploads"
"""In the home of attnlab; each file lies in a folder named by its content."""

_LONGEST_NAME = 120
_CHUNK = 2**20
_NAME_BYTES = 16
_INCOMING = ".incoming-"


@dataclass(frozen=True)
class Upload:
    """A file that was uploaded: where it is kept, its size in bytes, and since when (UTC, unix
    seconds)."""

    path: Path
    size: int
    since: float

    @property
    def name(self) -> str:
        """What the file was called."""
        return self.path.name


def keep(home: Path, name: str, content: BinaryIO) -> Path:
    """Keep an uploaded file in this home, and return where it is.

    The same content is kept once, under the name it had first. Nothing of it is opened or
    unpacked. Raises SpecError where it cannot be kept; then nothing of it stays.
    """
    folder = home / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(prefix=_INCOMING, dir=folder))
    except OSError as error:
        raise _not_kept(name, error) from error
    try:
        with open(place / plain_name(name), "xb") as file:
            kept = folder / digest_of(_written(content, file))
        if not (kept.is_dir() and any(kept.iterdir())):
            shutil.rmtree(kept, ignore_errors=True)
            os.replace(place, kept)
        return next(iter(kept.iterdir()))
    except OSError as error:
        raise _not_kept(name, error) from error
    finally:
        shutil.rmtree(place, ignore_errors=True)


def digest_of(chunks: Iterable[bytes]) -> str:
    """What the folder of an upload with this content is called."""
    digest = hashlib.blake2b(digest_size=_NAME_BYTES)
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _written(content: BinaryIO, file: BinaryIO) -> Iterator[bytes]:
    """The chunks of the content, each once it is written to the file."""
    while chunk := content.read(_CHUNK):
        file.write(chunk)
        yield chunk


def uploads(home: Path) -> list[Upload]:
    """The files that were uploaded to this home, the newest first."""
    found = []
    for path in _kept_files(home / FOLDER):
        stat = path.stat()
        found.append(Upload(path, stat.st_size, stat.st_mtime))
    return sorted(found, key=lambda each: -each.since)


def discard(home: Path, path: Path) -> None:
    """Delete an uploaded file; raises SpecError for a path that is none of this home's uploads, or
    that cannot be deleted."""
    if path not in set(_kept_files(home / FOLDER)):
        raise SpecError(f"expected an uploaded file of this home, got {path}")
    try:
        shutil.rmtree(path.parent)
    except OSError as error:
        raise SpecError(f"cannot delete {path.name}: {error.strerror or error}") from error


def plain_name(name: str) -> str:
    """The last part of a file's name as a browser sends it, without what no file name may have.

    >>> plain_name("..\\\\..\\\\C:\\\\my\\0pets.zip")
    'mypets.zip'
    """
    last = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    printable = "".join(char for char in last if char.isprintable() and char not in ':*?"<>|')
    printable = printable.strip(" .") or "data"
    stem, dot, ending = printable.rpartition(".")
    if len(printable.encode()) <= _LONGEST_NAME:
        return printable
    room = _LONGEST_NAME - len(f".{ending[:10]}".encode())
    return stem.encode()[:room].decode(errors="ignore") + dot + ending[:10]


def _kept_files(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        return
    for place in sorted(folder.iterdir()):
        if not place.name.startswith(_INCOMING) and place.is_dir() and not place.is_symlink():
            yield from (path for path in place.iterdir() if path.is_file())


def _not_kept(name: str, error: OSError) -> SpecError:
    return SpecError(f"{plain_name(name)} cannot be kept: {error.strerror or error}")
