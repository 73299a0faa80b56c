"""The names in an image set: its classes, and the images of each split."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from attnlab.data.images.containers import Container, opened
from attnlab.data.images.errors import ImageSetError, first_few

IMAGES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp")
MOST_CLASSES = 1000
FEWEST_IMAGES = 3
"""Of each class, where one set is to be cut into training, validation and test."""

SPLITS = {
    "train": "train",
    "training": "train",
    "validation": "validation",
    "valid": "validation",
    "val": "validation",
    "test": "test",
}
"""The names that the folders of the splits may have."""

Labelled = tuple[tuple[str, int], ...]
"""Names of images with their class numbers."""

Stamp = tuple[int | tuple[str, int], ...]
"""Sizes and times of change: another stamp means that a folder or an archive has changed."""


_brought: dict[str, Listing] = {}
"""Image sets that another machine has read, by the path that a plan has for them."""


@dataclass(frozen=True)
class Listing:
    """An image set by names.

    `splits` holds the images of "train", and of "validation" and "test" where the set is divided;
    one that is not divided is all "train". Classes are numbered in the order of their names.
    """

    path: Path
    stamp: Stamp
    classes: tuple[str, ...]
    splits: dict[str, Labelled]

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


def listing(path: str | Path) -> Listing:
    """List the image set in a folder or zip archive; reads it anew only when it has changed.

    Folders that only hold another folder are passed through. What begins with a dot is left out.
    Raises ImageSetError for a path that is neither folder nor archive, fewer than two classes, a
    class without images, files that are no images, or splits with different classes.
    """
    if (brought := _brought.get(str(path))) is not None:
        return brought
    try:
        path = Path(path).expanduser().absolute()
        stamp = _stamp(path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageSetError(f"cannot read the images in {path}: {reason}") from None
    return _listed(path, stamp)


def bring_listing(path: str | Path, names: Listing | None) -> None:
    """Let `listing` give these names for this path, whatever is there; None ends that."""
    if names is None:
        _brought.pop(str(path), None)
    else:
        _brought[str(path)] = names


def is_brought(path: str | Path) -> bool:
    """Whether the names at this path came from another machine."""
    return str(path) in _brought


@lru_cache(maxsize=8)
def _listed(path: Path, stamp: Stamp) -> Listing:
    with opened(path) as container:
        files, folders = _names_in(container)
    base = _innermost_wrapper(folders)
    tops = _directly_in(folders, base)
    kinds = {top: SPLITS.get(top.lower()) for top in tops}
    if "train" not in kinds.values():
        classes, images = _classes(path, files, folders, base)
        return _checked(Listing(path, stamp, classes, {"train": images}))
    foreign = [top for top, kind in kinds.items() if kind is None]
    if foreign:
        raise ImageSetError(
            f"{path} has folders for training and validation, and beside them "
            f"{first_few(foreign)}: expected train, validation and test alone"
        )
    divided: dict[str, tuple[tuple[str, ...], Labelled]] = {}
    for top in tops:
        split = SPLITS[top.lower()]
        if split in divided:
            raise ImageSetError(f"{path} has two folders for {split}: {', '.join(tops)}")
        divided[split] = _classes(path, files, folders, f"{base}{top}/")
    classes = divided["train"][0]
    for split, (of_split, _) in divided.items():
        if odd := sorted(set(of_split) ^ set(classes)):
            raise ImageSetError(
                f"{path} has other classes in {split} than in train: {first_few(odd)}"
            )
    order = dict.fromkeys(SPLITS.values())
    splits = {split: divided[split][1] for split in order if split in divided}
    return _checked(Listing(path, stamp, classes, splits))


def _stamp(path: Path) -> Stamp:
    """Changes when a file is added or removed."""
    if not path.is_dir():
        stat = path.stat() if path.exists() else None
        return (stat.st_mtime_ns, stat.st_size) if stat else ()
    return tuple(sorted((folder, os.stat(folder).st_mtime_ns) for folder, *_ in os.walk(path)))


def _names_in(container: Container) -> tuple[list[str], set[str]]:
    """Files and folders, including folders without an entry, without files of the system."""
    files = sorted(name for name in container.files if _is_meant(name))
    folders = {name for name in container.folders if _is_meant(name)}
    for name in files:
        folders |= {parent.as_posix() for parent in PurePosixPath(name).parents} - {"."}
    for name in list(folders):
        folders |= {parent.as_posix() for parent in PurePosixPath(name).parents} - {"."}
    return files, folders


def _is_meant(name: str) -> bool:
    parts = name.split("/")
    return not (
        any(part.startswith(".") or part == "__MACOSX" for part in parts)
        or parts[-1].lower() in ("thumbs.db", "desktop.ini")
    )


def _innermost_wrapper(folders: set[str]) -> str:
    """The folder, with a slash at its end, that holds all others and nothing else."""
    base = ""
    while True:
        tops = _directly_in(folders, base)
        if len(tops) != 1 or not _directly_in(folders, f"{base}{tops[0]}/"):
            return base
        base += f"{tops[0]}/"


def _below(names: Iterable[str], base: str) -> list[str]:
    return [name.removeprefix(base) for name in names if name.startswith(base)]


def _directly_in(folders: set[str], base: str) -> list[str]:
    return sorted(name for name in _below(folders, base) if "/" not in name)


def _classes(
    path: Path, files: list[str], folders: set[str], base: str
) -> tuple[tuple[str, ...], Labelled]:
    """The classes in the folders below `base`, and their images."""
    where = f"{base.rstrip('/')} of {path}" if base else str(path)
    classes = _directly_in(folders, base)
    if len(classes) < 2:
        count = f"one class ({classes[0]})" if classes else "no classes"
        raise ImageSetError(
            f"{where} holds {count}, and at least two are needed: a subfolder of images for each"
        )
    if len(classes) > MOST_CLASSES:
        raise ImageSetError(f"{where} holds more than {MOST_CLASSES} classes: {len(classes)}")
    below = _below(files, base)
    is_image = {name: name.lower().endswith(IMAGES) for name in below}
    loose = [name for name in below if "/" not in name and is_image[name]]
    if loose:
        raise ImageSetError(f"{where} has images in no class's subfolder: {first_few(loose)}")
    others = [name for name in below if "/" in name and not is_image[name]]
    if others:
        kinds = ", ".join(ending.removeprefix(".") for ending in IMAGES)
        raise ImageSetError(
            f"{where} has files that are no images of a known kind ({kinds}): {first_few(others)}"
        )
    number = {name: label for label, name in enumerate(classes)}
    labelled = [(name, number[name.partition("/")[0]]) for name in below if "/" in name]
    counts = Counter(label for _, label in labelled)
    empty = [name for name in classes if not counts[number[name]]]
    if empty:
        raise ImageSetError(f"{where} has classes without any image: {first_few(empty)}")
    return tuple(classes), tuple(sorted((base + name, label) for name, label in labelled))


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
                f"{names.path} has classes with fewer than {fewest} images to divide into "
                f"splits: {first_few(few)}"
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
