"""Decoded images: their values, their size, and each that cannot be decoded by its name."""

import io
import os
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.pixels import pixels
from attnlab.data.images.rendering import Rendering

from .conftest import noise, png, usual


def decoded(path, size=8, colour=False, **options):
    image_set = listing(path)
    names = tuple(name for name, _ in image_set.splits["train"])
    return pixels(image_set, names, Rendering(size, colour, **options))


def fault(path, **options):
    with pytest.raises(ImageSetError) as caught:
        decoded(path, **options)
    return str(caught.value)


def saved(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def test_every_image_has_its_shade_at_the_size_that_was_asked_for(put):
    images = decoded(put(usual(3)), size=5)
    assert images.shape == (6, 5, 5, 1)
    assert images.dtype == np.uint8
    for image, shade in zip(images, (10, 11, 12, 100, 101, 102), strict=True):
        assert (image == shade).all()


def test_colours_come_in_three_channels_and_as_one_in_grey(put):
    files = usual(3) | {"cats/0.png": png((200, 100, 0), mode="RGB")}
    path = put(files)
    assert decoded(path, colour=True)[0, 0, 0].tolist() == [200, 100, 0]
    grey = decoded(path)[0, 0, 0]
    assert grey == pytest.approx(0.299 * 200 + 0.587 * 100, abs=1)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "BMP", "GIF", "WEBP"])
def test_each_kind_of_file_is_read(put, kind):
    files = usual(4)
    del files["cats/0.png"]
    files[f"cats/0.{kind.lower()}"] = png(90, kind=kind)
    assert decoded(put(files))[0] == pytest.approx(90, abs=2)


def test_sixteen_bits_keep_their_shades(put):
    deep = Image.fromarray(np.full((8, 8), 40_000, np.uint16))
    assert (decoded(put(usual(3) | {"cats/0.png": saved(deep)}))[0] == 40_000 >> 8).all()


def test_a_camera_held_upright_is_followed(put):
    image = Image.fromarray(np.repeat([[0] * 8, [255] * 8], 4, axis=0).astype(np.uint8))
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    turned = decoded(put(usual(3) | {"cats/0.png": saved(image, exif=exif)}))[0, ..., 0]
    assert (turned[:, :4] == 255).all()
    assert (turned[:, 4:] == 0).all()


def test_every_broken_image_is_named_and_counted(put):
    picture = noise(0)
    files = usual(8) | {
        "cats/1.png": b"no image",
        "cats/3.png": picture[: len(picture) // 2],
        "dogs/0.png": b"",
        "dogs/7.png": b"GIF89a",
    }
    message = fault(put(files))
    assert "4 images that cannot be read: cats/1.png (not a PNG" in message
    assert "cats/3.png (" in message
    assert "truncated" in message
    assert "dogs/0.png" in message
    assert message.endswith("and 1 more")


def test_a_header_that_promises_a_giant_is_refused_before_it_is_decoded(put):
    head = struct.pack(">IIBBBBB", 8000, 6000, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", len(head)) + b"IHDR" + head
    giant = b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + head))
    message = fault(put(usual(3) | {"cats/0.png": giant + png()[33:]}))
    assert "cats/0.png" in message
    assert "8000 × 6000 pixels are more than are read" in message


def test_what_is_kept_cannot_be_changed_and_is_read_once(put):
    path = put(usual(3))
    first = decoded(path)
    assert decoded(path) is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 0


def test_an_image_replaced_by_another_of_its_name_is_read_anew(tmp_path):
    for name, data in usual(3).items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    assert (decoded(tmp_path)[0] == 10).all()
    (tmp_path / "cats/0.png").write_bytes(png(77))
    os.utime(tmp_path / "cats/0.png", (1, 1))
    assert (decoded(tmp_path)[0] == 77).all()
