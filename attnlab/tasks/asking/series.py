"""A series of somebody's own, or one of the data that is changed."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from attnlab.catalog.task_entries.own_series import OwnSeriesParameters, series_of
from attnlab.data.series.fitting import SeriesFitting
from attnlab.data.series.prepared import PreparedSeries
from attnlab.data.tables.limits import LARGEST_NUMBER
from attnlab.data.tables.splits import Rows
from attnlab.tasks.asking.given import Asked, Given, GivenError
from attnlab.tasks.asking.words import cut_note
from attnlab.tasks.examples import Example
from attnlab.tasks.own_series import NAME
from attnlab.tasks.streams import generator
from attnlab.wording import counted, listed

_NOTHING = ("", "nan", "na", "-")


def asked_series(params: OwnSeriesParameters, seed: int, given: Given) -> Asked:
    """The series as padded steps (1, T, C), with 1 for those that there are (1, T), and with the
    statistics of the training series of this seed."""
    ready = series_of(params)
    fitting, _ = _fitted(ready, seed)
    series = np.empty((0, 0)) if given.series is None else np.asarray(given.series, float)
    channels = ready.series.channels
    if series.ndim != 2 or not len(series) or series.shape[1] != len(channels):
        raise GivenError(
            f"expected steps of {_numbers(channels)}, got an array of shape {series.shape}"
        )
    if (np.abs(series) > LARGEST_NUMBER).any():
        raise GivenError(f"expected numbers of at most {LARGEST_NUMBER:g}, got a larger one")
    kept = series[: ready.longest]
    values = np.full((1, ready.longest, len(channels)), np.nan)
    values[0, : len(kept)] = kept
    there = np.arange(ready.longest) < len(kept)
    inputs = fitting.inputs(values, there[None])
    notes = [] if len(kept) == len(series) else [cut_note(len(kept), "steps", len(series))]
    example = Example("series", inputs[0, : len(kept)], given.answer, names=ready.channels)
    return Asked((inputs, there[None].astype(np.int32)), example, tuple(notes))


def sample_series(params: OwnSeriesParameters, seed: int, number: int) -> np.ndarray:
    """The numbers (T, C) of a validation sample in their own units; raises TableError."""
    ready = series_of(params)
    row = int(_fitted(ready, seed)[1]["validation"][number])
    return np.array(ready.values[row, : ready.lengths[row]])


def deviations(params: OwnSeriesParameters, seed: int) -> dict[str, float]:
    """The standard deviation of each channel in the training series; raises TableError."""
    ready = series_of(params)
    found = _fitted(ready, seed)[0].deviation.tolist()
    return dict(zip(ready.series.channels, found, strict=True))


def with_bump(
    series: np.ndarray, channel: int, step: float, width: float, height: float
) -> np.ndarray:
    """The series (T, C) with a bell of this height in a channel, around a step counted from 0; its
    width is the standard deviation in steps."""
    bumped = np.array(series, float)
    away = (np.arange(len(bumped)) - step) / width
    bumped[:, channel] += height * np.exp(-(away**2) / 2)
    return bumped


def series_in(params: OwnSeriesParameters, text: str) -> np.ndarray:
    """The numbers (T, C) of a pasted text: a line for each step, a number for each channel.

    A line of their names above is left out. Raises GivenError that names the line that is wrong.
    """
    channels = series_of(params).series.channels
    lines = [line.strip(" \r") for line in text.strip(" \r\n").splitlines()]  # an empty cell stays
    steps = []
    for place, line in enumerate(lines, 1):
        cells = [cell.strip() for cell in _cells(line, len(channels))]
        is_named = any(map(str.isalpha, line)) and not any(map(_is_number, cells))
        if place == 1 and is_named and len(cells) == len(channels):
            continue
        numbers = [_number(cell) for cell in cells]
        if len(cells) != len(channels) or None in numbers:
            raise GivenError(f"expected {_numbers(channels)} in line {place}, got {line[:60]!r}")
        steps.append(numbers)
    if not steps:
        raise GivenError(f"expected a line of {_numbers(channels)} for each step, got none")
    return np.array(steps, float)


def _cells(line: str, channels: int) -> list[str]:
    """Between tabs, semicolons or commas, or else spaces; a decimal comma stays where another sign
    stands between numbers."""
    for sign in "\t;":
        if sign in line:
            return [part.replace(",", ".") for part in line.split(sign)]
    if channels > 1 and len(parts := line.split(",")) == channels:
        return parts
    return [cell.replace(",", ".") for cell in line.split()] or [""]


def _is_number(cell: str) -> bool:
    return _number(cell) is not None


def _number(cell: str) -> float | None:
    """NaN for what is missing; None for what is no number."""
    if cell.lower() in _NOTHING:
        return np.nan
    try:
        return float(cell)
    except ValueError:
        return None


def _numbers(channels: tuple[str, ...]) -> str:
    most = 5
    named = [*channels[:most], *(["…"] if len(channels) > most else [])]
    return f"{counted(len(channels), 'number')} ({listed(named)})"


@lru_cache(maxsize=2)
def _fitted(ready: PreparedSeries, seed: int) -> tuple[SeriesFitting, Rows]:
    rows = ready.divided(generator(seed, NAME, "split"))
    return SeriesFitting.of(ready, rows["train"]), rows
