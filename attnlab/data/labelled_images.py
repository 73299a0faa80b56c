"""Images that come as arrays: their pixels, classes and splits, and what to say of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from attnlab.data.arrays import ArraySet, read_arrays
from attnlab.data.inspection import Inspection
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.labels import label_of
from attnlab.data.tables.npz import LABEL, label_column
from attnlab.data.tables.splits import (
    SPLITS,
    Fixed,
    Rows,
    check_classes,
    divided,
    shares_of,
)
from attnlab.data.tables.table import Table

SIZES = (8, 512)
"""Pixels that an image may have each way."""

CHANNELS = (1, 3)


@dataclass(frozen=True, eq=False)
class LabelledImages:
    """Images `x` (N, H, W, C) as they are in the file, and the numbers of their classes (N,)."""

    arrays: ArraySet
    x: np.ndarray
    y: np.ndarray
    classes: tuple[str, ...]
    share: float

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        height, width, channels = self.x.shape[1:]
        return height, width, channels

    @property
    def drawn_anew(self) -> bool:
        """Whether each seed divides the images in another way."""
        return len(self.arrays.given) < len(SPLITS)

    @cached_property
    def counts(self) -> dict[str, np.ndarray]:
        """How many images of each class (K,) the three splits get."""
        given = self.arrays.given or {"train": np.arange(len(self.y))}
        counts = {
            split: np.bincount(self.y[rows], minlength=len(self.classes))
            for split, rows in given.items()
        }
        check_classes(self.classes, counts, self.share)
        return shares_of(counts, self.share)

    def divided(self, random: np.random.Generator) -> Rows:
        """The images of the three splits."""
        fixed = Fixed(self.arrays.given)
        return divided(fixed, self.y, len(self.classes), self.share, random)

    def pixels(self, rows: np.ndarray, trained: np.ndarray) -> np.ndarray:
        """Images as float32 (n, H, W, C) from 0 to 1: bytes by 255, other numbers by the range of
        the trained ones, beyond which values are cut."""
        x = self.x[rows]
        if self.x.dtype == np.uint8:
            return np.divide(x, 255, dtype=np.float32)
        low, high = self._range(trained)
        return np.clip((x.astype(np.float32) - low) / ((high - low) or 1), 0, 1)

    def _range(self, trained: np.ndarray) -> tuple[float, float]:
        seen = self.x[trained]
        return float(seen.min()), float(seen.max())

    def check_truth(self) -> np.ndarray:
        """Where attention should look, (N, H, W) or (H, W); raises TableError where the file does
        not say."""
        if self.arrays.truth is None:
            raise TableError(
                f"expected an array truth in {self.arrays.path}, which says where attention should "
                "look: there is none"
            )
        return self.arrays.truth


@lru_cache(maxsize=2)
def _labelled(arrays: ArraySet, share: float) -> LabelledImages:
    x, path = arrays.x, arrays.path
    x = x[..., None] if x.ndim == 3 else x
    if x.ndim != 4 or x.dtype.kind not in "biuf":
        raise TableError(
            f"expected images of shape (samples, height, width) or (samples, height, width, "
            f"channels) in {path}, got {arrays.x.shape} of {arrays.x.dtype}"
        )
    if x.shape[3] not in CHANNELS:
        raise TableError(
            f"expected images with 1 or 3 channels in {path}, got shape {arrays.x.shape}"
        )
    low, high = SIZES
    if not all(low <= size <= high for size in x.shape[1:3]):
        raise TableError(
            f"expected images of {low} to {high} pixels each way in {path}, got {x.shape[1]} × "
            f"{x.shape[2]}"
        )
    if x.dtype.kind == "f" and not np.isfinite(x).all():
        odd = int((~np.isfinite(x).all(axis=(1, 2, 3))).sum())
        raise TableError(f"{odd:,} images in {path} hold values that are no finite number")
    table = Table(path, arrays.stamp, {LABEL: label_column(arrays)}, len(x), {})
    label = label_of(table, LABEL, "classes")
    if not label.known.all():
        raise TableError(f"{int((~label.known).sum()):,} images in {path} have no label")
    images = LabelledImages(arrays, x, label.target, label.classes, share)
    _ = images.counts  # too few of a class are told
    return images


def images_at(path: str | Path, share: float) -> LabelledImages:
    """The images in an .npz file; raises TableError for what are none, or cannot be divided."""
    return _labelled(read_arrays(path), share)


def inspect_labelled(images: LabelledImages) -> Inspection:
    """What an .npz file of images holds, by the splits that a seed gets."""
    validated = images.counts["validation"]
    height, width, channels = images.shape
    dtype = images.x.dtype
    scaled = "divided by 255" if dtype == np.uint8 else "scaled by the training images' range"
    read_as = {
        "format": "NumPy",
        "size": f"{height} × {width} pixels",
        "channels": str(channels),
        "values": f"{dtype}, {scaled}",
    }
    return Inspection(
        kind="images",
        called=("image", "images"),
        path=str(images.arrays.path),
        samples=len(images.y),
        classes=images.classes,
        splits={
            split: dict(zip(images.classes, map(int, of), strict=True))
            for split, of in images.counts.items()
        },
        warnings=tuple(_warnings(images)),
        chance=float(validated.max() / validated.sum()),
        drawn_anew=images.drawn_anew,
        read_as=read_as,
    )


def _warnings(images: LabelledImages) -> list[str]:
    said = []
    rows = images.divided(np.random.default_rng(0))
    flat = np.ascontiguousarray(images.x).reshape(len(images.x), -1)
    seen = {flat[row].tobytes() for row in rows["train"]}
    held = np.concatenate([rows["validation"], rows["test"]])
    twice = sum(flat[row].tobytes() in seen for row in held)
    if twice:
        said.append(
            f"{twice:,} of {len(held):,} images held out are the same as a training image: remove "
            "duplicates."
        )
    totals = sum(images.counts.values(), np.zeros(len(images.classes), int))
    if totals.max() >= 3 * totals.min():
        most, least = int(totals.argmax()), int(totals.argmin())
        said.append(
            f"{images.classes[most]} has {totals[most]:,} images and {images.classes[least]} "
            f"{totals[least]:,}: judge by balanced accuracy, for which guessing the commonest "
            "class does not pay."
        )
    return said
