"""The names in an image set: its classes, and the images of each split."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from attnlab.data.images.arrangement import Arrangement, Labelled, arranged
from attnlab.data.images.containers import opened, unreadable
from attnlab.data.images.encodings import AUTO
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.file_names import IMAGES, FileKind
from attnlab.data.images.folders import walk
from attnlab.data.images.mask_names import (
    UNMATCHED,
    leave_out_masks,
    likely_masks,
    masks_of,
    set_apart,
)
from attnlab.data.images.notes import Note, notes_of
from attnlab.wording import counted

FEWEST_IMAGES = 3
"""Of each class, where one set is to be cut into training, validation and test."""

Stamp = tuple[int | tuple[str, int], ...]
"""Sizes and times of change: another stamp means that a folder or an archive has changed."""

_brought: dict[tuple[str, str, str, str], Listing] = {}
"""Image sets that another machine has read, by the path that a plan has for them and how it is
read."""


@dataclass(frozen=True)
class Listing:
    """An image set by names.

    `splits` holds the images of "train", and of "validation" and "test" where the set is divided;
    one that is not divided is all "train". Classes are numbered in the order of their names.
    `encoding` is how names were read that are not in UTF-8. `left_out` says how many files are not
    part of the set, for each reason, and `warnings` are sentences about what a person should check.
    `masks` names the mask of each image that has one, in the folder or archive `masks_in`.
    """

    path: Path
    stamp: Stamp
    classes: tuple[str, ...]
    splits: dict[str, Labelled]
    encoding: str = AUTO
    kind: FileKind = IMAGES
    left_out: tuple[Note, ...] = ()
    warnings: tuple[str, ...] = ()
    masks: tuple[tuple[str, str], ...] = ()
    masks_in: Path | None = None

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
    path: str | Path,
    folders: str = AUTO,
    encoding: str = AUTO,
    masks: str = "",
    kind: FileKind = IMAGES,
) -> Listing:
    """List the image set in a folder or zip archive; reads it anew only when it has changed.

    `folders` says what the outermost folders are: "splits", "classes", or "auto" to find that out
    from their names (`attnlab.data.images.splits`). `encoding` is that of names in an archive which
    does not say so itself: one of `attnlab.data.images.encodings.CODECS`, or "auto". `masks` says
    where the masks of the images are: in folders of that name in the set, or beside it, or at an
    absolute path (`attnlab.data.images.mask_names`). `kind` is what the set is made of.

    Folders that only hold another folder are passed through. Left out are what is hidden or a
    system's, files that are no images, and test images without classes. Raises ImageSetError for a
    path that is neither folder nor archive, folders that may be splits or classes, fewer than two
    classes, a class without images, or splits with different classes.
    """
    brought = _brought.get((str(path), folders, encoding, masks))
    if kind == IMAGES and brought is not None:
        return brought
    try:
        path = Path(path).expanduser().absolute()
        stamp = _stamp(path)
        if masks and (beside := path.parent / masks) != path:
            stamp += _stamp(beside)
    except (OSError, ValueError, RuntimeError) as error:
        if isinstance(error, ImageSetError):
            raise
        raise unreadable(Path(path), error) from None
    return _listed(path, stamp, folders, encoding, masks, kind)


def bring_listing(
    path: str | Path,
    names: Listing | None,
    folders: str = AUTO,
    encoding: str = AUTO,
    masks: str = "",
) -> None:
    """Let `listing` give these names for these arguments, whatever is there; None ends that."""
    key = str(path), folders, encoding, masks
    if names is None:
        _brought.pop(key, None)
    else:
        _brought[key] = names


def is_brought(path: str | Path) -> bool:
    """Whether the names at this path came from another machine."""
    return any(brought == str(path) for brought, *_ in _brought)


@lru_cache(maxsize=8)
def _listed(
    path: Path, stamp: Stamp, folders: str, encoding: str, masks: str, kind: FileKind
) -> Listing:
    with opened(path, encoding, kind) as container:
        likely = likely_masks(container) if kind == IMAGES else ()
        apart = set_apart(container, masks, encoding) if masks else None
        left_out = leave_out_masks(container, likely) if apart is None else ""
        found = arranged(container, folders)
        encoding = container.encoding
    warnings = [*filter(None, [left_out]), *found.warnings, *_classes_of_masks(found, likely)]
    notes = [*found.left_out]
    of: dict[str, str] = {}
    if apart is not None:
        images = [name for images in found.splits.values() for name, _ in images]
        of, unused = masks_of(images, apart)
        notes += [(name, UNMATCHED) for name in unused]
        if bare := [name for name in images if name not in of]:
            warnings.append(
                f"{counted(len(bare), 'image')} of {len(images)} without a mask "
                f"({first_few(bare)}): attention is measured on the others"
            )
    return _checked(
        Listing(
            path,
            stamp,
            found.classes,
            found.splits,
            encoding,
            kind,
            notes_of(notes),
            tuple(warnings),
            tuple(sorted(of.items())),
            apart.path if apart else None,
        )
    )


def _classes_of_masks(found: Arrangement, likely: tuple[str, ...]) -> list[str]:
    """Warnings about classes that are called as folders of masks are."""
    named = {name.rpartition("/")[2] for name in likely}
    said = []
    for name in found.classes:
        others = [each for each in found.classes if each != name]
        if name in named and not any(name.casefold() in each.casefold() for each in others):
            said.append(
                f"the folder {name} is taken for a class: if it holds masks of the images, with "
                f"their names, set masks to {name}"
            )
    return said


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
