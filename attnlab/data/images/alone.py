"""An image that belongs to no set, read as those of a set are."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from attnlab.data.images.containers import opened
from attnlab.data.images.contents import FileStamps, file_stamps
from attnlab.data.images.depth import Deep, Span
from attnlab.data.images.errors import ImageSetError
from attnlab.data.images.limits import MOST_BYTES_A_FILE
from attnlab.data.images.listing import Listing
from attnlab.data.images.pixels import ENDINGS, ImageReading, opened_image, picture_of
from attnlab.data.images.rendering import Rendering
from attnlab.data.images.windows import in_windows
from attnlab.wording import printable

MOST_FOR_SPANS = 5_000
"""Images that are read for the range of values of one more."""


class ReadAlone(NamedTuple):
    """An image that is none of a set: its pixels (size, size, 3 or 1) as uint8, what was done to
    it, and how wide and high it was."""

    pixels: np.ndarray
    notes: list[str]
    size: tuple[int, int]


def read_alone(data: bytes, images: Listing, names: tuple[str, ...], how: Rendering) -> ReadAlone:
    """An image's file, read as these images of a set are, with the range of the set where it has
    more than 8 bits. Raises ImageSetError that says why it cannot be."""
    if len(data) > MOST_BYTES_A_FILE:
        most = MOST_BYTES_A_FILE // 2**20
        raise ImageSetError(
            f"expected an image of at most {most} MiB, got {len(data) / 2**20:.0f} MiB"
        )
    try:
        image = opened_image(data)
        kind = "JPEG" if image.format == "MPO" else image.format  # MPO: several in one
        name = f"image{ENDINGS.get(kind or '', ('',))[0]}"
        read = picture_of(data, name, how, None)
        if isinstance(read, Deep):
            spans = spans_of(images, names, how, file_stamps(images.path, names))
            if read.kind not in spans:
                raise ImageSetError(
                    f"expected an image like those of the set, of which none is one {read.kind}"
                )
            read = picture_of(data, name, how, spans)
    except ImageSetError:
        raise
    except Exception as error:  # a damaged file may raise anything
        reason = printable(str(error) or type(error).__name__)
        raise ImageSetError(f"expected an image that can be read: {reason}") from error
    assert not isinstance(read, Deep)  # its span was given
    return ReadAlone(*read, image.size)


@lru_cache(maxsize=2)
def spans_of(
    images: Listing, names: tuple[str, ...], how: Rendering, stamps: FileStamps
) -> dict[str, Span]:
    """The range of each kind of values of more than 8 bits in these images, of which `stamps` are
    the state. Raises ImageSetError where there are too many to be read for that."""
    if len(names) > MOST_FOR_SPANS:
        raise ImageSetError(
            "expected an image of 8 bits a channel, got one of more: its values are scaled by the "
            f"range of the set, which is found of at most {MOST_FOR_SPANS:,} images, and this one "
            f"has {len(names):,}"
        )
    reading = ImageReading(how)
    with opened(images.path, images.encoding) as container:
        for _ in in_windows(lambda name: reading.attempt(container, name) is None, names):
            pass
    return reading.spans({name for name, _ in images.splits["train"]})
