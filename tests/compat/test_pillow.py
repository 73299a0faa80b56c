"""Grey with transparency of 16 bits is read with all of its bytes."""

import io
import struct
import zlib

import numpy as np
from PIL import Image

from attnlab.compat.pillow import read_as_four_channels


def grey_with_transparency(values, alpha):
    """A PNG of one row: Pillow reads such a file, and writes none."""
    pixels = b"".join(struct.pack(">HH", *pair) for pair in zip(values, alpha, strict=True))

    def chunk(name, content):
        check = struct.pack(">I", zlib.crc32(name + content))
        return struct.pack(">I", len(content)) + name + content + check

    head = struct.pack(">IIBBBBB", len(values), 1, 16, 4, 0, 0, 0)
    data = zlib.compress(b"\0" + pixels)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def test_four_channels_are_the_bytes_of_grey_and_transparency():
    image = Image.open(io.BytesIO(grey_with_transparency([258, 4095], [65535, 1])))
    assert image.tile[0].args == "LA;16B"
    read_as_four_channels(image)
    image.tile = [image.tile[0]._replace(args="RGBA")]
    assert np.asarray(image).tolist() == [[[1, 2, 255, 255], [15, 255, 0, 1]]]
