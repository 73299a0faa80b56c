"""Transparency laid on a background, and other kinds of pictures; what was done is noted."""

import io

import numpy as np
import pytest
from PIL import Image

from .conftest import png, usual
from .test_depth import read


def square(mode, shade=0):
    """A drawing whose shape is in its alpha alone: a square in the middle of nothing."""
    alpha = np.zeros((8, 8), np.uint8)
    alpha[2:6, 2:6] = 255
    grey = np.full((8, 8), shade, np.uint8)
    layers = {"LA": [grey, alpha], "RGBA": [grey, grey, grey, alpha]}
    if mode in layers:
        return Image.fromarray(np.stack(layers[mode], axis=-1))
    image = Image.fromarray(np.where(alpha > 0, 1, 0).astype(np.uint8), "L").convert("P")
    image.putpalette([shade] * 6)
    return image


def written(image, kind="PNG", **options):
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def shape(outside, inside):
    expected = np.full((8, 8), outside)
    expected[2:6, 2:6] = inside
    return expected


@pytest.mark.parametrize(
    ("mode", "options"),
    [
        ("LA", {}),
        ("RGBA", {}),
        ("P", {"transparency": 0}),
        ("P", {"transparency": b"\0\xff"}),
        ("RGBA", {"kind": "WEBP", "lossless": True}),
        ("RGBA", {"kind": "TIFF"}),
    ],
)
@pytest.mark.parametrize("colour", [True, False])
def test_a_shape_in_alpha_alone_is_seen(put, mode, options, colour):
    path = put(usual(3) | {"cats/0.png": written(square(mode), **options)})
    images, notes = read(path, colour=colour)
    assert (images["cats/0.png"][..., 0] == shape(255, 0)).all()
    assert "images with transparency, laid on white: 1 (cats/0.png)" in notes


@pytest.mark.parametrize(("background", "shade"), [("black", 0), ("grey", 128), ("white", 255)])
def test_the_background_is_that_which_was_chosen(put, background, shade):
    path = put(usual(3) | {"cats/0.png": written(square("RGBA", 60))})
    images, _ = read(path, background=background)
    assert (images["cats/0.png"][..., 0] == shape(shade, 60)).all()


def test_without_a_background_transparency_is_dropped(put):
    images, notes = read(
        put(usual(3) | {"cats/0.png": written(square("LA", 60))}), background="none"
    )
    assert (images["cats/0.png"] == 60).all()
    assert notes == []


def test_half_of_transparency_mixes_with_the_background(put):
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 128))
    images, _ = read(put(usual(3) | {"cats/0.png": written(image)}))
    assert (images["cats/0.png"] == 127).all()


def test_a_drawing_that_vanishes_on_the_background_is_said(put):
    path = put(usual(3) | {"cats/0.png": written(square("RGBA", 255))})
    _, notes = read(path)
    assert any("nothing is seen on white: choose another background" in note for note in notes)
    assert not any("nothing is seen" in note for note in read(path, background="black")[1])


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
@pytest.mark.parametrize("colour", [True, False])
def test_opaque_images_read_the_same_on_every_background(put, mode, colour):
    values = np.random.default_rng(0).integers(0, 256, (8, 8, 4), dtype=np.uint8)
    values[..., 3] = 255
    image = Image.fromarray(values)
    image = image.convert("RGB").quantize(16) if mode == "P" else image.convert(mode)
    options = {"transparency": bytes([255] * 16)} if mode == "P" else {}
    path = put(usual(3) | {"cats/0.png": written(image, **options)})
    plain = image.convert("RGB").convert("RGB" if colour else "L")
    for background in ("white", "black", "none"):
        images, notes = read(path, colour=colour, background=background)
        assert (images["cats/0.png"] == np.asarray(plain).reshape(8, 8, -1)).all()
        assert notes == []


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF"])
def test_of_several_pictures_the_first_is_taken_and_that_is_said(put, kind):
    first, second = (Image.new("L", (8, 8), shade) for shade in (90, 200))
    options = {"lossless": True} if kind == "WEBP" else {}
    data = written(first, kind, save_all=True, append_images=[second], **options)
    images, notes = read(put(usual(3) | {f"cats/0.{kind.lower()}": data}))
    assert images[f"cats/0.{kind.lower()}"] == pytest.approx(90, abs=2)
    assert notes == [
        f"images with several pictures, of which the first is taken: 1 (cats/0.{kind.lower()})"
    ]


def test_damage_behind_the_first_picture_is_no_matter(put):
    first, second = (Image.effect_noise((64, 64), sigma) for sigma in (50, 90))
    data = written(first, "GIF", save_all=True, append_images=[second])
    path = put(usual(3) | {"cats/0.gif": data[: len(data) * 3 // 5]})
    images, _ = read(path, size=64)
    assert images["cats/0.gif"].std() > 20


def test_an_ending_of_another_kind_is_read_and_said(put):
    images, notes = read(put(usual(3) | {"cats/0.jpg": png(90), "cats/1.PNG": png(80)}))
    assert (images["cats/0.jpg"] == 90).all()
    assert (images["cats/1.PNG"] == 80).all()
    assert notes == ["images that are PNG by another ending: 1 (cats/0.jpg)"]


def test_colours_of_print_are_turned_into_those_of_screens(put):
    image = Image.new("CMYK", (8, 8), (0, 255, 255, 0))
    images, notes = read(put(usual(3) | {"cats/0.jpg": written(image, "JPEG")}), colour=True)
    assert images["cats/0.jpg"][0, 0] == pytest.approx([255, 0, 0], abs=4)
    assert notes == ["images in the colours of print, turned into those of screens: 1 (cats/0.jpg)"]
