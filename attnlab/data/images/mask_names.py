"""Masks of the images of a set, by names: where they are, and which mask is of which image.

A mask has the name of its image, with any ending of an image and perhaps a word such as `_mask`
behind it. It lies in the same folders as its image does, or in some of them: the mask of
`train/cats/1.jpg` may be `train/cats/1.png`, `cats/1.png` or `1_mask.png` in a folder of masks,
as long as no other image can be meant.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from attnlab.data.images.containers import Container, opened
from attnlab.data.images.errors import ImageSetError, first_few, printable
from attnlab.data.images.file_names import IMAGES

UNMATCHED = "masks of no image"
UNUSED = "masks of images, which nothing names as masks"

_FOLDER_NAMES = frozenset(
    {
        *("mask", "masks", "groundtruth", "gt", "trimaps", "segmentation", "segmentations"),
        *("segmentationmask", "segmentationmasks", "segmask", "segmasks", "imagemasks"),
    }
)
"""What folders of masks are called, in small letters and without what is between words."""

_LAST_WORD = re.compile(r"[ _.-]+(masks?|seg|segmentation|gt|groundtruth|label)$", re.IGNORECASE)
_FOLDERS_COMPARED = 5
"""Of a name's folders the innermost so many are compared."""

Key = tuple[str, ...]
"""The folders of a file and its name, without the ending."""


@dataclass(frozen=True)
class Apart:
    """The masks of a set before it is known whose they are.

    `path` is the folder or archive that holds them; `keys` has each by its name there, with the
    name that its image should have. `where` names them for people.
    """

    path: Path
    keys: dict[str, Key]
    where: str


def set_apart(container: Container, masks: str, encoding: str) -> Apart:
    """Take the masks out of the files of a set, or find them where they are elsewhere.

    `masks` is the name of one or more folders in the set, of a folder or archive beside it, or an
    absolute path. Raises ImageSetError where nothing is there.
    """
    place = Path(masks)
    if not place.is_absolute():
        wanted = unicodedata.normalize("NFC", masks).casefold()
        found = [each for each in _folders(container) if _last(container, each) == wanted]
        if found:
            return _taken_out(container, _outermost(found))
        place = container.path.parent / masks
        if not place.exists():
            raise ImageSetError(f"there is no folder {masks} in {container.path} or beside it")
    elif container.path.is_dir() and place.is_relative_to(container.path):
        inside = place.relative_to(container.path).as_posix()
        if inside in _folders(container):
            return _taken_out(container, [inside])
    if not place.exists():
        raise ImageSetError(f"there is no folder or zip archive {place} with masks")
    if place.resolve() == container.path.resolve():
        raise ImageSetError(f"the masks are to be in another folder than the images: {place}")
    with opened(place, encoding) as others:
        return Apart(place, _keys(others.files, ""), str(place))


def likely_masks(container: Container) -> tuple[str, ...]:
    """The folders of a set that are called as folders of masks are; names without a slash."""
    found = [
        each
        for each in _folders(container)
        if re.sub(r"[\W_]", "", _last(container, each)) in _FOLDER_NAMES
    ]
    return tuple(_outermost(found))


def leave_out_masks(container: Container, folders: Iterable[str]) -> str:
    """Leave out those of these folders that hold masks of other images, of at least two classes,
    as their names show beyond doubt. Returns a warning, empty where nothing is left out."""
    for folder in folders:
        images = [name for name in container.files if IMAGES.has(name)]
        inside = [name for name in images if name.startswith(f"{folder}/")]
        others = [name for name in images if not name.startswith(f"{folder}/")]
        found, doubled = _matched(others, _keys(inside, folder))
        homes = {name.rpartition("/")[0] for name in found}
        if doubled or len(homes) < 2 or 2 * len(set(found.values())) < len(inside):
            continue
        _taken_out(container, [folder])
        container.left_out += [(name, UNUSED) for name in inside]
        name = printable(folder.rpartition("/")[2])
        return (
            f"{printable(folder)} of {container.path} is left out, as its images have the names of "
            f"others: to see whether attention finds what they mark, set masks to {name}"
        )
    return ""


