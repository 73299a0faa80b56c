"""How much an image set may hold, counted in what would be read."""

from __future__ import annotations

from pathlib import Path

from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.file_names import IMAGES, FileKind

MOST_FILES = 50_000
MOST_ENTRIES = 100_000
"""Files and folders of any kind that are looked at."""

MOST_SECONDS = 60.0
"""That looking for files takes at most; a folder on a slow drive of the network needs them."""

MOST_LINKS = 5_000
"""Links to folders that are followed: a few that lead to each other make ways without number."""

MOST_DEPTH = 32
"""Folders within folders."""

MOST_BYTES_A_FILE = 32 * 2**20
MOST_BYTES = 4 * 2**30


def check_number(path: Path, number: int, kind: FileKind = IMAGES) -> None:
    """Raise ImageSetError if there are more files, or more folders, than are looked at."""
    most = MOST_FILES * kind.times
    if number > most:
        raise ImageSetError(f"{path} holds more than {most} files")


def check_entries(path: Path, number: int, seconds: float) -> None:
    """Raise ImageSetError if more is looked at, or for longer, than is done for any set."""
    if number > MOST_ENTRIES:
        raise ImageSetError(
            f"{path} holds more than {MOST_ENTRIES:,} files and folders: give the folder of the "
            "set alone"
        )
    if seconds > MOST_SECONDS:
        raise ImageSetError(
            f"looking through {path} takes longer than {MOST_SECONDS:.0f} seconds ({number:,} "
            "files and folders so far): give the folder of the set alone, or a copy on this machine"
        )


def check_links(path: Path, number: int) -> None:
    """Raise ImageSetError if there are more links to folders than are followed."""
    if number > MOST_LINKS:
        raise ImageSetError(f"{path} holds more than {MOST_LINKS} ways through links to folders")


def check_depth(path: Path, name: str) -> None:
    """Raise ImageSetError if a file or folder lies in more folders than are gone through."""
    if name.count("/") > MOST_DEPTH:
        raise ImageSetError(
            f"{path} has folders within more than {MOST_DEPTH} others: {name[:MOST_DEPTH]}…"
        )


def check_sizes(path: Path, files: dict[str, int], kind: FileKind) -> None:
    """Raise ImageSetError if a file of this kind, or all together, are larger than is read."""
    sizes = {name: size for name, size in files.items() if kind.has(name)}
    large = [name for name, size in sizes.items() if size > MOST_BYTES_A_FILE]
    if large:
        raise ImageSetError(
            f"{path} has files of more than {MOST_BYTES_A_FILE // 2**20} MiB: {first_few(large)}"
        )
    total = sum(sizes.values())
    if total > MOST_BYTES:
        raise ImageSetError(
            f"{path} holds {total / 2**30:.1f} GiB, and more than {MOST_BYTES // 2**30} GiB are "
            "not read"
        )
