"""Pillow beyond its public names; tested with 13."""

from __future__ import annotations

from PIL import Image


def read_as_four_channels(image: Image.Image) -> None:
    """Have an image that is not loaded yet take its pixels for four channels of 8 bits.

    Grey with transparency of 16 bits has as many bytes a pixel, and there is no public way to ask
    for the lower ones of its bytes.
    """
    image._mode = "RGBA"
