"""The arrays of a `.npz` file that series are made of."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np

from attnlab.data.npz_entries import Header, array_in, headers_in, opened
from attnlab.data.series.errors import SeriesError

MOST_SERIES_BYTES = 512 * 2**20
"""Of all arrays of a file that are read together."""


def arrays_in(path: Path, wanted: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The arrays of a file that have one of these names.

    Raises TableError for what is no such file, for arrays of Python objects, which could run
    anything when they are read, and SeriesError for arrays that hold too much.
    """
    with opened(path) as archive:
        headers = headers_in(path, archive)
        chosen = {name: f"{name}.npy" for name in wanted if f"{name}.npy" in headers}
        size = sum(
            math.prod(headers[entry].shape) * headers[entry].dtype.itemsize
            for entry in chosen.values()
        )
        if size > MOST_SERIES_BYTES:
            raise SeriesError(
                f"the arrays in {path} hold more than {MOST_SERIES_BYTES // 2**20} MiB, the most "
                "that they may have"
            )
        return {name: array_in(path, archive, entry) for name, entry in chosen.items()}


def headers_of(path: Path) -> dict[str, Header]:
    """Shape and type of all arrays of a file by their names; reads no array. Raises TableError."""
    with opened(path) as archive:
        headers = headers_in(path, archive)
    return {name.removesuffix(".npy"): header for name, header in headers.items()}
