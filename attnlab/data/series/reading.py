"""The series of a path: a table with a row for every step, or a `.npz` file."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from attnlab.data.series.from_npz import series_in, speaks_of_steps
from attnlab.data.series.from_table import looks_like_series as looks_like
from attnlab.data.series.from_table import series_from
from attnlab.data.series.options import NPZ, SeriesOptions
from attnlab.data.series.series import Series
from attnlab.data.tables.opening import stamp_of
from attnlab.data.tables.table import read_table

_brought: dict[tuple[str, SeriesOptions], Series] = {}
"""Series that another machine has read, by the path and options that a plan has for them."""


def read_series(path: str | Path, options: SeriesOptions) -> Series:
    """Read series, anew only when the file has changed.

    Raises SeriesError and TableError for what cannot be used.
    """
    if (brought := _brought.get((str(path), options))) is not None:
        return brought
    path = Path(path).expanduser().absolute()
    return _read(path, options, tuple(stamp_of(path)))


def bring_series(path: str | Path, options: SeriesOptions, series: Series | None) -> None:
    """Let `read_series` give these series for this path, whatever is there; None ends that."""
    if series is None:
        _brought.pop((str(path), options), None)
    else:
        _brought[str(path), options] = series


def is_npz(path: str | Path) -> bool:
    """Whether a path is named like an archive of NumPy's."""
    return str(path).lower().endswith(NPZ)


def looks_like_series(path: Path) -> bool:
    """Whether a file says that it holds series: a table by its columns, a `.npz` file by an array
    beside x that speaks of steps. Raises SeriesError and TableError for what cannot be read."""
    if is_npz(path):
        stamp_of(path)
        return speaks_of_steps(path)
    return looks_like(read_table(path))


@lru_cache(maxsize=2)
def _read(path: Path, options: SeriesOptions, stamp: tuple) -> Series:
    return series_in(path, stamp, options) if is_npz(path) else series_from(path, options)
