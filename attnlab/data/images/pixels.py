"""The pixels of an image set, every image of the same size."""

from __future__ import annotations

import io
import threading
from collections.abc import Generator, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeVar

import numpy as np
from PIL import Image, ImageOps

from attnlab.data.images.brought import brought_pixels
from attnlab.data.images.containers import Container, opened
from attnlab.data.images.contents import FileStamps, file_stamps
from attnlab.data.images.depth import Deep, Span, deep
from attnlab.data.images.errors import ImageSetError, first_few
from attnlab.data.images.listing import Listing
from attnlab.data.images.notes import Note, notes_of
from attnlab.data.images.rendering import NO_BACKGROUND, Rendering
from attnlab.data.images.windows import Window, counted, in_windows, outcome
from attnlab.wording import printable

T = TypeVar("T")

Image.init()  # its formats are modules: imported now, not by the threads that read images

ENDINGS = {
    "PNG": (".png",),
    "JPEG": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "BMP": (".bmp",),
    "GIF": (".gif",),
    "WEBP": (".webp",),
    "TIFF": (".tif", ".tiff"),
    "PPM": (".ppm", ".pgm", ".pbm", ".pnm"),
}
"""The kinds of files that are read, by Pillow's names for them."""

MOST_PIXELS = 40_000_000
"""Of one image; its header says how many it has, before anything is decoded."""

LARGE = 4_000_000
"""Pixels of an image from which on it is decoded alone: in full it takes a hundred MB and more."""


@dataclass(frozen=True)
class Decoded:
    """Images as (N, size, size, 3), or 1 in grey, as uint8, not writeable; `notes` say what was
    done to some of them."""

    pixels: np.ndarray
    notes: tuple[Note, ...] = ()


_State = tuple[Listing, tuple[str, ...], Rendering, FileStamps]
"""Images, how they are read, and the state of their files."""

_latest: dict[_State, Decoded] = {}
_faults: dict[_State, str] = {}
"""What is wrong with images, so that not every seed finds that out anew."""

_MOST_LATEST = 2
_lock = threading.Lock()
_one_at_a_time = threading.Lock()


def pixels(images: Listing, names: tuple[str, ...], how: Rendering) -> np.ndarray:
    """Decode these images of the set: (N, size, size, 3), or 1 in grey, as uint8, not writeable.

    Each becomes a square as `how` says; an animation gives its first picture, transparency is laid
    on the background, a picture is turned as its camera noted, and values of more than 8 bits are
    scaled by the range that they have in the set (`attnlab.data.images.depth`). The latest two
    results are cached until a file changes. Raises ImageSetError that names the images that cannot
    be decoded.
    """
    return decoded(images, names, how).pixels


def decoded(images: Listing, names: tuple[str, ...], how: Rendering) -> Decoded:
    """What `pixels` gives, with notes about what was done to images that needed it."""
    return outcome(decoded_in_steps(images, names, how))


def decoded_in_steps(
    images: Listing, names: tuple[str, ...], how: Rendering
) -> Generator[int, None, Decoded]:
    """The same; yields how many are decoded, again and again, where any are. Closing it ends it."""
    if (brought := brought_pixels(images, names, how)) is not None:
        return Decoded(brought)
    key = images, names, how, file_stamps(images.path, names)
    if (known := _latest.get(key)) is not None:
        return known
    array = np.empty((len(names), *how.shape), np.uint8)
    notes = yield from counted(decoding(images, names, how), array.__setitem__)
    array.flags.writeable = False
    result = Decoded(array, notes)
    _put_latest(_latest, key, result)
    return result


def decoding(
    images: Listing, names: tuple[str, ...], how: Rendering
) -> Generator[Window[np.ndarray], None, tuple[Note, ...]]:
    """Decode these images in several threads; yields some with their numbers, in order but for
    those that wait for the range of the set, and returns the notes. Closing it ends it."""
    key = images, names, how, file_stamps(images.path, names)
    if (fault := _faults.get(key)) is not None:
        raise ImageSetError(fault)
    reading = ImageReading(how)

    def windows(
        numbers: Iterable[int], spans: dict[str, Span] | None = None
    ) -> Generator[Window[np.ndarray], None, None]:
        def attempt(number: int) -> tuple[int, np.ndarray | None]:
            return number, reading.attempt(container, names[number], spans)

        for found in in_windows(attempt, numbers):
            yield [(number, picture) for number, picture in found if picture is not None]

    with opened(images.path, images.encoding) as container:
        yield from windows(range(len(names)))
        if reading.extremes:  # again, now that the range of all of them is known
            spans = reading.spans({name for name, _ in images.splits["train"]})
            deep = [number for number, name in enumerate(names) if name in reading.extremes]
            yield from windows(deep, spans)
    if reading.broken:
        broken = [reading.broken[name] for name in names if name in reading.broken]
        which = "an image" if len(broken) == 1 else f"{len(broken)} images"
        fault = f"{images.path} has {which} that cannot be read: {first_few(broken)}"
        _put_latest(_faults, key, fault)
        raise ImageSetError(fault)
    return notes_of(reading.notes)


