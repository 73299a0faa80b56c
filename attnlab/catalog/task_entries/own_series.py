"""The task on the user's own series."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import field_validator, model_validator

from attnlab import imports
from attnlab.catalog.task_entries.own_counts import ClassCounts, divided_counts, guessing, sizes_of
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    Split,
    array_bytes,
    share_field,
    split_column_field,
    split_field,
)
from attnlab.catalog.task_entries.steps import (
    StepEncoder,
    check_step_heads,
    step_encoder_field,
    step_units_field,
)
from attnlab.catalog.task_entries.tables import column_names
from attnlab.catalog.task_entries.transformers import (
    OF_STEPS,
    Pooling,
    Positions,
    depth_field,
    heads_field,
    pooling_field,
    positions_field,
)
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.series import SeriesOptions
from attnlab.data.series.options import NPZ
from attnlab.data.tables import TableError, is_named_like_a_table
from attnlab.resources import PULSES, MissingFileError, existing
from attnlab.spec import SplitSizes, TaskEntry, number, text

if TYPE_CHECKING:
    from attnlab.data.series.prepared import PreparedSeries

EXAMPLE_TRUTH = "matters"
"""The column of the example that says which steps matter."""


class OwnSeriesParameters(LabelParameters):
    """Series of steps in a file, each with a class to predict.

    Making a study reads nothing, as of tables: see `TableParameters`.
    """

    data: str = text(
        "",
        title="Series",
        longest=LONGEST_PATH,
        help="A table with a row for every step, or a .npz file with x (samples, steps, channels) "
        "and y; empty for an example, pulses in noise.",
    )
    series: str = text(
        "",
        title="Column of the series",
        help="Says to which series a row belongs; empty for one with a usual name (series, "
        "sequence, trial, id …).",
    )
    order: str = text(
        "",
        title="Column of the order",
        help="A number or date by which the steps of a series stand in order; empty for one with a "
        "usual name (step, time, t …), or the order of the rows.",
    )
    label: str = text(
        "",
        title="Label",
        help="The column with the class of a series, the same at all its steps; empty for one with "
        "a usual name, or the last that is the same within every series.",
    )
    leave_out: str = text(
        "",
        title="Columns to leave out",
        longest=20_000,
        help="Columns that the networks do not get, with commas between them.",
    )
    length: int = number(
        100,
        low=2,
        high=1000,
        title="Longest series",
        help="Of longer series the first so many steps are in use.",
    )
    encoder: StepEncoder = step_encoder_field("gru")
    units: int = step_units_field()
    depth: int = depth_field(OF_STEPS)
    heads: int = heads_field(OF_STEPS)
    positions: Positions = positions_field(OF_STEPS)
    pooling: Pooling = pooling_field(OF_STEPS)
    truth: str = text(
        "",
        title="Steps that matter",
        advanced=True,
        help="The column of 0 and 1, or the array (samples, steps) of a .npz file, that says which "
        "steps tell the class: whether attention finds them is measured. Empty where nobody knows.",
    )
    split: Split = split_field("By seed, each class alike (stratified)")
    split_column: str = split_column_field()
    share: float = share_field("series")

    @model_validator(mode="after")
    def _heads_divide(self) -> OwnSeriesParameters:
        check_step_heads(self)
        return self

    @field_validator("data")
    @classmethod
    def _from_anywhere(cls, data: str) -> str:
        """The path as a person means it, absolute: it holds from every folder."""
        return absolute(data, LONGEST_PATH)

    @property
    def shape(self) -> tuple[int, int]:
        """The steps of the longest series, and the channels; raises TableError."""
        ready = series_of(self)
        return ready.longest, len(ready.channels)

    @property
    def classes(self) -> int:
        """How many classes there are; raises TableError if the series cannot be read."""
        return len(series_of(self).classes)


def series_path(params: OwnSeriesParameters) -> Path:
    """Where the series are; raises TableError if those that come with attnlab are missing."""
    if params.data:
        return Path(params.data)
    try:
        return existing(PULSES)
    except MissingFileError as error:
        raise TableError(str(error)) from error


def series_options(params: OwnSeriesParameters) -> SeriesOptions:
    """What the parameters say is to be done with the series."""
    return SeriesOptions(
        series=params.series.strip(),
        order=params.order.strip(),
        label=params.label.strip(),
        leave_out=column_names(params.leave_out),
        truth=params.truth.strip() or ("" if params.data else EXAMPLE_TRUTH),
        length=params.length,
        split=params.split,
        split_column=params.split_column.strip(),
        share=params.share,
    )


def series_of(params: OwnSeriesParameters) -> PreparedSeries:
    """The series, made ready; raises TableError if they cannot be used."""
    reading: Any = imports.module("attnlab.data.series.reading")
    prepared: Any = imports.module("attnlab.data.series.prepared")
    options = series_options(params)
    ready: PreparedSeries = prepared.prepared(
        reading.read_series(series_path(params), options), options
    )
    return ready


def _counts(params: OwnSeriesParameters) -> ClassCounts:
    """How many series of each class the three splits get; of groups about so many."""
    return divided_counts(series_of(params).given_counts, params.share)


def _split_sizes(params: OwnSeriesParameters) -> SplitSizes | None:
    """None if the series cannot be read."""
    try:
        counts, ready = _counts(params), series_of(params)
    except TableError:
        return None
    return sizes_of(counts, params.imbalance, ready.drawn_anew)


def _class_names(params: OwnSeriesParameters) -> tuple[str, ...]:
    try:
        return series_of(params).classes
    except TableError:
        return ()


def _nbytes(params: OwnSeriesParameters) -> int:
    """The bytes of the three splits, and of the values they are made from."""
    ready = series_of(params)
    steps, channels = params.shape
    return array_bytes(len(ready.rows), steps * (channels + 1)) + ready.values.nbytes


def _takes(path: str) -> bool:
    named = str(pasted_path(path))
    return is_named_like_a_table(named) or named.lower().endswith(NPZ)


def _recognises(path: str, given: Mapping[str, Any]) -> bool:
    """Series where somebody names their columns, and data that look like series: a column of series
    and one of steps, or an array of lengths or of steps beside x."""
    if given.get("series") or given.get("order"):
        return True
    reading: Any = imports.module("attnlab.data.series.reading")
    try:
        return bool(reading.looks_like_series(pasted_path(path)))
    except TableError:  # the other tasks say what is wrong with it
        return False


FROM_SERIES = (
    TaskEntry(
        name="own-series",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your series",
        slot="steps",
        params=OwnSeriesParameters,
        data="attnlab.tasks.own_series:own_series",
        example="attnlab.tasks.own_series:own_series_example",
        asks="series",
        asked="attnlab.tasks.asking.series:asked_series",
        carried="attnlab.tasks.own_series:carried_series",
        takes=_takes,
        recognises=_recognises,
        inspect="attnlab.tasks.own_series:inspected_series",
        own_data=lambda path: {"data": path},
        path="data",
        fingerprint="attnlab.tasks.own_series:series_fingerprint",
        advice="attnlab.tasks.own_series:series_advice",
        backbone="attnlab.backbones.steps:series_network",
        slot_sizes=lambda params: (params.units,),
        chance=guessing(_counts),
        class_names=_class_names,
        nbytes=_nbytes,
        truth_axis="step",
        has_truth=lambda params: not params.data or bool(params.truth.strip()),
        truth_words="the steps that matter",
        arms=("none", "attention-pool"),
        summary="Your own series: a table with a row for every step, or a .npz file.",
        training={"epochs": 30, "batch_size": 32, "learning_rate": 3e-3},
    ),
)
