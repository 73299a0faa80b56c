"""What the masks of images mark, laid out as the images are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image, ImageOps

from attnlab.data.images.containers import Container, opened
from attnlab.data.images.contents import FileStamps, file_stamps
from attnlab.data.images.errors import ImageSetError, first_few, printable
from attnlab.data.images.listing import Listing
from attnlab.data.images.notes import Note, notes_of
from attnlab.data.images.pixels import MOST_PIXELS, opened_image
from attnlab.data.images.rendering import Rendering

_LOSSY = ("JPEG", "MPO")
"""Kinds of files in which black is not quite black."""


@dataclass(frozen=True)
class Marked:
    """What masks mark: (N, size, size) booleans, not writeable, False all over where an image has
    no mask; and notes on masks that mark nothing, or everything."""

    pixels: np.ndarray
    notes: tuple[Note, ...] = ()


_brought: dict[tuple[Listing, tuple[str, ...], Rendering], np.ndarray] = {}
"""Masks that another machine has read."""


def marked(images: Listing, names: tuple[str, ...], how: Rendering) -> Marked:
    """Read the masks of these images of the set.

    What is not black is marked; in a JPEG, whose black is not quite that, what is at least half as
    bright as its brightest pixel. Where nothing but transparency tells parts of a mask apart, what
    is not transparent is marked. The latest results are cached until a file changes. Raises
    ImageSetError that names the masks that cannot be read, or do not have the proportions of their
    image.
    """
    if (brought := _brought.get((images, names, how))) is not None:
        return Marked(brought)
    stamps: FileStamps = ()
    if (where := images.masks_in) is not None:
        of = dict(images.masks)
        stamps = file_stamps(where, [of[name] for name in names if name in of])
    return _marked(images, names, how, stamps)


def bring_masks(
    images: Listing, names: tuple[str, ...], how: Rendering, brought: np.ndarray | None
) -> None:
    """Let `marked` give this array for these arguments, wherever the files are; None ends that."""
    if brought is None:
        _brought.pop((images, names, how), None)
    else:
        _brought[images, names, how] = brought


@lru_cache(maxsize=2)
def _marked(images: Listing, names: tuple[str, ...], how: Rendering, stamps: FileStamps) -> Marked:
    array = np.zeros((len(names), how.size, how.size), bool)
    of = dict(images.masks)
    wanted = [(number, name, of[name]) for number, name in enumerate(names) if name in of]
    assert images.masks_in is not None or not wanted
    broken: list[str] = []
    notes: list[tuple[str, str]] = []
    with (
        opened(images.path, images.encoding) as of_images,
        opened(images.masks_in or images.path, images.encoding) as of_masks,
    ):
        for number, name, mask in wanted:
            try:
                array[number] = how.of_mask(_mask(of_masks.read(mask), _size(of_images, name)))
            except Exception as error:  # a damaged file may raise anything
                broken.append(
                    f"{printable(mask)} ({printable(str(error)) or type(error).__name__})"
                )
                continue
            notes += [(mask, note) for note in _notes(array[number])]
    if broken:
        which = "a mask" if len(broken) == 1 else f"{len(broken)} masks"
        raise ImageSetError(
            f"{images.masks_in} has {which} that cannot be used: {first_few(broken)}"
        )
    array.flags.writeable = False
    return Marked(array, notes_of(notes))


def _notes(mask: np.ndarray) -> Iterable[str]:
    if not mask.any():
        yield "masks that mark nothing, on which attention is not measured"
    if mask.all():
        yield "masks that mark the whole image, where nothing else can be attended to"


def _size(container: Container, name: str) -> tuple[int, int]:
    """The width and height of an image as it is shown."""
    image = opened_image(container.read(name))
    turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    width, height = image.size
    return (height, width) if turned else (width, height)


def _mask(data: bytes, size: tuple[int, int]) -> np.ndarray:
    """What a mask marks (H, W), of an image of this width and height; H and W may be others in
    the same proportions."""
    image = opened_image(data)
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise ValueError(f"{image.size[0]} × {image.size[1]} pixels are more than are read")
    lossy = image.format in _LOSSY
    image = ImageOps.exif_transpose(image)
    (width, height), (wide, high) = image.size, size
    if abs(width * high - height * wide) > max(width, height, wide, high):
        raise ValueError(
            f"{width} × {height} pixels are not in the proportions of its image, {wide} × {high}"
        )
    if image.mode == "P" or image.has_transparency_data:
        colours = np.asarray(image.convert("RGBA"))
        seen = colours[..., 3] > 0
        lit = (colours[..., :3] > 0).any(axis=-1) & seen
        return lit if lit.any() or seen.all() else seen
    values = np.nan_to_num(np.asarray(image if _is_grey(image) else image.convert("RGB")))
    values = values if values.ndim == 2 else values.max(axis=-1)
    return (values > 0) & (values >= values.max() / 2) if lossy else values != 0


def _is_grey(image: Image.Image) -> bool:
    return len(image.getbands()) == 1
