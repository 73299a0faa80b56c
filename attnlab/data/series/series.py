"""Series as they are read: steps one after another, and where each series begins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from attnlab.data.tables.columns import Column, Texts
from attnlab.data.tables.values import encoded


@dataclass(frozen=True, eq=False)
class Series:
    """N series of S steps in all, with C numbers at each step.

    `steps` (S, C) are the numbers, NaN where one is missing, those of series n from `starts[n]` to
    `starts[n + 1]`; `channels` are the names of the numbers, and `names` (N,) those of the series.
    `target` (N,) are numbers of `classes`. `truth` (S,) says which steps matter, None where nobody
    knows. `columns` (N,) have a value for every series, and may divide them. `read_as` says what
    was found out, for people; `left_out` what is not there, by the reason, `notes` what else was
    done. `stamp` changes with the file.
    """

    path: Path
    stamp: tuple
    channels: tuple[str, ...]
    names: tuple[str, ...]
    starts: np.ndarray
    steps: np.ndarray
    classes: tuple[str, ...]
    target: np.ndarray
    truth: np.ndarray | None
    columns: Mapping[str, Column]
    read_as: Mapping[str, str]
    left_out: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def lengths(self) -> np.ndarray:
        """How many steps each series has (N,)."""
        return np.diff(self.starts)


def text_column(texts: Sequence[str]) -> Texts:
    """A column of texts."""
    return encoded(pa.chunked_array([pa.array(list(texts), pa.string())]))
