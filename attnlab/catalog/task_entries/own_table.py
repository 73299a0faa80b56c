"""The task on the user's own table, with classes."""

from __future__ import annotations

from attnlab.catalog.task_entries.own_counts import ClassCounts, divided_counts, guessing, sizes_of
from attnlab.catalog.task_entries.shared import LabelParameters
from attnlab.catalog.task_entries.tables import (
    TableParameters,
    input_names,
    table_bytes,
    table_of,
    takes_table,
    truth_in_file,
    truth_positions,
)
from attnlab.data.tables import TableError
from attnlab.spec import SplitSizes, TaskEntry


class OwnTableParameters(TableParameters, LabelParameters):
    """A file with a row for each sample and a column of classes to predict."""


def _counts(params: OwnTableParameters) -> ClassCounts:
    """How many rows of each class the three splits get; of groups about so many."""
    return divided_counts(table_of(params).given_counts, params.share)


def _split_sizes(params: OwnTableParameters) -> SplitSizes | None:
    """None if the table cannot be read."""
    try:
        counts, table = _counts(params), table_of(params)
    except TableError:
        return None
    return sizes_of(counts, params.imbalance, table.drawn_anew)


FROM_TABLES = (
    TaskEntry(
        name="own-table",
        fixed_data=("data",),
        split_sizes=_split_sizes,
        title="Your table",
        slot="features",
        params=OwnTableParameters,
        data="attnlab.tasks.own_table:own_table",
        example="attnlab.tasks.own_table:own_table_example",
        asks="row",
        asked="attnlab.tasks.asking.rows:asked_row",
        carried="attnlab.tasks.own_table:carried_table",
        takes=takes_table,
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
        chance=guessing(_counts),
        nbytes=table_bytes,
        truth_axis="feature",
        has_truth=lambda params: bool(params.truth.strip()),
        truth=truth_positions,
        truth_words="the columns that matter",
        arms=("none", "feature-gate:ratio=2", "dense"),
        summary="Your own table: CSV, TSV, Parquet or Excel, with a column to predict.",
        training={"epochs": 30, "batch_size": 32, "learning_rate": 3e-3},
    ),
)
