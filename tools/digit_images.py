"""Write data/digit-images.zip: real digits as PNG files, a folder for each class.

    python -m tools.digit_images

Always writes the same bytes with the same versions of Pillow and zlib.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

ARCHIVE = Path(__file__).parents[1] / "data" / "digit-images.zip"
CLASSES = 3
EACH = 40


def main() -> None:
    """The first 40 scans of 0, 1 and 2 as grey images of 8 × 8 pixels."""
    scans = load_digits()
    with zipfile.ZipFile(ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for digit in range(CLASSES):
            for number, row in enumerate(np.flatnonzero(scans.target == digit)[:EACH]):
                grey = np.round(scans.images[row] * 255 / 16).astype(np.uint8)
                file = io.BytesIO()
                Image.fromarray(grey).save(file, "PNG", optimize=True)
                entry = zipfile.ZipInfo(f"{digit}/{number:02d}.png")
                archive.writestr(entry, file.getvalue())


if __name__ == "__main__":
    main()
