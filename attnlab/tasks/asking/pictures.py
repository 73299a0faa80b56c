"""A file of an image that somebody uploads, as the images of a folder or archive are read."""

from __future__ import annotations

import numpy as np

from attnlab.catalog import ImageFolderParameters
from attnlab.catalog.task_entries.folder import image_listing
from attnlab.data.images import ImageSetError
from attnlab.data.images.alone import read_alone
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example
from attnlab.tasks.folder import names_read, rendering


def asked_picture(params: ImageFolderParameters, seed: int, given: Given) -> Asked:
    """The image (1, H, W, 1 or 3) in 0..1, decoded, laid out and scaled as those of the set are."""
    how, listed = rendering(params), image_listing(params)
    try:
        read = read_alone(given.picture, listed, names_read(listed, params), how)
    except ImageSetError as error:
        raise GivenError(str(error)) from error
    image = np.divide(read.pixels, 255, dtype=np.float32)
    width, height = read.size
    fitted = {
        "stretch": "stretched",
        "crop": "cut to the middle of its longer side",
        "pad": "padded",
    }[how.fit]
    square = "" if width == height else f", {fitted}"
    notes = [f"Read as {how.size} × {how.size} pixels of its {width} × {height}{square}"]
    if read.notes:
        notes.append(f"As in the set: {'; '.join(read.notes)}")
    shown = image if params.colour else image[..., 0]
    return Asked((image[None],), Example("image", shown, ""), tuple(notes))
