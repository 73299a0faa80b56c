"""Series as the inputs of networks, with statistics of the training split alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from attnlab.data.series.prepared import PreparedSeries
from attnlab.data.tables.single_precision import single
from attnlab.data.tables.splits import Rows


@dataclass(frozen=True)
class SeriesFitting:
    """The mean and the standard deviation of each channel (C,) over the steps of training series,
    and the channels (F,) of which a number may be missing."""

    mean: np.ndarray
    deviation: np.ndarray
    flagged: np.ndarray

    @classmethod
    def of(cls, ready: PreparedSeries, train: np.ndarray) -> SeriesFitting:
        """Those of these series."""
        steps = ready.values[train][ready.valid[train]]  # (S, C)
        known = ~np.isnan(steps)
        count = np.maximum(known.sum(axis=0), 1)
        mean = np.where(known, steps, 0).sum(axis=0) / count
        deviation = np.sqrt(np.where(known, (steps - mean) ** 2, 0).sum(axis=0) / count)
        deviation[deviation == 0] = 1
        return cls(mean, deviation, ready.flagged)

    def inputs(self, values: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """The inputs of series (N, T, C) of which there are the `valid` steps (N, T)."""
        missing = np.isnan(values)
        standard = np.nan_to_num(
            (_carried_on(values, missing) - self.mean) / self.deviation, nan=0.0
        )
        flags = missing[..., self.flagged].astype(np.float64)
        return single(np.concatenate([standard, flags], axis=-1) * valid[..., None])


def inputs_of(ready: PreparedSeries, rows: Rows) -> dict[str, np.ndarray]:
    """The inputs (N, T, C) of each split as float32, 0 behind the end of a series.

    Each channel is standardised by the mean and the standard deviation of the steps of the training
    series. A missing number takes the last one before it in its series, or else the mean, and the
    channels that have any are followed by one that says where.
    """
    fitting, valid = SeriesFitting.of(ready, rows["train"]), ready.valid
    return {
        split: fitting.inputs(ready.values[chosen], valid[chosen]) for split, chosen in rows.items()
    }


def _carried_on(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """The values (N, T, C) with the last one before it in place of each that is missing."""
    steps = np.arange(values.shape[1])[:, None]
    last = np.maximum.accumulate(np.where(missing, 0, steps), axis=1)
    return np.take_along_axis(values, last, axis=1)
