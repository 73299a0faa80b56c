"""The state of an image set, by the contents of its files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from attnlab.data.fingerprint import Fingerprint, content_hash, of_hashes
from attnlab.data.images.containers import Container, opened, unreadable
from attnlab.data.images.listing import Listing

Stamp = tuple[int, int]
"""Time of change and size of a file: its content is read anew only if they differ."""

FileStamps = tuple[tuple[int, int, int], ...]
"""Times of change and size of each file: when its content was written, and when the system noted
any change, which no program sets back."""

_MASKS = "masks"
"""What the names of masks begin with, wherever they are."""

_known: dict[tuple[str, str], tuple[Stamp, str]] = {}
_MOST_KNOWN = 200_000


def image_set_fingerprint(images: Listing, names: tuple[str, ...]) -> Fingerprint:
    """The fingerprint of these images of the set, and of their masks.

    Raises ImageSetError for what cannot be read.
    """
    found = of_hashes(image_hashes(images, names))
    if images.masks_in is None:
        return found
    of = dict(images.masks)
    masks = tuple(of[name] for name in names if name in of)
    others = of_hashes(image_hashes(replace(images, path=images.masks_in), masks))
    return Fingerprint(
        {**found.files, **{f"{_MASKS}/{name}": content for name, content in others.files.items()}}
    )


def image_hashes(images: Listing, names: tuple[str, ...]) -> dict[str, str]:
    """The `content_hash` of each of these images, by name. Raises ImageSetError."""
    if not images.path.is_dir():
        stat = images.path.stat() if images.path.exists() else None
        stamp = (stat.st_mtime_ns, stat.st_size) if stat else (0, 0)
        return dict(_of_archive(images, names, stamp))
    with opened(images.path) as container:
        return {name: _of_file(images, container, name) for name in names}


@lru_cache(maxsize=4)
def _of_archive(
    images: Listing, names: tuple[str, ...], stamp: Stamp
) -> tuple[tuple[str, str], ...]:
    with opened(images.path) as container:
        return tuple((name, content_hash(container.read(name))) for name in names)


def _of_file(images: Listing, container: Container, name: str) -> str:
    stat = (images.path / name).stat()
    stamp, key = (stat.st_mtime_ns, stat.st_size), (str(images.path), name)
    known = _known.get(key)
    if known is None or known[0] != stamp:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        known = _known[key] = stamp, content_hash(container.read(name))
    return known[1]


def file_stamps(path: Path, names: Iterable[str]) -> FileStamps:
    """Tells the state of these files of a folder, or of an archive as a whole, without reading
    them. Raises ImageSetError."""
    try:
        files = [path / name for name in names] if path.is_dir() else [path]
        stats = [file.stat() for file in files]
    except OSError as error:
        raise unreadable(path, error) from None
    return tuple((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size) for stat in stats)
