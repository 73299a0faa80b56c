"""An image set in a zip archive, which is never unpacked to disk."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attnlab.data.images.encodings import AUTO, decoder
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.file_names import IMAGES, FileKind, unmeant_part
from attnlab.data.images.limits import (
    MOST_BYTES_A_FILE,
    check_depth,
    check_number,
    check_sizes,
)
from attnlab.data.zip_entries import whole

MOST_RATIO = 200
"""No file above `SMALL` bytes unpacks to more than this multiple of its packed size."""

SMALL = 2**20
DOUBLED = "entries with the name of a later one"

_ENCRYPTED, _UTF_8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
_DRIVE = re.compile(r"[A-Za-z]:")

Named = list[tuple[str, zipfile.ZipInfo]]
"""Entries with the names that they have in the set; that of a folder ends with a slash."""


@dataclass
class Archive:
    """A zip archive: its files with their sizes, and its folders. All of it is checked before any
    file is unpacked, into memory only."""

    path: Path
    archive: zipfile.ZipFile
    encoding: str = AUTO
    kind: FileKind = IMAGES
    files: dict[str, int] = field(init=False)
    folders: set[str] = field(init=False)
    left_out: list[tuple[str, str]] = field(init=False)
    warnings: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.left_out, self.warnings = [], []
        entries = self._meant(self._named())
        check_number(self.path, len(entries), self.kind)
        for name, _ in entries:
            check_depth(self.path, name)
        self._refuse([name for name, entry in entries if _is_link(entry)], "are links")
        wanted = [(name, entry) for name, entry in entries if self.kind.has(name)]
        encrypted = [name for name, entry in wanted if entry.flag_bits & _ENCRYPTED]
        self._refuse(encrypted, "are encrypted")
        swelling = [name for name, entry in wanted if _swells(entry)]
        self._refuse(swelling, "unpack to far more than they are")
        self._entries: dict[str, zipfile.ZipInfo] = {}
        for name, entry in entries:
            if not name.endswith("/"):
                if name in self._entries:
                    self.left_out.append((name, DOUBLED))
                self._entries[name] = entry
        self.files = {name: entry.file_size for name, entry in self._entries.items()}
        self.folders = {name.rstrip("/") for name, _ in entries if name.endswith("/")}
        check_sizes(self.path, self.files, self.kind)

    def label(self, part: str) -> str:
        """A part of a name as text."""
        return part

    def read(self, name: str) -> bytes:
        """The bytes of a file, as many as it declares; raises BadZipFile where it holds others."""
        try:
            return whole(self.archive, self._entries[name], MOST_BYTES_A_FILE)
        except KeyError:
            raise zipfile.BadZipFile(f"{name} is not in it any more") from None
        except (zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise zipfile.BadZipFile(f"{name}: {error}") from None

    def _named(self) -> Named:
        """All entries by name, with plain slashes; raises ImageSetError for those that lead out."""
        entries = self.archive.infolist()
        known = {number: _known_name(entry) for number, entry in enumerate(entries)}
        raw = {number: _raw_name(entries[number]) for number, name in known.items() if name is None}
        found, decode = decoder(raw.values(), self.encoding, str(self.path))
        self.encoding = found.encoding
        self.warnings += found.warnings
        whole = [decode(raw[number]) if name is None else name for number, name in known.items()]
        slashed = [name.replace("\\", "/") for name in whole]
        rooted = [name.startswith("/") for name in slashed]
        # Some programs begin every name with a slash. A single one means harm.
        some_rooted = any(rooted) and not all(rooted)
        leading_out = [
            shown
            for shown, name, at_root in zip(whole, slashed, rooted, strict=True)
            if ".." in name.split("/") or _DRIVE.match(name) or (some_rooted and at_root)
        ]
        self._refuse(leading_out, "lead out of it")
        return [(_plain(name), entry) for name, entry in zip(slashed, entries, strict=True)]

    def _meant(self, entries: Named) -> Named:
        kept = []
        for name, entry in entries:
            parts = name.split("/")
            if found := unmeant_part(parts):
                part, reason = found
                self.left_out.append((part if part == name else f"{part}/", reason))
            elif name:
                kept.append((name, entry))
        return kept

    def _refuse(self, names: Sequence[str], why: str) -> None:
        if names:
            raise ImageSetError(f"{self.path} has entries that {why}: {first_few(names)}")


def _plain(name: str) -> str:
    """The name without empty parts and those that mean the same folder."""
    parts = [part for part in name.split("/") if part not in ("", ".")]
    return "/".join(parts) + ("/" if parts and name.endswith("/") else "")


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    """The bytes of a name; zipfile takes them for code page 437, which has all 256."""
    return entry.orig_filename.encode("cp437").partition(b"\0")[0]


def _known_name(entry: zipfile.ZipInfo) -> str | None:
    """The name, where the archive says how it is written; None where that has to be found out."""
    if entry.flag_bits & _UTF_8:
        return entry.orig_filename.partition("\0")[0]
    raw = _raw_name(entry)
    return raw.decode("ascii") if raw.isascii() else _unicode_path(entry.extra, raw)


def _unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Info-ZIP's field with the name in UTF-8, if it belongs to this name (APPNOTE.TXT, 4.6.9)."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        value, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(value) > 5:
            version, checksum = struct.unpack_from("<BL", value)
            if version == 1 and checksum == zlib.crc32(raw):
                return value[5:].decode("utf-8", "replace")
    return None


def _is_link(entry: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(entry.external_attr >> 16)


def _swells(entry: zipfile.ZipInfo) -> bool:
    return entry.file_size > max(SMALL, MOST_RATIO * entry.compress_size)
