"""Pictures made of numbers: pixels as a PNG inside an address, outlines of masks as SVG."""

from __future__ import annotations

import base64
import struct
import zlib

import numpy as np

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


def veil(strength: np.ndarray, colour: str) -> np.ndarray:
    """A colour that covers the more, the stronger attention is, as pixels (H, W, 4)."""
    channels = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    covers = MOST_COVER * np.clip(np.nan_to_num(strength), 0, 1)[..., None]
    return np.concatenate([np.broadcast_to(channels, (*strength.shape, 3)), covers], axis=-1)


def png(pixels: np.ndarray) -> str:
    """Pixels (H, W, 4) from 0 to 1 as an address that holds the picture itself."""
    data = np.rint(np.clip(pixels, 0, 1) * 255).astype(np.uint8)
    height, width = data.shape[:2]
    rows = b"".join(b"\0" + row.tobytes() for row in data)  # each row is not filtered
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    file = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return f"data:image/png;base64,{base64.b64encode(file).decode()}"


def outline(truth: np.ndarray, colour: str) -> str:
    """Lines in this colour around the cells of a mask (H, W), to lie over its picture."""
    height, width = truth.shape
    padded = np.pad(truth, 1)
    down = [f"M{x} {y}v1" for y, x in np.argwhere(padded[1:-1, 1:] != padded[1:-1, :-1])]
    across = [f"M{x} {y}h1" for y, x in np.argwhere(padded[1:, 1:-1] != padded[:-1, 1:-1])]
    return (
        f'<svg class="o" viewBox="0 0 {width} {height}" preserveAspectRatio="none">'
        f'<path d="{"".join(down + across)}" fill="none" stroke="{colour}" stroke-width="2" '
        'vector-effect="non-scaling-stroke"></path></svg>'
    )
