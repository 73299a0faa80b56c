"""Series as the inputs of networks, with statistics of the training split alone."""

from __future__ import annotations

import numpy as np

from attnlab.data.series.prepared import PreparedSeries
from attnlab.data.tables.single_precision import single
from attnlab.data.tables.splits import Rows


def inputs_of(ready: PreparedSeries, rows: Rows) -> dict[str, np.ndarray]:
    """The inputs (N, T, C) of each split as float32, 0 behind the end of a series.

    Each channel is standardised by the mean and the standard deviation of the steps of the training
    series. A missing number takes the last one before it in its series, or else the mean, and the
    channels that have any are followed by one that says where.
    """
    valid = ready.valid
    train = ready.values[rows["train"]][valid[rows["train"]]]  # (S, C)
    known = ~np.isnan(train)
    count = np.maximum(known.sum(axis=0), 1)
    mean = np.where(known, train, 0).sum(axis=0) / count
    deviation = np.sqrt(np.where(known, (train - mean) ** 2, 0).sum(axis=0) / count)
    deviation[deviation == 0] = 1
    return {
        split: _inputs(ready, chosen, valid[chosen], mean, deviation)
        for split, chosen in rows.items()
    }


def _inputs(
    ready: PreparedSeries,
    rows: np.ndarray,
    valid: np.ndarray,
    mean: np.ndarray,
    deviation: np.ndarray,
) -> np.ndarray:
    values = ready.values[rows]
    missing = np.isnan(values)
    standard = np.nan_to_num((_carried_on(values, missing) - mean) / deviation, nan=0.0)
    flags = missing[..., ready.flagged].astype(np.float64)
    inputs = np.concatenate([standard, flags], axis=-1) * valid[..., None]
    return single(inputs)


def _carried_on(values: np.ndarray, missing: np.ndarray) -> np.ndarray:
    """The values (N, T, C) with the last one before it in place of each that is missing."""
    steps = np.arange(values.shape[1])[:, None]
    last = np.maximum.accumulate(np.where(missing, 0, steps), axis=1)
    return np.take_along_axis(values, last, axis=1)
