"""How much an image set may hold, counted in what would be read."""

from __future__ import annotations

from pathlib import Path

from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.file_names import FileKind

MOST_FILES = 50_000
MOST_LINKS = 5_000
"""Links to folders that are followed: a few that lead to each other make ways without number."""

MOST_DEPTH = 32
"""Folders within folders."""

MOST_BYTES_A_FILE = 32 * 2**20
MOST_BYTES = 4 * 2**30


def check_number(path: Path, number: int) -> None:
    """Raise ImageSetError if there are more files, or more folders, than are looked at."""
    if number > MOST_FILES:
        raise ImageSetError(f"{path} holds more than {MOST_FILES} files")


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