def _put_latest(kept: dict[_State, T], key: _State, value: T) -> None:
    with _lock:
        kept[key] = value
        while len(kept) > _MOST_LATEST:
            kept.pop(next(iter(kept)))


@dataclass
class ImageReading:
    """Images being read, in any order: what was noted, and those that cannot be read.

    `extremes` holds the kind, the smallest and the largest value of each of more than 8 bits.
    """

    how: Rendering
    notes: list[tuple[str, str]] = field(default_factory=list)
    broken: dict[str, str] = field(default_factory=dict)
    extremes: dict[str, tuple[str, tuple[float, float] | None]] = field(default_factory=dict)

    def attempt(
        self, container: Container, name: str, spans: dict[str, Span] | None = None
    ) -> np.ndarray | None:
        """The image, or None if it cannot be read, or not before its span is known."""
        try:
            picture = _picture(container, name, self.how, spans)
        except Exception as error:  # a damaged file may raise anything
            reason = printable(str(error) or type(error).__name__)
            self.broken[name] = f"{printable(name)} ({reason})"
            return None
        if isinstance(picture, Deep):
            self.extremes[name] = picture.kind, picture.extremes()
            return None
        array, notes = picture
        self.notes += [(name, note) for note in notes]
        return array

    def spans(self, training: set[str]) -> dict[str, Span]:
        """The span of each kind of values, in the training images where there are any."""
        spans = {}
        for kind in {kind for kind, _ in self.extremes.values()}:
            found = {
                name: extremes
                for name, (of_image, extremes) in self.extremes.items()
                if of_image == kind and extremes is not None
            }
            trained = [extremes for name, extremes in found.items() if name in training]
            extremes = trained or list(found.values()) or [(0, 0)]
            spans[kind] = Span.of(extremes, whole=kind != "with fractions")
        return spans


def _picture(
    container: Container, name: str, how: Rendering, spans: dict[str, Span] | None
) -> tuple[np.ndarray, list[str]] | Deep:
    return picture_of(container.read(name), name, how, spans)


def picture_of(
    data: bytes, name: str, how: Rendering, spans: dict[str, Span] | None
) -> tuple[np.ndarray, list[str]] | Deep:
    """The image of a file as (size, size, 3 or 1), and notes; as it is, if its span is not known
    yet. Raises ValueError for one with more pixels than are read."""
    image = opened_image(data)
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise ValueError(f"{width} × {height} pixels are more than are read")
    with _one_at_a_time if width * height >= LARGE else nullcontext():
        return _rendered(image, data, name, how, spans)


def _rendered(
    image: Image.Image, data: bytes, name: str, how: Rendering, spans: dict[str, Span] | None
) -> tuple[np.ndarray, list[str]] | Deep:
    """An image as (size, size, 3 or 1), and notes; as it is, if its span is not known yet."""
    found = deep(image, lambda: opened_image(data))
    notes = _notes(image, name)
    if found is None:
        plain = ImageOps.exif_transpose(image)
    elif spans is None:
        return found
    else:
        span = spans[found.kind]
        plain = found.scaled(span)
        notes.append(f"images {found.kind}, scaled by their range {span}")
    if getattr(image, "is_animated", False):  # only some kinds can be
        notes.append("images with several pictures, of which the first is taken")
    if plain.has_transparency_data:
        plain = _flat(plain, how.background, notes)
    return how.of(plain), notes


def opened_image(data: bytes) -> Image.Image:
    """The image in a file, not decoded yet; raises ValueError for what is none of `ENDINGS`."""
    try:
        return Image.open(io.BytesIO(data), formats=tuple(ENDINGS))
    except Image.UnidentifiedImageError:
        *others, last = ENDINGS
        raise ValueError(f"not a {', '.join(others)} or {last} image") from None


def _notes(image: Image.Image, name: str) -> list[str]:
    """What is said of a file as it is, whatever it shows."""
    notes = []
    kind = "JPEG" if image.format == "MPO" else image.format or ""  # MPO: several in one
    if PurePosixPath(name).suffix.lower() not in ENDINGS.get(kind, ()):
        notes.append(f"images that are {kind} by another ending")
    if image.getexif().get(0x0112, 1) != 1:
        notes.append("images turned as their camera noted")
    if image.mode == "CMYK":
        notes.append("images in the colours of print, turned into those of screens")
    return notes


def _flat(image: Image.Image, background: str, notes: list[str]) -> Image.Image:
    """The image without transparency: laid on the background, if anything of it is transparent."""
    clear = image.convert("RGBA")
    lowest, highest = clear.getchannel("A").getextrema()
    if lowest == 255 or background == NO_BACKGROUND:
        return clear.convert("RGB")
    flat = Image.alpha_composite(Image.new("RGBA", clear.size, background), clear).convert("RGB")
    notes.append(f"images with transparency, laid on {background}")
    seen = np.asarray(flat)
    if lowest != highest and (seen == seen[0, 0]).all():
        notes.append(f"images of which nothing is seen on {background}: choose another background")
    return flat
