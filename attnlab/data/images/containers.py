"""The files of an image set: a folder, or a zip archive that is never unpacked to disk.

Both give names with forward slashes, relative to the set, and the bytes behind a name.
"""

from __future__ import annotations

import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from attnlab.data.images.errors import ImageSetError, first_few

MOST_FILES = 50_000
MOST_BYTES_A_FILE = 32 * 2**20
MOST_BYTES = 4 * 2**30
MOST_RATIO = 200
"""No image above `SMALL` bytes unpacks to more than this multiple of its packed size."""

SMALL = 2**20
_ENCRYPTED = 0x1


class Container(Protocol):
    """The files of an image set."""

    path: Path
    files: dict[str, int]
    folders: set[str]

    def read(self, name: str) -> bytes:
        """The bytes of a file."""


@contextmanager
def opened(path: Path) -> Iterator[Container]:
    """Open a folder or an archive; raises ImageSetError for what is neither, or not safe."""
    try:
        if path.is_dir():
            yield _Folder(path)
            return
        if not path.exists():
            raise ImageSetError(f"there is no folder or zip archive {path}")
        if not zipfile.is_zipfile(path):
            raise ImageSetError(f"{path} is neither a folder nor a zip archive")
        with zipfile.ZipFile(path) as archive:
            yield _Zip(path, archive)
    except zipfile.BadZipFile as error:
        raise ImageSetError(f"{path} is not a readable zip archive: {error}") from None
    except (OSError, ValueError) as error:
        if isinstance(error, ImageSetError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise ImageSetError(f"cannot read {path}: {reason}") from None


@dataclass
class _Folder:
    """A folder on disk. Links to folders are not followed, so there are no loops."""

    path: Path
    files: dict[str, int] = field(init=False)
    folders: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.files, self.folders = {}, set()
        for folder, below, names in os.walk(self.path, onerror=_raise):
            here = Path(folder).relative_to(self.path)
            below.sort()
            self.folders |= {(here / name).as_posix() for name in below}
            for name in sorted(names):
                self.files[(here / name).as_posix()] = os.stat(Path(folder, name)).st_size
            if len(self.files) > MOST_FILES:
                raise ImageSetError(f"{self.path} holds more than {MOST_FILES} files")
        _check_sizes(self.path, self.files)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.path / name).read_bytes()


@dataclass
class _Zip:
    """A zip archive. All of it is checked before any file is unpacked, into memory only."""

    path: Path
    archive: zipfile.ZipFile
    files: dict[str, int] = field(init=False)
    folders: set[str] = field(init=False)

    def __post_init__(self) -> None:
        entries = self.archive.infolist()
        if len(entries) > MOST_FILES:
            raise ImageSetError(f"{self.path} holds more than {MOST_FILES} files")
        self._refuse([each for each in entries if _leads_out(each.filename)], "lead out of it")
        self._refuse([each for each in entries if _is_link(each)], "are links")
        self._refuse([each for each in entries if each.flag_bits & _ENCRYPTED], "are encrypted")
        self._refuse(
            [each for each in entries if _swells(each)], "unpack to far more than they are"
        )
        self.files = {each.filename: each.file_size for each in entries if not each.is_dir()}
        self.folders = {each.filename.rstrip("/") for each in entries if each.is_dir()}
        _check_sizes(self.path, self.files)

    def read(self, name: str) -> bytes:
        """The bytes of a file; zipfile reads no more of it than was declared, and checks it."""
        try:
            return self.archive.read(name)
        except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise zipfile.BadZipFile(f"{name}: {error}") from None

    def _refuse(self, entries: list[zipfile.ZipInfo], why: str) -> None:
        if entries:
            names = first_few([each.filename for each in entries])
            raise ImageSetError(f"{self.path} has entries that {why}: {names}")


def _check_sizes(path: Path, files: dict[str, int]) -> None:
    large = [name for name, size in files.items() if size > MOST_BYTES_A_FILE]
    if large:
        raise ImageSetError(
            f"{path} has files of more than {MOST_BYTES_A_FILE // 2**20} MiB: {first_few(large)}"
        )
    total = sum(files.values())
    if total > MOST_BYTES:
        raise ImageSetError(
            f"{path} holds {total / 2**30:.1f} GiB, and more than {MOST_BYTES // 2**30} GiB are "
            "not read"
        )


def _leads_out(name: str) -> bool:
    return "\\" in name or name.startswith("/") or ":" in name or ".." in name.split("/")


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _swells(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size)


def _raise(error: OSError) -> None:
    raise error
