"""The task on the user's own table whose label is a quantity."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from attnlab import imports
from attnlab.catalog.task_entries.shared import NUMBER_MEASURES
from attnlab.catalog.task_entries.tables import (
    TableParameters,
    input_names,
    table_bytes,
    table_of,
    takes_table,
    truth_in_file,
    truth_positions,
)
from attnlab.data.named import place_of
from attnlab.data.tables import TableError
from attnlab.spec import SplitSizes, TaskEntry


class OwnNumberParameters(TableParameters):
    """A file with a row for each sample and a column with a number to predict."""

    example_label = "body_mass_g"
    answer = "number"


def _recognises(path: str, given: Mapping[str, Any]) -> bool:
    """Whether the label of the table at a path is a quantity."""
    labels: Any = imports.module("attnlab.data.tables.labels")
    reading: Any = imports.module("attnlab.data.tables.table")
    label, sheet = (str(given.get(name) or "").strip() for name in ("label", "sheet"))
    try:
        table = reading.read_table(place_of(path), sheet)
        return not labels.label_of(table, label).classes
    except TableError:  # the other task says what is wrong with it
        return False


def _chance(params: OwnNumberParameters) -> float:
    """The RMSE of always giving the mean, in the label's own unit; NaN if it is unknown."""
    splits: Any = imports.module("attnlab.data.tables.splits")
    try:
        table = table_of(params)
    except TableError:
        return math.nan
    return float(splits.spread(table.fixed, table.target))


def _split_sizes(params: OwnNumberParameters) -> SplitSizes | None:
    """None if the table cannot be read."""
    splits: Any = imports.module("attnlab.data.tables.splits")
    try:
        table = table_of(params)
    except TableError:
        return None
    sizes = splits.shares_of(table.given_counts, params.share)
    train, validation, test = (int(sizes[name].sum()) for name in splits.SPLITS)
    return SplitSizes(train, validation, test, drawn_anew=table.drawn_anew)


NUMBERS_FROM_TABLES = (
    TaskEntry(
        name="own-number",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your table, a number",
        slot="features",
        params=OwnNumberParameters,
        data="attnlab.tasks.own_number:own_number",
        example="attnlab.tasks.own_number:own_number_example",
        asks="row",
        asked="attnlab.tasks.asking.rows:asked_row",
        carried="attnlab.tasks.own_table:carried_table",
        takes=takes_table,
        recognises=_recognises,
        inspect="attnlab.tasks.own_table:inspected_table",
        own_data=lambda path: {"data": path},
        suggested=truth_in_file,
        path="data",
        fingerprint="attnlab.tasks.own_table:table_fingerprint",
        advice="attnlab.tasks.own_table:table_advice",
        backbone="attnlab.backbones.features:feature_network",
        slot_sizes=lambda params: (),
        read_sizes=lambda params: (params.weighed,),
        input_names=input_names,
        chance=_chance,
        has_classes=lambda params: False,
        nbytes=table_bytes,
        objective="attnlab.training.regression:Regression",
        extra_metrics=NUMBER_MEASURES,
        main="rmse",
        truth_axis="feature",
        has_truth=lambda params: bool(params.truth.strip()),
        truth=truth_positions,
        truth_words="the columns that matter",
        arms=("none", "feature-gate:ratio=2", "dense"),
        summary="Your own table, with a column of numbers to predict.",
        training={"epochs": 40, "batch_size": 32, "learning_rate": 1e-3},
    ),
)
