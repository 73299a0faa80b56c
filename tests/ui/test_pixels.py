"""Pictures inside an address have the pixels that they were made of."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from attnlab.ui import pixels


@pytest.mark.parametrize("shape", [(1, 1, 4), (5, 3, 4), (64, 40, 4)])
def test_a_png_keeps_every_pixel_also_where_it_is_clear(shape):
    levels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    levels[0, 0] = (9, 99, 199, 0)
    kind, _, data = pixels.png(levels / 255).partition(",")
    assert kind == "data:image/png;base64"
    picture = Image.open(io.BytesIO(base64.b64decode(data)))
    assert (picture.format, picture.mode) == ("PNG", "RGBA")
    np.testing.assert_array_equal(np.asarray(picture), levels)


def test_brightness_beyond_its_range_is_cut():
    address = pixels.png(np.array([[[-0.5, 1.5, 0.5, 1.0]]]))
    picture = Image.open(io.BytesIO(base64.b64decode(address.partition(",")[2])))
    assert picture.getpixel((0, 0)) == (0, 255, 128, 255)
