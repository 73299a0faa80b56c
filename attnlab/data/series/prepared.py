"""Series made ready for splitting: cut to their longest, and divided."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from attnlab.data.series.errors import SeriesError
from attnlab.data.series.options import SeriesOptions
from attnlab.data.series.series import Series
from attnlab.data.tables.columns import Column
from attnlab.data.tables.splits import SPLITS, Fixed, Rows, check_classes, divided, fixed_by


@dataclass(frozen=True, eq=False)
class PreparedSeries:
    """Series as a task takes them.

    `rows` are the series in use, and all that follows counts them. `values` (N, T, C) are their
    numbers, NaN where one is missing and behind the end, `lengths` (N,) how many steps each has,
    `truth` (N, T) which of them matter. `flagged` (F,) are the channels of which a number is
    missing somewhere, in series that may be trained on. `cut` counts series of which only the
    first steps are in use.
    """

    series: Series
    options: SeriesOptions
    rows: np.ndarray
    values: np.ndarray
    lengths: np.ndarray
    target: np.ndarray
    truth: np.ndarray | None
    fixed: Fixed
    flagged: np.ndarray
    cut: int

    @property
    def classes(self) -> tuple[str, ...]:
        """The names of the classes."""
        return self.series.classes

    @property
    def longest(self) -> int:
        """How many steps the longest series has."""
        return int(self.values.shape[1])

    @property
    def channels(self) -> tuple[str, ...]:
        """What networks get at each step: the channels, and which of them are missing."""
        names = self.series.channels
        return (*names, *(f"{names[place]} is missing" for place in self.flagged))

    @property
    def valid(self) -> np.ndarray:
        """Which steps there are (N, T)."""
        return np.arange(self.longest) < self.lengths[:, None]

    @property
    def drawn_anew(self) -> bool:
        """Whether each seed divides the series in another way."""
        return len(self.fixed.given) < len(SPLITS)

    @property
    def given_counts(self) -> dict[str, np.ndarray]:
        """How many series of each class (K,) the splits have that are given, all of them "train"
        where none is."""
        given = self.fixed.given or {"train": np.arange(len(self.rows))}
        return {split: self.counts(rows) for split, rows in given.items()}

    def counts(self, rows: np.ndarray) -> np.ndarray:
        """How many of these series there are of each class (K,)."""
        return np.bincount(self.target[rows], minlength=len(self.classes))

    def divided(self, random: np.random.Generator) -> Rows:
        """The series of the three splits."""
        return divided(self.fixed, self.target, len(self.classes), self.options.share, random)


@lru_cache(maxsize=2)
def prepared(series: Series, options: SeriesOptions) -> PreparedSeries:
    """Make series ready; raises SeriesError and TableError for what cannot be divided."""
    if len(series.classes) < 2:
        only = ", ".join(series.classes) or "none"
        raise SeriesError(f"expected series of at least two classes, got {only}: {series.path}")
    column = None
    rows = np.arange(len(series.names))
    if options.split != "stratified":
        column = _split_column(series, options)
        rows = np.flatnonzero(~column.missing)
    lengths = np.minimum(series.lengths[rows], options.length)
    values = np.full((len(rows), int(lengths.max(initial=1)), len(series.channels)), np.nan)
    inside = np.arange(values.shape[1]) < lengths[:, None]
    places = (series.starts[rows][:, None] + np.arange(values.shape[1]))[inside]
    values[inside] = series.steps[places]
    truth = None
    if series.truth is not None:
        truth = np.zeros(inside.shape, bool)
        truth[inside] = series.truth[places]
    fixed = fixed_by(options.split, options.split_column, column, rows, options.share)
    trainable = np.arange(len(rows)) if fixed.trainable is None else fixed.trainable
    lacking = (np.isnan(values[trainable]) & inside[trainable][..., None]).any(axis=(0, 1))
    ready = PreparedSeries(
        series,
        options,
        rows,
        values,
        lengths,
        series.target[rows],
        truth,
        fixed,
        np.flatnonzero(lacking),
        int((series.lengths[rows] > options.length).sum()),
    )
    if fixed.groups is None:
        check_classes(ready.classes, ready.given_counts, options.share)
    return ready


def _split_column(series: Series, options: SeriesOptions) -> Column:
    name = options.split_column
    if not name:
        raise SeriesError(f"split_column is missing: name the column for split={options.split}")
    if name not in series.columns:
        known = ", ".join(series.columns) or "none"
        raise SeriesError(
            f"split_column: expected one of the series' columns ({known}), got {name}"
        )
    return series.columns[name]
