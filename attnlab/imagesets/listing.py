"""What an image set holds, by names alone: its classes, and the images of each split."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from attnlab.imagesets.containers import Container, opened
from attnlab.imagesets.errors import ImageSetError, first_few

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
"""What the folders of the splits may be called."""

Labelled = tuple[tuple[str, int], ...]
"""Names of images with their class numbers."""


@dataclass(frozen=True)
class Listing:
    """An image set by names.

    `splits` holds the images of "train", and of "validation" and "test" where the set is divided;
    one that is not divided is all "train". Classes are numbered in the order of their names.
    """

    path: Path
    stamp: tuple
    classes: tuple[str, ...]
    splits: dict[str, Labelled]

    def __hash__(self) -> int:
        return hash((self.path, self.stamp))

    def counts(self) -> dict[str, tuple[int, ...]]:
        """How many images of each class every split has."""
        numbers = range(len(self.classes))
        found = {name: Counter(label for _, label in own) for name, own in self.splits.items()}
        return {name: tuple(of[label] for label in numbers) for name, of in found.items()}

    def limited(self, most: int) -> dict[str, Labelled]:
        """The splits with at most so many images of a class in each, the first by name."""
        return {name: _first_of_each(images, most) for name, images in self.splits.items()}


def listing(path: str | Path) -> Listing:
    """List the image set in a folder or zip archive; reads it anew only when it has changed.

    Folders that only hold another folder are passed through. What begins with a dot is left out.
    Raises ImageSetError for a path that is neither folder nor archive, fewer than two classes, a
    class without images, files that are no images, or splits with different classes.
    """
    try:
        path = Path(path).expanduser().absolute()
        stamp = _stamp(path)
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ImageSetError(f"cannot read the images in {path}: {reason}") from None
    return _listed(path, stamp)


@lru_cache(maxsize=8)
def _listed(path: Path, stamp: tuple) -> Listing:
    with opened(path) as container:
        files, folders = _seen(container)
    base = _wrapping(folders)
    tops = _directly_in(folders, base)
    kinds = {top: SPLITS.get(top.lower()) for top in tops}
    if "train" not in kinds.values():
        classes, splits = _classes(path, files, folders, base)
        return _checked(Listing(path, stamp, classes, {"train": splits}))
    foreign = [top for top, kind in kinds.items() if kind is None]
    if foreign:
        raise ImageSetError(
            f"{path} has folders for training and validation, and beside them "
            f"{first_few(foreign)}: expected train, validation and test alone"
        )
    found = {}
    for top, kind in kinds.items():
        if kind in found:
            raise ImageSetError(f"{path} has two folders for {kind}: {', '.join(tops)}")
        found[kind] = _classes(path, files, folders, f"{base}{top}/")
    classes = found["train"][0]
    for kind, (own, _) in found.items():
        if odd := sorted(set(own) ^ set(classes)):
            raise ImageSetError(
                f"{path} has other classes in {kind} than in train: {first_few(odd)}"
            )
    splits = {kind: found[kind][1] for kind in ("train", "validation", "test") if kind in found}
    return _checked(Listing(path, stamp, classes, splits))


def _stamp(path: Path) -> tuple:
    """What changes when files come or go."""
    if not path.is_dir():
        about = path.stat() if path.exists() else None
        return (about.st_mtime_ns, about.st_size) if about else ()
    return tuple(sorted((folder, os.stat(folder).st_mtime_ns) for folder, *_ in os.walk(path)))


def _seen(container: Container) -> tuple[list[str], set[str]]:
    """Files and folders, with those that no entry names, without what systems leave about."""
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


def _wrapping(folders: set[str]) -> str:
    """The folder, with a slash at its end, that holds all others and nothing beside them."""
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
        found = f"one class ({classes[0]})" if classes else "no classes"
        raise ImageSetError(
            f"{where} holds {found}, and at least two are needed: a subfolder of images for each"
        )
    if len(classes) > MOST_CLASSES:
        raise ImageSetError(f"{where} holds more than {MOST_CLASSES} classes: {len(classes)}")
    own = _below(files, base)
    is_image = {name: name.lower().endswith(IMAGES) for name in own}
    loose = [name for name in own if "/" not in name and is_image[name]]
    if loose:
        raise ImageSetError(f"{where} has images in no class's subfolder: {first_few(loose)}")
    others = [name for name in own if "/" in name and not is_image[name]]
    if others:
        kinds = ", ".join(ending.removeprefix(".") for ending in IMAGES)
        raise ImageSetError(
            f"{where} has files that are no images of a known kind ({kinds}): {first_few(others)}"
        )
    number = {name: label for label, name in enumerate(classes)}
    labelled = [(name, number[name.partition("/")[0]]) for name in own if "/" in name]
    counts = Counter(label for _, label in labelled)
    empty = [name for name in classes if not counts[number[name]]]
    if empty:
        raise ImageSetError(f"{where} has classes without any image: {first_few(empty)}")
    return tuple(classes), tuple(sorted((base + name, label) for name, label in labelled))


def _checked(found: Listing) -> Listing:
    """The listing, if every class has enough images for those splits that must be cut out."""
    needed = {"train": 1 if "validation" in found.splits else FEWEST_IMAGES}
    if "validation" in found.splits:
        needed["validation"] = 1 if "test" in found.splits else 2
    for split, fewest in needed.items():
        counts = zip(found.classes, found.counts()[split], strict=True)
        few = [name for name, count in counts if count < fewest]
        if few:
            raise ImageSetError(
                f"{found.path} has classes with fewer than {fewest} images to divide into "
                f"splits: {first_few(few)}"
            )
    return found


def _first_of_each(images: Labelled, most: int) -> Labelled:
    taken: Counter[int] = Counter()
    kept = []
    for name, label in images:
        taken[label] += 1
        if taken[label] <= most:
            kept.append((name, label))
    return tuple(kept)
