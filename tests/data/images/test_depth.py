"""Images of more than 8 bits: scaled by one range for the set, and said."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from attnlab.data.images import ImageSetError, listing
from attnlab.data.images.depth import Span
from attnlab.data.images.pixels import decoded
from attnlab.data.images.rendering import Rendering

from .conftest import png, usual


def read(path, size=8, colour=False, background="white"):
    """The images in the order of the set, and what is noted of them."""
    image_set = listing(path)
    names = tuple(name for images in image_set.splits.values() for name, _ in images)
    found = decoded(image_set, names, Rendering(size, colour, background))
    return dict(zip(names, found.pixels, strict=True)), [str(note) for note in found.notes]


def saved(values, kind="PNG", **options):
    file = io.BytesIO()
    Image.fromarray(values).save(file, kind, **options)
    return file.getvalue()


def grey(value, dtype=np.uint16, kind="PNG", **options):
    return saved(np.full((8, 8), value, dtype), kind, **options)


def two_classes(values, suffix="png", **options):
    """A set whose images have these values, the first half of them cats."""
    half = len(values) // 2
    return {
        f"{'cats' if number < half else 'dogs'}/{number}.{suffix}": grey(value, **options)
        for number, value in enumerate(values)
    }


def shades(path):
    images, notes = read(path)
    return [image[0, 0, 0] for image in images.values()], notes


@pytest.mark.parametrize(
    ("values", "expected", "span"),
    [
        ([0, 1000, 4095, 2048, 16, 15], [0, 62, 255, 128, 1, 0], "0 to 4095"),
        ([0, 40_000, 65_535, 255, 256, 1], [0, 156, 255, 0, 1, 0], "0 to 65535"),
        ([0, 100, 255, 5, 7, 9], [0, 100, 255, 5, 7, 9], "0 to 255"),
        (
            [29_000, 31_000, 30_000, 29_500, 30_500, 29_000],
            [0, 255, 128, 64, 191, 0],
            "29000 to 31000",
        ),
    ],
)
@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_scaled_by_the_range_of_the_set(put, kind, values, expected, span):
    path = put(two_classes(values, kind.lower(), kind=kind))
    found, (note,) = shades(path)
    assert found == expected
    assert note.startswith(f"images of 16 bits, scaled by their range {span}: 6 (cats/0.")


def test_a_dark_image_stays_darker_than_a_bright_one(put):
    found, _ = shades(put(two_classes([100, 101, 102, 1000, 1001, 1002])))
    assert max(found[:3]) < 30 < 200 < min(found[3:])


def test_the_range_is_that_of_the_training_images(put):
    files = {f"train/{name}": data for name, data in two_classes([0, 10, 4000] * 2).items()}
    files |= {f"test/{name}": data for name, data in two_classes([65_000, 5] * 2).items()}
    images, (note,) = read(put(files))
    assert "range 0 to 4095" in note
    assert images["test/cats/0.png"][0, 0, 0] == 255
    assert images["train/cats/2.png"][0, 0, 0] == 4000 >> 4


@pytest.mark.parametrize(
    ("values", "dtype", "expected"),
    [
        ([0, 0.5, 1, 0.25, 0.75, np.nan], np.float32, [0, 128, 255, 64, 191, 0]),
        ([0, 127.5, 255, 64, 12, 1], np.float32, [0, 128, 255, 64, 12, 1]),
        ([-1, 1, 0, np.inf, -np.inf, 0.5], np.float32, [0, 255, 128, 255, 0, 191]),
        ([0, 4095, 2048, 16, 15, 1], np.int32, [0, 255, 128, 1, 0, 0]),
        ([-100, 100, 0, 50, -50, 1], np.int32, [0, 255, 128, 191, 64, 129]),
    ],
)
@pytest.mark.parametrize("compression", [None, "tiff_lzw"])
def test_tiff_of_32_bits_is_scaled_too(put, values, dtype, expected, compression):
    options = {"kind": "TIFF", "dtype": dtype, "compression": compression}
    found, notes = shades(put(two_classes(values, "tif", **options)))
    assert found == expected
    assert len(notes) == 1


def test_unsigned_32_bits_are_no_negative_numbers(put):
    data = bytearray(grey(0, np.int32, "TIFF"))
    place = bytes(data).index(struct.pack("<HHIH", 339, 3, 1, 2))  # how samples are to be taken
    data[place + 8] = 1
    data[-256:] = b"\0\0\0\xf0" * 64
    path = put(usual(3) | {"cats/0.tif": bytes(data)})
    images, (note,) = read(path)
    assert (images["cats/0.tif"] == 0xF0).all()
    assert "images of 32 bits, scaled by their range 0 to 4294967295" in note


def deep_png(values, kind):
    """A PNG file of 16 bits a channel, which Pillow does not write: values (H, W, channels)."""
    height, width, _ = values.shape
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in values)
    head = struct.pack(">IIBBBBB", width, height, 16, kind, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def deep_tiff(values, order):
    """An uncompressed TIFF file of 16 bits a channel: values (H, W, 3)."""
    height, width, channels = values.shape
    data = (
        struct.pack(f"{order}{channels}H", *[16] * channels) + values.astype(f"{order}u2").tobytes()
    )
    short = [(256, width), (257, height), (259, 1), (262, 2), (277, channels), (278, height)]
    tags = [(tag, struct.pack(f"{order}HI2H", 3, 1, value, 0)) for tag, value in short]
    tags.append((258, struct.pack(f"{order}HII", 3, channels, 8)))
    tags.append((273, struct.pack(f"{order}HII", 4, 1, 8 + 2 * channels)))
    tags.append((279, struct.pack(f"{order}HII", 4, 1, values.size * 2)))
    magic = b"II*\0" if order == "<" else b"MM\0*"
    entries = b"".join(struct.pack(f"{order}H", tag) + entry for tag, entry in sorted(tags))
    count = struct.pack(f"{order}H", len(tags))
    return magic + struct.pack(f"{order}I", 8 + len(data)) + data + count + entries + bytes(4)


def colours(channels, alpha=None):
    """Values (8, 8, channels) up to 4095 that differ from place to place, in their lower bytes."""
    values = np.random.default_rng(0).integers(0, 4096, (8, 8, channels))
    values[0, 0, 0] = 4095
    if alpha is not None:
        values[..., -1] = alpha
    return values


@pytest.mark.parametrize(
    ("name", "write", "channels"),
    [
        ("png", lambda values: deep_png(values, 2), 3),
        ("tif", lambda values: deep_tiff(values, "<"), 3),
        ("tiff", lambda values: deep_tiff(values, ">"), 3),
        ("png", lambda values: deep_png(values, 6), 4),
        ("png", lambda values: deep_png(values, 4), 2),
    ],
)
def test_colours_of_sixteen_bits_keep_their_lower_bytes(put, name, write, channels):
    values = colours(channels, None if channels == 3 else 65_535)
    path = put(usual(3) | {f"cats/0.{name}": write(values)})
    images, notes = read(path, colour=True)
    seen = values[..., :1] if channels == 2 else values[..., :3]
    assert (images[f"cats/0.{name}"] == seen >> 4).all()
    assert notes == [f"images of 16 bits, scaled by their range 0 to 4095: 1 (cats/0.{name})"]


def test_transparency_of_sixteen_bits_is_laid_on_the_background(put):
    path = put(usual(3) | {"cats/0.png": deep_png(colours(4, alpha=0), 6)})
    images, notes = read(path)
    assert (images["cats/0.png"] == 255).all()
    assert any("laid on white" in note for note in notes)


def test_a_camera_held_upright_is_followed_in_sixteen_bits(put):
    values = np.repeat([[0] * 8, [4095] * 8], 4, axis=0).astype(np.uint16)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter clockwise
    images, notes = read(put(usual(3) | {"cats/0.png": saved(values, exif=exif)}))
    assert (images["cats/0.png"][:, :4] == 255).all()
    assert (images["cats/0.png"][:, 4:] == 0).all()
    assert "images turned as their camera noted: 1 (cats/0.png)" in notes


def test_a_set_with_images_of_8_bits_beside_keeps_those(put):
    images, notes = read(put(usual(3) | {"cats/9.png": grey(4095)}))
    assert images["cats/0.png"][0, 0, 0] == 10
    assert images["cats/9.png"][0, 0, 0] == 255
    assert len(notes) == 1


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK"])
def test_tiff_of_8_bits_is_read(put, mode):
    image = Image.new("L", (8, 8), 255).convert(mode)
    file = io.BytesIO()
    image.save(file, "TIFF")
    assert (read(put(usual(3) | {"cats/0.tif": file.getvalue()}))[0]["cats/0.tif"] == 255).all()


def test_pgm_of_more_than_8_bits_is_read_by_the_depth_that_it_names(put):
    data = b"P5 8 8 4095\n" + np.full((8, 8), 2048, ">u2").tobytes()
    images, notes = read(put(usual(3) | {"cats/0.pgm": data}))
    assert (images["cats/0.pgm"] == 128).all()
    assert notes == ["images of 16 bits, scaled by their range 0 to 65535: 1 (cats/0.pgm)"]


def test_large_values_are_scaled_in_pieces_alike():
    values = np.random.default_rng(1).normal(size=(1000, 3)).astype(np.float32)
    low, high = values.min().item(), values.max().item()
    span = Span.of([(low, high)], whole=False)
    expected = np.rint((values.astype(float) - low) * 255 / (high - low))
    assert (span.scaled(values) == expected).all()


def test_a_damaged_deep_image_is_named(put):
    with pytest.raises(ImageSetError, match=r"an image that cannot be read: cats/0\.tif"):
        read(put(usual(3) | {"cats/0.tif": grey(9, kind="TIFF")[:150], "cats/1.png": png()}))
