"""The task on series from a file: steps (N, T, C), and which of them there are (N, T)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from attnlab.catalog.task_entries.own_series import (
    OwnSeriesParameters,
    series_of,
    series_options,
    series_path,
)
from attnlab.data.fingerprint import Fingerprint, of_contents
from attnlab.data.inspection import Inspection
from attnlab.data.series.fitting import inputs_of
from attnlab.data.series.inspecting import inspect_series
from attnlab.data.series.prepared import prepared
from attnlab.data.series.reading import bring_series, read_series
from attnlab.data.series.series import Series
from attnlab.data.tables.splits import SPLITS
from attnlab.tasks.data import PROBE_SAMPLES, Split, TaskData, arrays_in, one_array
from attnlab.tasks.examples import Example, truth_of
from attnlab.tasks.labels import add_label_noise, leave_out_rare
from attnlab.tasks.streams import generator

NAME = "own-series"


def own_series(params: OwnSeriesParameters, seed: int) -> TaskData:
    """Series as padded steps; raises TableError."""
    return series_at(series_path(params), params, seed)


def series_at(path: Path, params: OwnSeriesParameters, seed: int) -> TaskData:
    """The series at this path as steps (N, T, C), with 1 for those that there are (N, T), and their
    classes (N,).

    T is the length of the longest series in use, at every seed. Channels are standardised by the
    training series alone: see `attnlab.data.series.fitting`. The seed decides what no column does
    about the splits, and the order within each.
    """
    options = series_options(params)
    ready = prepared(read_series(path, options), options)
    rows = ready.divided(generator(seed, NAME, "split"))
    inputs, there = inputs_of(ready, rows), ready.valid.astype(np.int32)
    train, validation, test = (
        Split((inputs[name], there[rows[name]]), ready.target[rows[name]]) for name in SPLITS
    )
    probe = rows["validation"][:PROBE_SAMPLES]
    data = TaskData(
        train,
        validation,
        test,
        classes=len(ready.classes),
        truth=None if ready.truth is None else ready.truth[probe],
        valid=ready.valid[probe],
    )
    data = leave_out_rare(data, params.imbalance)
    return add_label_noise(data, params.label_noise, seed, NAME)


def own_series_example(params: OwnSeriesParameters, data: TaskData, number: int) -> Example:
    """The channels of a series, as far as it goes, and the name of the class."""
    ready = series_of(params)
    answer = ready.classes[one_array(data.validation.y)[number]]
    steps, there = (each[number] for each in arrays_in(data.validation.x))
    truth = truth_of(data, number)
    length = int(there.sum())
    return Example(
        "series",
        steps[:length],
        answer,
        None if truth is None else truth[:length],
        names=ready.channels,
    )


@dataclass(frozen=True)
class CarriedSeries:
    """Series as read on one machine, for the tasks on others."""

    params: OwnSeriesParameters
    series: Series

    @property
    def key(self) -> str:
        """The path and options, and which state of the file was read."""
        options = series_options(self.params)
        return f"{series_path(self.params)} {options} {self.series.stamp}"

    def install(self) -> None:
        """Let tasks find the series here instead of at their path."""
        bring_series(series_path(self.params), series_options(self.params), self.series)

    def remove(self) -> None:
        """Let them look at the path again."""
        bring_series(series_path(self.params), series_options(self.params), None)


def carried_series(params: OwnSeriesParameters) -> CarriedSeries | None:
    """The series, to be sent to other machines; None for those that come with attnlab. Raises
    TableError."""
    return CarriedSeries(params, series_of(params).series) if params.data else None


def series_fingerprint(params: OwnSeriesParameters) -> Fingerprint | None:
    """The state of the file, whatever it is called; None for the example. Raises TableError."""
    if not params.data:
        return None
    path = series_path(params)
    read_series(path, series_options(params))  # says what is wrong with what cannot be used
    return of_contents([("series", path.read_bytes())])


def series_advice(params: OwnSeriesParameters) -> list[str]:
    """What in one's own series may mislead: see `attnlab.data.series.inspecting`. Raises
    TableError."""
    return list(inspected_series(params).warnings) if params.data else []


def inspected_series(params: OwnSeriesParameters) -> Inspection:
    """What series there are and what will be done with them; raises TableError."""
    return inspect_series(series_path(params), series_options(params))
