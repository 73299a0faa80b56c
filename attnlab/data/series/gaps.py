"""Steps that are missing between others of a series."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from attnlab.data.tables.columns import Column, Dates, Numbers

MOST_INSERTED = 2
"""No more steps are inserted than this multiple of those there are."""


class Gaps(NamedTuple):
    """Where steps are missing between others.

    `places` (S,) are those of the steps that are there, None where nothing is missing; `starts`
    (N + 1,) is where each series begins then, and `number` how many are missing. `twice` steps have
    the place of the one before, and `uneven` series have steps at uneven distances.
    """

    places: np.ndarray | None
    starts: np.ndarray
    number: int
    twice: int
    uneven: int


def inserted(column: Column, rows: np.ndarray, starts: np.ndarray) -> Gaps:
    """Steps that are missing where the others are evenly spaced: 1, 2, 4 lack 3."""
    assert isinstance(column, (Numbers, Dates))
    values = column.values[rows]
    at = values.astype("datetime64[us]").astype(np.int64) if isinstance(column, Dates) else values
    gaps = np.diff(at)
    within = np.ones(len(at) - 1, bool)
    within[starts[1:-1] - 1] = False
    between = gaps[within]
    twice = int((between == 0).sum())
    positive = between[between > 0]
    nothing = Gaps(None, starts, 0, twice, 0)
    if not len(positive):
        return nothing
    different, counts = np.unique(positive, return_counts=True)
    usual = different[counts.argmax()]
    times = np.where(within & (gaps > 0), gaps / usual, 1.0)
    whole = np.abs(times - np.rint(times)) < 1e-6
    series = np.repeat(np.arange(len(starts) - 1), np.diff(starts))
    uneven = len(np.unique(series[:-1][~whole]))
    if uneven:
        return nothing._replace(uneven=uneven)
    missing = np.where(within, np.maximum(np.rint(times) - 1, 0), 0)
    total = float(missing.sum())
    if not total:
        return nothing
    if total > MOST_INSERTED * len(at):
        return nothing._replace(uneven=len(np.unique(series[:-1][missing > 0])))
    place = np.arange(len(at)) + np.concatenate([[0], np.cumsum(missing)]).astype(np.int64)
    ends = np.append(place[starts[1:-1]], place[-1] + 1)
    return Gaps(place, np.concatenate([[0], ends]), int(total), twice, 0)


def with_gaps(
    gaps: Gaps, steps: np.ndarray, marks: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray | None, np.ndarray]:
    """The steps (S, C) and their marks (S,) with those that are missing, all NaN, and where each
    series begins then."""
    filled = np.full((int(gaps.starts[-1]), steps.shape[1]), np.nan)
    filled[gaps.places] = steps
    if marks is not None:
        more = np.zeros(len(filled), bool)
        more[gaps.places] = marks
        marks = more
    return filled, marks, gaps.starts
