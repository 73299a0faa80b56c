"""The task on the user's own table, with classes."""

from __future__ import annotations

import math
from typing import Any

from attnlab import imports
from attnlab.catalog.task_entries.shared import LabelParameters, kept
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


def _counts(params: OwnTableParameters) -> dict[str, list[int]]:
    """How many rows of each class the three splits get; of groups about so many."""
    splits: Any = imports.module("attnlab.data.tables.splits")
    table = table_of(params)
    shares = splits.shares_of(table.given_counts, params.share)
    return {split: [int(count) for count in of_split] for split, of_split in shares.items()}


def _chance(params: OwnTableParameters) -> float:
    """The validation accuracy of always giving the commonest answer; NaN if it is unknown."""
    try:
        counts = _counts(params)["validation"]
    except TableError:
        return math.nan
    return max(counts) / sum(counts)


def _split_sizes(params: OwnTableParameters) -> SplitSizes | None:
    """None if the table cannot be read."""
    try:
        counts, table = _counts(params), table_of(params)
    except TableError:
        return None
    train = counts["train"]
    trained = kept(train, params.imbalance) if params.imbalance > 1 else sum(train)
    return SplitSizes(
        trained, sum(counts["validation"]), sum(counts["test"]), drawn_anew=table.drawn_anew
    )


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
        chance=_chance,
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
