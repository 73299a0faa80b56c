"""The values of a column as they are read: numbers, dates or texts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa


@dataclass(frozen=True, eq=False)
class Numbers:
    """Numbers (N,) as float64, NaN where one is missing."""

    values: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Where there is no number (N,)."""
        return np.isnan(self.values)

    def first(self, most: int) -> list[float | None]:
        """The first of them, None where one is missing."""
        return [None if np.isnan(value) else float(value) for value in self.values[:most]]

    @cached_property
    def are_whole(self) -> bool:
        """Whether all of them are whole numbers."""
        known = self.values[~self.missing]
        return bool(np.all(known == np.floor(known)))


@dataclass(frozen=True, eq=False)
class Dates:
    """Points in time (N,) as datetime64[us], NaT where one is missing."""

    values: np.ndarray

    @property
    def missing(self) -> np.ndarray:
        """Where there is no date (N,)."""
        return np.isnat(self.values)

    def first(self, most: int) -> list[str | None]:
        """The first of them as ISO dates, None where one is missing."""
        return [
            None if np.isnat(value) else str(np.datetime_as_string(value, unit="auto"))
            for value in self.values[:most]
        ]


@dataclass(frozen=True, eq=False)
class Texts:
    """Texts: the number of each row's text (N,) as int32 among the different `texts`, -1 where it
    is missing."""

    codes: np.ndarray
    texts: pa.Array

    @property
    def missing(self) -> np.ndarray:
        """Where there is no text (N,)."""
        return self.codes < 0

    def first(self, most: int) -> list[str | None]:
        """The first of them, None where one is missing."""
        return [
            None if code < 0 else str(self.texts[int(code)].as_py()) for code in self.codes[:most]
        ]


@dataclass(frozen=True, eq=False)
class Other:
    """Values that no network here takes, such as lists: `what` says of which type."""

    what: str
    rows: int

    @property
    def missing(self) -> np.ndarray:
        """Nowhere (N,)."""
        return np.zeros(self.rows, bool)

    def first(self, most: int) -> list[str | None]:
        """What it is, in each of the first rows."""
        return [self.what] * min(most, self.rows)


Column = Numbers | Dates | Texts | Other


def number_text(value: float) -> str:
    """A number as people write it: 1 and not 1.0."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))
