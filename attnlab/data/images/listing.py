"""The names in an image set: its classes, and the images of each split."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from attnlab.data.images.arrangement import Labelled, arranged
from attnlab.data.images.containers import opened, unreadable
from attnlab.data.images.encodings import AUTO
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.file_names import IMAGES, FileKind
from attnlab.data.images.folders import walk
from attnlab.data.images.notes import Note, notes_of

FEWEST_IMAGES = 3
"""Of each class, where one set is to be cut into training, validation and test."""

Stamp = tuple[int | tuple[str, int], ...]
"""Sizes and times of change: another stamp means that a folder or an archive has changed."""

_brought: dict[tuple[str, str, str], Listing] = {}
"""Image sets that another machine has read, by the path that a plan has for them and how it is
read."""


@dataclass(frozen=True)
class Listing:
    """An image set by names.

    `splits` holds the images of "train", and of "validation" and "test" where the set is divided;
    one that is not divided is all "train". Classes are numbered in the order of their names.
    `encoding` is how names were read that are not in UTF-8. `left_out` says how many files are not
    part of the set, for each reason, and `warnings` are sentences about what a person should check.
    """

    path: Path
    stamp: Stamp
    classes: tuple[str, ...]
    splits: dict[str, Labelled]
    encoding: str = AUTO
    kind: FileKind = IMAGES
    left_out: tuple[Note, ...] = ()
    warnings: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash((self.path, self.stamp))

    def counts(self) -> dict[str, tuple[int, ...]]:
        """How many images of each class every split has."""
        numbers = range(len(self.classes))
        counters = {
            split: Counter(label for _, label in images) for split, images in self.splits.items()
        }
        return {
            split: tuple(counter[label] for label in numbers) for split, counter in counters.items()
        }

    def limited(self, most: int) -> dict[str, Labelled]:
        """The splits with at most so many images of a class in each, the first by name."""
        return {name: _first_of_each(images, most) for name, images in self.splits.items()}


def listing(
    path: str | Path, folders: str = AUTO, encoding: str = AUTO, kind: FileKind = IMAGES
) -> Listing:
    """List the image set in a folder or zip archive; reads it anew only when it has changed.

    `folders` says what the outermost folders are: "splits", "classes", or "auto" to find that out
    from their names (`attnlab.data.images.splits`). `encoding` is that of names in an archive which
    does not say so itself: one of `attnlab.data.images.encodings.CODECS`, or "auto". `kind`
    is what the set is made of.

    Folders that only hold another folder are passed through. Left out are what is hidden or a
    system's, files that are no images, and test images without classes. Raises ImageSetError for a
    path that is neither folder nor archive, folders that may be splits or classes, fewer than two
    classes, a class without images, or splits with different classes.
    """
    if kind == IMAGES and (brought := _brought.get((str(path), folders, encoding))) is not None:
        return brought
    try:
        path = Path(path).expanduser().absolute()
        stamp = _stamp(path)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, ImageSetError):
            raise
        raise unreadable(Path(path), error) from None
    return _listed(path, stamp, folders, encoding, kind)


def bring_listing(
    path: str | Path, names: Listing | None, folders: str = AUTO, encoding: str = AUTO
) -> None:
    """Let `listing` give these names for these arguments, whatever is there; None ends that."""
    if names is None:
        _brought.pop((str(path), folders, encoding), None)
    else:
        _brought[str(path), folders, encoding] = names


def is_brought(path: str | Path) -> bool:
    """Whether the names at this path came from another machine."""
    return any(brought == str(path) for brought, *_ in _brought)


@lru_cache(maxsize=8)
def _listed(path: Path, stamp: Stamp, folders: str, encoding: str, kind: FileKind) -> Listing:
    with opened(path, encoding, kind) as container:
        found = arranged(container, folders)
        encoding = container.encoding
    left_out = notes_of(found.left_out)
    return _checked(
        Listing(path, stamp, found.classes, found.splits, encoding, kind, left_out, found.warnings)
    )


def _stamp(path: Path) -> Stamp:
    """Changes when a file is added or removed."""
    if not path.is_dir():
        stat = path.stat() if path.exists() else None
        return (stat.st_mtime_ns, stat.st_size) if stat else ()
    folders = (Path(step.path) for step, _ in walk(path))
    return tuple(sorted((str(folder), folder.stat().st_mtime_ns) for folder in folders))


def _checked(names: Listing) -> Listing:
    """The listing, if every class has enough images for the splits that must be cut out.

    Raises ImageSetError for a class with too few.
    """
    needed = {"train": 1 if "validation" in names.splits else FEWEST_IMAGES}
    if "validation" in names.splits:
        needed["validation"] = 1 if "test" in names.splits else 2
    for split, fewest in needed.items():
        counts = zip(names.classes, names.counts()[split], strict=True)
        few = [name for name, count in counts if count < fewest]
        if few:
            raise ImageSetError(
                f"{names.path} has classes with fewer than {fewest} {names.kind.many} to divide "
                f"into splits: {first_few(few)}"
            )
    return names


def _first_of_each(images: Labelled, most: int) -> Labelled:
    taken: Counter[int] = Counter()
    kept = []
    for name, label in images:
        taken[label] += 1
        if taken[label] <= most:
            kept.append((name, label))
    return tuple(kept)
