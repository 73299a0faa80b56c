"""How images of any size become squares of one size."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from PIL import Image

Fit = Literal["stretch", "crop", "pad"]
WHITE = "white"
NO_BACKGROUND = "none"
"""In place of a colour: transparency is dropped, and the colours below it show."""


@dataclass(frozen=True)
class Rendering:
    """How images are to be read, as squares of `size` pixels each way.

    `fit` says how a picture becomes a square: "stretch" both sides; "crop" the middle of the longer
    side; or "pad" the shorter side with the background. `background` is the colour that is behind
    transparent pictures, too; where it is "none", padding is black.
    """

    size: int
    colour: bool
    background: str = WHITE
    fit: Fit = "stretch"

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        return self.size, self.size, 3 if self.colour else 1

    def of(self, image: Image.Image) -> np.ndarray:
        """An image without transparency as (size, size, 3 or 1)."""
        image = image.convert("RGB" if self.colour else "L")
        behind = "black" if self.background == NO_BACKGROUND else self.background
        square = self._fitted(image, Image.Resampling.BILINEAR, behind)
        return np.asarray(square).reshape(self.size, self.size, -1)

    def of_mask(self, marked: np.ndarray) -> np.ndarray:
        """A mask (H, W) of its image as (size, size), laid out as the image is.

        A pixel is marked where the mask covers at least half as much of it as of the pixel that it
        covers most. So a mark of any size stays, and nothing is marked in the padding.
        """
        image = Image.fromarray(marked.astype(np.float32))
        covered = np.asarray(self._fitted(image, Image.Resampling.BOX, 0.0))
        return (covered > 0) & (covered >= covered.max() / 2)

    def _fitted(
        self, image: Image.Image, method: Image.Resampling, behind: str | float
    ) -> Image.Image:
        width, height = image.size
        if self.fit == "pad":
            scale = self.size / max(width, height)
            inner = max(1, round(width * scale)), max(1, round(height * scale))
            square = Image.new(image.mode, (self.size, self.size), behind)
            place = (self.size - inner[0]) // 2, (self.size - inner[1]) // 2
            square.paste(image.resize(inner, method), place)
            return square
        if self.fit == "crop":
            side = min(width, height)
            left, top = (width - side) // 2, (height - side) // 2
            image = image.crop((left, top, left + side, top + side))
        return image.resize((self.size, self.size), method)
