"""Images whose values need more than 8 bits, scaled to 0..255 by the range of their set.

One range for all images of a set: a range for each would make a dark image as bright as a bright
one, and their difference may be what tells the classes apart. It is taken from the training images
where these have a folder, so that nothing of the others gets into it; values beyond it are cut off.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from attnlab.compat.pillow import read_as_four_channels

_ROWS = 256
_LOW_BYTE = {
    "16B": "16L",
    "16L": "16B",
    "16N": "16B" if sys.byteorder == "little" else "16L",
}
"""Pillow keeps the upper byte of 16-bit colours; read in the other order, they give the lower."""


@dataclass(frozen=True)
class Deep:
    """An image before it is scaled: values (H, W) or (H, W, 3), and alpha (H, W) from 0 to 255.

    `kind` says what the values are: images of one kind share a range.
    """

    kind: str
    values: np.ndarray
    alpha: np.ndarray | None = None

    def extremes(self) -> tuple[float, float] | None:
        """The smallest and the largest value; None if none is finite."""
        values = self.values
        if values.dtype.kind == "f":
            values = values[np.isfinite(values)]
        return (values.min().item(), values.max().item()) if values.size else None

    def scaled(self, span: Span) -> Image.Image:
        """The image with 8 bits a channel."""
        image = Image.fromarray(span.scaled(self.values))
        if self.alpha is None:
            return image
        image = image.convert("RGBA")
        image.putalpha(Image.fromarray(self.alpha))
        return image


@dataclass(frozen=True)
class Span:
    """The values that become 0 and 255."""

    low: float
    high: float
    whole: bool

    @classmethod
    def of(cls, extremes: Iterable[tuple[float, float]], whole: bool) -> Span:
        """The span of values between these.

        It begins at 0 and ends where the bits that they need are full (1 or 255 for fractions), as
        long as they fill half of that; else it is the values' own. So a set that uses all 16 bits
        keeps its shades, one of 12 bits in 16 gets all of its contrast, and so does one of
        temperatures around 30,000.
        """
        lows, highs = zip(*extremes, strict=True)
        low, high = min(lows), max(highs)
        full = _full(high, whole)
        filled = low >= 0 and (low == high or 2 * (high - low) >= full)
        return cls(0, full, whole) if filled else cls(low, high, whole)

    def scaled(self, values: np.ndarray) -> np.ndarray:
        """These values as uint8."""
        if values.dtype.itemsize == 2 and self.whole:
            table = self._scaled(np.arange(2**16, dtype=np.uint16))
            return table[values]
        scaled = np.empty(values.shape, np.uint8)
        for row in range(0, len(values), _ROWS):  # in pieces: the steps between are large
            scaled[row : row + _ROWS] = self._scaled(values[row : row + _ROWS])
        return scaled

    def _scaled(self, values: np.ndarray) -> np.ndarray:
        low, high = self.low, self.high
        values = np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low)
        values = np.clip(values, low, high)
        if self.whole and low == 0 and high > 0 and math.log2(high + 1).is_integer():
            return (values // ((high + 1) / 256)).astype(np.uint8)  # the upper 8 of the bits
        return np.rint((values - low) * 255 / ((high - low) or 1)).astype(np.uint8)

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}" if not self.whole else f"{self.low} to {self.high}"


def _full(high: float, whole: bool) -> float:
    """The largest value in the bits that this one needs."""
    if whole:
        return 2 ** max(8, int(high).bit_length()) - 1
    return next((full for full in (1, 255) if high <= full), high)


def deep(image: Image.Image, again: Callable[[], Image.Image]) -> Deep | None:
    """The image with all of its bits, turned as its camera noted; None if 8 are enough for it.

    `again` opens it anew, for the lower bytes of its colours.
    """
    mode, raw = image.mode, _raw_mode(image)
    if mode == "F":
        return Deep("with fractions", _turned(image))
    if mode == "I":
        values = _turned(image)
        kind = "of 16 bits" if image.format == "PPM" else "of 32 bits"
        return Deep(kind, values.view(np.uint32) if raw == "I;32N" else values)
    if mode.startswith("I;16"):
        return Deep("of 16 bits", _turned(image).astype(np.uint16))
    if raw == "LA;16B":  # no way to ask for its lower bytes, but four channels are as many bytes
        read_as_four_channels(image)
        _set_raw_mode(image, "RGBA")
        parts = _turned(image)
        return Deep("of 16 bits", _joined(parts[..., 0], parts[..., 1]), parts[..., 2])
    order = raw.rpartition(";")[2]
    if mode in ("RGB", "RGBA") and order in _LOW_BYTE:
        lower = again()
        _set_raw_mode(lower, raw.replace(order, _LOW_BYTE[order]))
        above, below = _turned(image), _turned(lower)
        alpha = above[..., 3] if mode == "RGBA" else None
        return Deep("of 16 bits", _joined(above[..., :3], below[..., :3]), alpha)
    return None


def _turned(image: Image.Image) -> np.ndarray:
    return np.asarray(ImageOps.exif_transpose(image))


def _joined(above: np.ndarray, below: np.ndarray) -> np.ndarray:
    return above.astype(np.uint16) << 8 | below


def _raw_mode(image: Image.Image) -> str:
    """How Pillow is going to read the bytes; empty if that does not matter."""
    tile = getattr(image, "tile", None)
    arguments = tile[0].args if tile else ""
    raw = arguments[0] if isinstance(arguments, tuple) and arguments else arguments
    return raw if isinstance(raw, str) else ""


def _set_raw_mode(image: Image.Image, raw: str) -> None:
    tiles = getattr(image, "tile")  # noqa: B009 (only images from files have them)
    image.tile = [  # type: ignore[attr-defined]
        tile._replace(args=(raw, *tile.args[1:]) if isinstance(tile.args, tuple) else raw)
        for tile in tiles
    ]
