"""The rows, curves and arrays of an inspection while it is made."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.inspection.found import CURVES, ROWS

NAN = float("nan")
MOST_KEPT_BYTES = 2**23
"""The attention of each example is kept where it takes no more."""


class Collected:
    """Takes what is measured; `table` and `curves` give it as frames."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, ...]] = []
        self._curves: list[tuple[Any, ...]] = []
        self.arrays: dict[str, np.ndarray] = {}

    def examples(
        self,
        axis: str,
        measure: str,
        rows: np.ndarray,
        chance: float = NAN,
        undefined: str = "no example has it",
    ) -> None:
        """Add a measure of each example (N,), with the mean and interval of those that have it;
        `undefined` says why where none has."""
        rows = np.asarray(rows, dtype=float)
        found = mean_interval(rows)
        note = "" if found.n else undefined
        self._rows.append((axis, measure, found.mean, found.half, chance, found.n, note))
        self.arrays[f"{axis}/{measure}"] = rows.astype(np.float32)

    def number(self, axis: str, measure: str, value: float, n: int, chance: float = NAN) -> None:
        """Add a number of all examples together."""
        self._rows.append((axis, measure, float(value), NAN, chance, n, ""))

    def missing(self, axis: str, measure: str, note: str) -> None:
        """Add that there is no value, and why."""
        self._rows.append((axis, measure, NAN, NAN, NAN, 0, note))

    def curve(
        self, axis: str, curve: str, order: str, shares: np.ndarray, scores: np.ndarray
    ) -> None:
        """Add a curve: a score for each share."""
        for share, score in zip(shares.tolist(), scores.tolist(), strict=True):
            self._curves.append((axis, curve, order, share, score))

    @property
    def table(self) -> pd.DataFrame:
        """The rows so far."""
        return pd.DataFrame(self._rows, columns=list(ROWS))

    @property
    def curves(self) -> pd.DataFrame:
        """The curves so far."""
        return pd.DataFrame(self._curves, columns=list(CURVES))
