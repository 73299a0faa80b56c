"""An image set in a folder on disk, with the links in it."""

from __future__ import annotations

import errno
import itertools
import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from attnlab.data.images.encodings import AUTO, decoder
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.file_names import IMAGES, FileKind, unmeant
from attnlab.data.images.limits import (
    MOST_ENTRIES,
    check_depth,
    check_entries,
    check_links,
    check_number,
    check_sizes,
)
from attnlab.wording import printable

DANGLING = "links that lead nowhere"
IRREGULAR = "no regular files"


@dataclass(frozen=True)
class Visit:
    """A folder on the way through a set.

    `name` is relative to the set and ends with a slash, or is empty; `real` is where the folder is
    without links, and `above` where each of the links stands that led here.
    """

    path: str
    name: str
    real: str
    above: tuple[str, ...]


def walk(path: Path) -> Iterator[tuple[Visit, list[os.DirEntry[str]]]]:
    """Every folder of the set with the entries in it, but none that are hidden or a system's.

    Links to folders are followed. Raises ImageSetError for one that leads back to a folder that
    holds it, and for more folders and files than are looked at, and OSError for a folder that
    cannot be read.
    """
    waiting = [Visit(str(path), "", os.path.realpath(path), ())]
    folders = links = seen = 0
    began = time.monotonic()
    while waiting:
        step = waiting.pop()
        folders += 1
        links += os.path.islink(step.path)
        check_number(path, folders)
        check_links(path, links)
        check_depth(path, step.name)
        with os.scandir(step.path) as found:
            entries = [*itertools.islice(found, MOST_ENTRIES + 1 - seen)]
        seen += len(entries)
        check_entries(path, seen, time.monotonic() - began)
        entries.sort(key=lambda entry: entry.name)
        yield step, entries
        below = [entry for entry in entries if _leads_in(entry)]
        waiting += [_into(step, entry) for entry in reversed(below)]


def _leads_in(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one, that is meant; a link to itself is none."""
    if entry.is_dir(follow_symlinks=False):
        return not unmeant(entry.name)
    if not entry.is_symlink() or unmeant(entry.name):
        return False
    try:
        return entry.is_dir()
    except OSError as error:
        if error.errno == errno.ELOOP:
            return False
        raise


def _into(step: Visit, entry: os.DirEntry[str]) -> Visit:
    name = f"{step.name}{entry.name}"
    if not entry.is_symlink():
        return Visit(entry.path, f"{name}/", os.path.join(step.real, entry.name), step.above)
    real, above = os.path.realpath(entry.path), (*step.above, step.real)
    within = os.path.join(real, "")
    if any(each == real or each.startswith(within) for each in above):
        raise ImageSetError(
            f"{printable(entry.path)} is a link to {printable(real)}, a folder that holds it: "
            "without an end to it, the set cannot be read"
        )
    return Visit(entry.path, f"{name}/", real, above)


def _is_garbled(part: str) -> bool:
    """Whether the bytes of a name are no UTF-8; Python marks them by surrogates."""
    return any(0xD800 <= ord(letter) < 0xE000 for letter in part)


def _may_be_garbled(part: str) -> bool:
    """Whether a name may be in another encoding, as others beside it are: two bytes of Chinese can
    happen to be a letter of UTF-8."""
    return _is_garbled(part) or (not part.isascii() and all(ord(each) < 0x800 for each in part))


@dataclass
class Folder:
    """A folder on disk: its files with their sizes, and its folders, by names relative to it."""

    path: Path
    encoding: str = AUTO
    kind: FileKind = IMAGES
    files: dict[str, int] = field(init=False)
    folders: set[str] = field(init=False)
    left_out: list[tuple[str, str]] = field(init=False)
    warnings: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.files, self.folders, self.left_out, self.warnings = {}, set(), [], []
        for step, entries in walk(self.path):
            if step.name:
                self.folders.add(step.name.rstrip("/"))
            for entry in entries:
                self._note(step, entry)
            check_number(self.path, len(self.files), self.kind)
        check_sizes(self.path, self.files, self.kind)
        self._decode = self._decoder()

    def _note(self, step: Visit, entry: os.DirEntry[str]) -> None:
        name = f"{step.name}{entry.name}"
        if reason := unmeant(entry.name):
            is_folder = entry.is_dir(follow_symlinks=False)
            self.left_out.append((f"{name}/" if is_folder else name, reason))
            return
        try:
            found = entry.stat()
        except FileNotFoundError:
            self.left_out.append((name, DANGLING))
            return
        except OSError as error:
            if error.errno == errno.ELOOP:
                raise ImageSetError(f"{printable(entry.path)} is a link to itself") from None
            raise
        if stat.S_ISREG(found.st_mode):
            self.files[name] = found.st_size
        elif not stat.S_ISDIR(found.st_mode):
            self.left_out.append((name, IRREGULAR))

    def _decoder(self) -> dict[str, str]:
        """How the names of folders read whose bytes are no UTF-8, as unpacked archives have
        them."""
        parts = {part for folder in self.folders for part in folder.split("/")}
        odd = {part: os.fsencode(part) for part in parts if _may_be_garbled(part)}
        if not any(map(_is_garbled, odd)):
            odd = {}
        found, decode = decoder(odd.values(), self.encoding, str(self.path))
        self.encoding = found.encoding
        self.warnings += found.warnings
        return {part: decode(raw) for part, raw in odd.items()}

    def label(self, part: str) -> str:
        """A part of a name as text."""
        return self._decode.get(part, part)

    def read(self, name: str) -> bytes:
        """The bytes of a file."""
        return (self.path / name).read_bytes()
