"""The catalogues behind a path: one file, those of a folder, or those in a zip archive."""

from __future__ import annotations

import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from attnlab.data.pairs.errors import PairsError
from attnlab.data.pairs.options import CATALOGUE
from attnlab.data.tables.opening import content_of, stamp_of
from attnlab.data.zip_entries import first_bytes

MOST_FILES = 5_000
"""Catalogues that a folder or archive may have."""

MOST_LOOKED_AT = 100_000
"""Files of any kind that are looked at."""

MOST_SECONDS = 60.0
"""That looking for files takes at most."""

MOST_CATALOGUE_BYTES = 64 * 2**20
"""Of all catalogues that are read together."""

_ENCRYPTED = 0x1


class Found(NamedTuple):
    """A catalogue: its name relative to the path, its size in bytes and what tells its state."""

    name: str
    size: int
    state: tuple[int, ...]


def catalogues_at(path: Path) -> list[Found]:
    """The catalogues of a folder or zip archive, by name; raises PairsError where there is none."""
    try:
        found = sorted(_in_folder(path) if path.is_dir() else _in_archive(path))
    except zipfile.BadZipFile as error:
        raise PairsError(f"{path} is not a readable zip archive: {error}") from None
    except (OSError, ValueError, NotImplementedError) as error:
        if isinstance(error, PairsError):
            raise
        raise PairsError(f"cannot read {path}: {error}") from None
    if not found:
        raise PairsError(f"expected gettext catalogues ({CATALOGUE}) in {path}, got none")
    if len(found) > MOST_FILES:
        raise PairsError(
            f"{path} has {len(found):,} catalogues, and may have {MOST_FILES:,}: give a folder "
            "that holds fewer"
        )
    return found


def contents_of(path: Path, chosen: list[Found]) -> Iterator[tuple[str, bytes]]:
    """Names and contents of these catalogues of a path, one after another.

    Raises PairsError for what cannot be read, and for more bytes than are read together, whatever
    an archive declares.
    """
    left = MOST_CATALOGUE_BYTES
    try:
        if path.is_dir():
            for each in chosen:
                content = content_of(path / each.name)
                left = _less(path, left, content)
                yield each.name, content
            return
        with zipfile.ZipFile(path) as archive:
            for each in chosen:
                content = first_bytes(archive, each.name, left + 1)
                left = _less(path, left, content)
                yield each.name, content
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError) as error:
        raise PairsError(f"{path} cannot be read: {error}") from None
    except OSError as error:
        raise PairsError(f"cannot read {path}: {error.strerror or error}") from None


def _less(path: Path, left: int, content: bytes) -> int:
    if len(content) > left:
        raise PairsError(
            f"the catalogues in {path} hold more than {MOST_CATALOGUE_BYTES // 2**20} MiB: give "
            "fewer"
        )
    return left - len(content)


def _in_folder(path: Path) -> Iterator[Found]:
    looked_at, began = 0, time.monotonic()
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        looked_at += len(names) + len(folders)
        if looked_at > MOST_LOOKED_AT:
            raise PairsError(
                f"{path} has more than {MOST_LOOKED_AT:,} files and folders: give a smaller folder"
            )
        if time.monotonic() - began > MOST_SECONDS:
            raise PairsError(
                f"looking through {path} takes longer than {MOST_SECONDS:.0f} seconds: give a "
                "smaller folder"
            )
        for name in names:
            if name.lower().endswith(CATALOGUE) and not name.startswith("."):
                whole = Path(folder, name)
                stamp = stamp_of(whole)
                yield Found(whole.relative_to(path).as_posix(), stamp.size, tuple(stamp))


def _in_archive(path: Path) -> Iterator[Found]:
    stamp_of(path)  # which refuses pipes and devices before anything is read of them
    with zipfile.ZipFile(path) as archive:
        entries = archive.infolist()
    if len(entries) > MOST_LOOKED_AT:
        raise PairsError(f"{path} has more than {MOST_LOOKED_AT:,} entries: pack fewer")
    for entry in entries:
        parts = entry.filename.split("/")
        if not parts[-1].lower().endswith(CATALOGUE) or any(
            part.startswith((".", "__MACOSX")) for part in parts if part != "."
        ):
            continue
        if entry.flag_bits & _ENCRYPTED:
            raise PairsError(f"{path} has entries that are encrypted, such as {entry.filename}")
        yield Found(entry.filename, entry.file_size, (entry.CRC, entry.file_size))
