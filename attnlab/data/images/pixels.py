"""The pixels of an image set, every image of the same size."""

from __future__ import annotations

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageOps

from attnlab.data.images.containers import Container, opened
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.listing import Listing

Image.init()  # its formats are modules: imported now, not by the threads that read images

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP")
MOST_PIXELS = 40_000_000
"""Of one image; its header says how many it has, before anything is decoded."""

FileStamps = tuple[tuple[int, int], ...]
"""Time of change and size of each file."""

_brought: dict[tuple[Listing, tuple[str, ...], int, bool], np.ndarray] = {}
"""Images that another machine has decoded."""

_SIXTEEN_BITS = ("I;16", "I;16L", "I;16B", "I;16N")


def pixels(images: Listing, names: tuple[str, ...], size: int, colour: bool) -> np.ndarray:
    """Decode these images of the set: (N, size, size, 3), or 1 in grey, as uint8, not writeable.

    Each is stretched to the square; an animation gives its first picture, transparency is dropped,
    and a picture is turned as its camera noted. The latest two results are cached until a file
    changes. Raises ImageSetError that names the images that cannot be decoded.
    """
    if (brought := _brought.get((images, names, size, colour))) is not None:
        return brought
    stamps: FileStamps = ()
    if images.path.is_dir():
        try:
            stats = [(images.path / name).stat() for name in names]
        except OSError as error:
            raise ImageSetError(f"cannot read {error.filename}: {error.strerror}") from None
        stamps = tuple((stat.st_mtime_ns, stat.st_size) for stat in stats)
    return _decoded(images, names, size, colour, stamps)


def bring_pixels(
    images: Listing, names: tuple[str, ...], size: int, colour: bool, decoded: np.ndarray | None
) -> None:
    """Let `pixels` give this array for these arguments, wherever the files are; None ends that."""
    if decoded is None:
        _brought.pop((images, names, size, colour), None)
    else:
        _brought[images, names, size, colour] = decoded


@lru_cache(maxsize=2)
def _decoded(
    images: Listing, names: tuple[str, ...], size: int, colour: bool, stamps: FileStamps
) -> np.ndarray:
    decoded = np.empty((len(names), size, size, 3 if colour else 1), np.uint8)
    broken = []
    with opened(images.path) as container:
        for number, name in enumerate(names):
            try:
                decoded[number] = _picture(container, name, size, colour)
            except Exception as error:  # a damaged file may raise anything
                broken.append(f"{name} ({str(error) or type(error).__name__})")
    if broken:
        which = "an image" if len(broken) == 1 else f"{len(broken)} images"
        raise ImageSetError(f"{images.path} has {which} that cannot be read: {first_few(broken)}")
    decoded.flags.writeable = False
    return decoded


def _picture(container: Container, name: str, size: int, colour: bool) -> np.ndarray:
    """One image as (size, size, 3 or 1)."""
    data = io.BytesIO(container.read(name))
    try:
        image: Image.Image = Image.open(data, formats=FORMATS)
    except Image.UnidentifiedImageError:
        raise ValueError(f"not a {', '.join(FORMATS[:-1])} or {FORMATS[-1]} image") from None
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width} × {height} pixels are more than are read")
    image = ImageOps.exif_transpose(image)
    if image.mode in _SIXTEEN_BITS:  # converting would cut off everything brighter than 255
        image = Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    image = image.convert("RGB" if colour else "L").resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(image).reshape(size, size, -1)
