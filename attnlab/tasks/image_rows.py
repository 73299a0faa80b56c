"""Images that are read where they are, on disk, when they are needed."""

from __future__ import annotations

import weakref
from pathlib import Path
from typing import Any, cast

import numpy as np

from attnlab.data.images.pixel_file import PixelFile

_mapped: weakref.WeakValueDictionary[Path, PixelFile] = weakref.WeakValueDictionary()
"""One map of a file for all splits and seeds of a process."""


class ImageRows:
    """Some images out of many, in place of their array (..., N, H, W, C) of float32 from 0 to 1.

    They are kept by their `numbers` (..., N) in `pixels` (M, H, W, C) of uint8, those of `file`
    unless another machine has sent them. A part of them is again ImageRows; one image, and what
    `np.asarray` gives, is an array of its own.
    """

    dtype = np.dtype(np.float32)

    def __init__(self, pixels: np.ndarray, numbers: np.ndarray, file: PixelFile | None) -> None:
        self.pixels, self.numbers, self.file = pixels, numbers.astype(np.int32), file

    @classmethod
    def of_file(cls, file: PixelFile, numbers: np.ndarray) -> ImageRows:
        """These of the images in a file."""
        file = _mapped.setdefault(file.path, file)
        return cls(file.pixels, numbers, file)

    @property
    def shape(self) -> tuple[int, ...]:
        """That of the array."""
        return (*self.numbers.shape, *self.pixels.shape[1:])

    @property
    def ndim(self) -> int:
        """How many axes the array has."""
        return len(self.shape)

    @property
    def nbytes(self) -> int:
        """What the array would take."""
        return int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, which: Any) -> Any:
        if isinstance(which, tuple):
            return np.asarray(self)[which]
        numbers = self.numbers[which]
        return self._array(numbers) if numbers.ndim == 0 else self.at(numbers)

    def at(self, numbers: np.ndarray) -> ImageRows:
        """Others of the same images."""
        return ImageRows(self.pixels, numbers, self.file)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if copy is False:
            raise ValueError("images that are read from disk are always copied")
        return self._array(self.numbers).astype(dtype or self.dtype, copy=False)

    def _array(self, numbers: np.ndarray) -> np.ndarray:
        return np.divide(self.pixels[numbers], 255, dtype=np.float32)

    def __reduce__(self) -> tuple[Any, ...]:
        if self.file is None:
            return ImageRows, (self.pixels, self.numbers, None)
        return _from_path, (self.file.path, self.numbers)


def _from_path(path: Path, numbers: np.ndarray) -> ImageRows:
    file = _mapped.get(path) or PixelFile(path)
    return ImageRows.of_file(file, numbers)


def as_array(images: ImageRows) -> np.ndarray:
    """The same images, which are no array, to those who ask of an array only what they can do."""
    return cast(np.ndarray, images)