def masks_of(images: Iterable[str], apart: Apart) -> tuple[dict[str, str], list[str]]:
    """The mask of each of these images that has one, by its name, and the masks of none.

    Raises ImageSetError where no image has one, or where it is not clear whose a mask is.
    """
    images = list(images)
    found, doubled = _matched(images, apart.keys)
    if not (found or doubled):  # the folders that hold all masks may be called otherwise
        found, doubled = _matched(images, _unwrapped(apart.keys))
    if doubled:
        raise ImageSetError(f"{apart.where}: {doubled}")
    if not apart.keys:
        raise ImageSetError(f"{apart.where} holds no masks: images with the names of images")
    if not found:
        raise ImageSetError(
            f"none of the {len(apart.keys)} masks in {apart.where} has the name of an image: "
            f"expected one such as {printable(_stem(images[0]))}.png for {printable(images[0])}, "
            f"got {first_few(list(apart.keys))}"
        )
    used = set(found.values())
    return found, [name for name in apart.keys if name not in used]


def _matched(images: Iterable[str], keys: dict[str, Key]) -> tuple[dict[str, str], str]:
    """The mask of each image that has one, and what is in doubt, as a sentence."""
    by_key: dict[Key, list[str]] = defaultdict(list)
    by_ending: dict[Key, list[str]] = defaultdict(list)
    for name, key in keys.items():
        for each in _spellings(key):
            by_key[each].append(name)
            for start in range(1, len(each)):
                by_ending[each[start:]].append(name)
    found: dict[str, str] = {}
    owner: dict[str, str] = {}
    for image in images:
        key = _key(image)
        masks = next((by_key[each] for each in _within(key) if each in by_key), None)
        masks = masks or by_ending.get(key)
        if not masks:
            continue
        if len(masks) > 1:
            return {}, f"{printable(image)} has more than one mask: {first_few(masks)}"
        mask = masks[0]
        if mask in owner:
            return {}, (
                f"{printable(mask)} may be the mask of {printable(owner[mask])} or of "
                f"{printable(image)}: put masks into the folders that their images are in"
            )
        found[image], owner[mask] = mask, image
    return found, ""


def _unwrapped(keys: dict[str, Key]) -> dict[str, Key]:
    """The keys without the folders that all of them begin with."""
    common = 0
    for parts in zip(*(key[:-1] for key in keys.values()), strict=False):
        if len(set(parts)) > 1:
            break
        common += 1
    return {name: key[common:] for name, key in keys.items()}


def _spellings(key: Key) -> Iterator[Key]:
    """A mask's key as it is, without a last word such as "_mask", and without a second ending."""
    *folders, name = key
    shorter = _LAST_WORD.sub("", name)
    if IMAGES.has(name):
        shorter = name.rpartition(".")[0]
    for each in dict.fromkeys((name, shorter)):
        yield (*folders, each)


def _within(key: Key) -> Iterator[Key]:
    """The key with all of its folders, then with fewer and fewer of the innermost."""
    *folders, name = key
    yield key
    inner = folders[-_FOLDERS_COMPARED:]
    for count in range(len(inner), -1, -1):
        for kept in combinations(inner, count):
            yield (*kept, name)


def _key(name: str) -> Key:
    return tuple(unicodedata.normalize("NFC", _stem(name)).split("/"))


def _stem(name: str) -> str:
    return name.rpartition(".")[0]


def _keys(names: Iterable[str], folder: str) -> dict[str, Key]:
    """The key that the image of each mask should have: without the name of the masks' folder."""
    above = folder.rpartition("/")[0]
    keys = {}
    for name in names:
        if IMAGES.has(name):
            inside = name[len(folder) :].lstrip("/")
            keys[name] = _key(f"{above}/{inside}" if above else inside)
    return keys


def _taken_out(container: Container, folders: list[str]) -> Apart:
    keys: dict[str, Key] = {}
    for folder in folders:
        inside = f"{folder}/"
        keys |= _keys([name for name in container.files if name.startswith(inside)], folder)
        container.files = {
            name: size for name, size in container.files.items() if not name.startswith(inside)
        }
        container.folders = {
            name for name in container.folders if name != folder and not name.startswith(inside)
        }
    where = f"{first_few(folders)} of {container.path}"
    return Apart(container.path, keys, where)


def _folders(container: Container) -> list[str]:
    """The folders of a set, sorted, without a slash at their end."""
    found = {name.rstrip("/") for name in container.folders}
    for name in container.files:
        while "/" in name and (name := name.rpartition("/")[0]) not in found:
            found.add(name)
    return sorted(found)


def _last(container: Container, folder: str) -> str:
    """The name of a folder itself, in small letters."""
    last = container.label(folder.rpartition("/")[2])
    return unicodedata.normalize("NFC", last).casefold()


def _outermost(folders: list[str]) -> list[str]:
    """Those that lie in none of the others."""
    chosen = set(folders)
    return [
        folder
        for folder in folders
        if not any(folder[:place] in chosen for place, letter in enumerate(folder) if letter == "/")
    ]
