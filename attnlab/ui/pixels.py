"""Pictures made of numbers: pixels as a PNG inside an address, and what lies over them."""

from __future__ import annotations

import base64
import io

import numpy as np
from PIL import Image

FINE = 96
"""Pixels along the longer side of an outline, for masks with fewer cells than that."""

MOST_COVER = 0.6
"""How much of a picture the strongest attention covers: it is still to be seen."""


def unit(values: np.ndarray) -> np.ndarray:
    """Any numbers as brightness from 0 to 1, on one scale."""
    low, high = float(values.min()), float(values.max())
    return (values - low) / ((high - low) or 1.0)


def grey(pixels: np.ndarray) -> np.ndarray:
    """Brightness (H, W) or colours (H, W, 3) from 0 to 1 as opaque pixels (H, W, 4)."""
    colours = pixels[..., None].repeat(3, axis=-1) if pixels.ndim == 2 else pixels
    opaque = np.ones((*colours.shape[:2], 1))
    return np.concatenate([colours, opaque], axis=-1)


def veil(strength: np.ndarray, colour: str, cover: float = MOST_COVER) -> np.ndarray:
    """A colour that covers the more, the stronger attention is, as pixels (H, W, 4); at most a
    share of `cover`."""
    covers = cover * np.clip(np.nan_to_num(strength), 0, 1)[..., None]
    return np.concatenate(
        [np.broadcast_to(_channels(colour), (*strength.shape, 3)), covers], axis=-1
    )


def png(pixels: np.ndarray) -> str:
    """Pixels (H, W, 4) from 0 to 1 as an address that holds the picture itself."""
    data = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(data).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


def outline(mask: np.ndarray, colour: str) -> np.ndarray:
    """Lines in this colour around the cells of a mask (H, W), as pixels that lie over its picture.

    There are several pixels to a cell.
    """
    side = max(3, FINE // max(mask.shape))
    large = np.pad(np.kron(mask, np.ones((side, side), bool)), 1)
    inside = large[1:-1, 1:-1]
    deep = large[:-2, 1:-1] & large[2:, 1:-1] & large[1:-1, :-2] & large[1:-1, 2:]
    colours = np.broadcast_to(_channels(colour), (*inside.shape, 3))
    return np.concatenate([colours, (inside & ~deep)[..., None].astype(float)], axis=-1)


def _channels(colour: str) -> list[float]:
    return [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
