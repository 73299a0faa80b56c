"""Digits that somebody draws, or a picture of one's own, as the images of the tasks."""

from __future__ import annotations

import numpy as np
from PIL import Image, UnidentifiedImageError

from attnlab.catalog import DIGIT_SIZE, ClutteredDigitsParameters, DigitsParameters
from attnlab.catalog.task_entries.guided import GuidedParameters
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.examples import Example

PAD = 32
"""Pixels along each side of what is drawn on: the scans were made from as many."""

WIDEST = 22
"""Pixels that a scan of so many is wide at most: measured, most scans are narrower than high."""

MOST_PIXELS = 40_000_000
_FAINT = 0.15
"""Ink below this is none: paper is never quite even."""


def asked_digit(params: DigitsParameters, seed: int, given: Given) -> Asked:
    """A drawn digit as a scan (1, 8, 8, 1), where digits fill the height."""
    scan = _scanned(given)
    note = f"Scaled to {DIGIT_SIZE} × {DIGIT_SIZE} pixels and centred, as the scans are"
    return Asked((scan[None, ..., None],), Example("image", scan, ""), (*given.notes, note))


def asked_in_clutter(
    params: ClutteredDigitsParameters | GuidedParameters, seed: int, given: Given
) -> Asked:
    """A drawn digit as a scan at the place where it was drawn, in an image (1, H, W, 1) that shows
    nothing else."""
    scan = _scanned(given)
    rows, columns = _box(given.ink)
    image = np.zeros((params.size, params.size), np.float32)
    top, left = (
        int(
            np.clip(
                round((span.start + span.stop) / 2 * params.size / side - DIGIT_SIZE / 2),
                0,
                params.size - DIGIT_SIZE,
            )
        )
        for span, side in zip((rows, columns), np.shape(np.asarray(given.ink)), strict=True)
    )
    truth = np.zeros(image.shape, bool)
    place = np.s_[top : top + DIGIT_SIZE, left : left + DIGIT_SIZE]
    image[place], truth[place] = scan, True
    note = f"Scaled to {DIGIT_SIZE} × {DIGIT_SIZE} pixels, as digits are here, where you drew it"
    example = Example("image", image, "", truth)
    return Asked((image[None, ..., None],), example, (*given.notes, note))


def _scanned(given: Given) -> np.ndarray:
    """What is drawn, cut out and centred, as a scan (8, 8) in 0..1."""
    rows, columns = _box(given.ink)
    assert given.ink is not None  # a box was found
    cut = given.ink[rows, columns].astype(np.float32)
    scale = PAD / max(cut.shape)
    height, width = (max(1, round(scale * side)) for side in cut.shape)
    width = min(width, WIDEST)
    picture = Image.fromarray(cut).resize((width, height), Image.Resampling.BILINEAR)
    square = np.zeros((PAD, PAD), np.float32)
    top, left = (PAD - height) // 2, (PAD - width) // 2
    square[top : top + height, left : left + width] = np.asarray(picture).clip(0, 1)
    block = PAD // DIGIT_SIZE
    return square.reshape(DIGIT_SIZE, block, DIGIT_SIZE, block).mean(axis=(1, 3))


def _box(ink: np.ndarray | None) -> tuple[slice, slice]:
    """The rows and columns with ink. Raises GivenError where there is none."""
    there = np.zeros((1, 1), bool) if ink is None else ink > _FAINT
    if not there.any():
        raise GivenError("expected a drawn digit, got empty paper")
    spans = (np.flatnonzero(there.any(axis=axis)) for axis in (1, 0))
    rows, columns = (slice(int(span[0]), int(span[-1]) + 1) for span in spans)
    return rows, columns


def ink_of(file: object) -> Given:
    """What an image file shows, as ink: dark strokes on light paper, or light ones on dark.

    Raises GivenError for a file that is no image, or shows nothing.
    """
    try:
        with Image.open(file) as picture:  # type: ignore[arg-type]  # a file, opened or not
            width, height = picture.size
            if width * height > MOST_PIXELS:
                raise GivenError(
                    f"expected an image of at most {MOST_PIXELS // 10**6} million pixels, got "
                    f"{width} × {height}"
                )
            flat = Image.new("RGBA", picture.size, "white")
            flat.alpha_composite(picture.convert("RGBA"))
            grey = flat.convert("L")
            grey.thumbnail((8 * PAD, 8 * PAD))
            light = np.asarray(grey, np.float32) / 255
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as error:
        if isinstance(error, GivenError):
            raise
        raise GivenError("expected an image file such as a PNG or JPEG, got another one") from error
    span = float(light.max() - light.min())
    if span < _FAINT:
        raise GivenError("expected a drawn digit, got an image of one shade")
    edge = np.concatenate([light[0], light[-1], light[:, 0], light[:, -1]])
    ink = (light - light.min()) / span
    turned = np.median(edge) > light.min() + span / 2
    notes = [f"Your image of {width} × {height} pixels was resized"]
    if turned:
        ink = 1 - ink
        notes.append("It is dark on light: turned, as the scans are light on dark")
    return Given(ink=ink, notes=tuple(notes))
