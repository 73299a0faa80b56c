"""The task on the user's own table."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from pydantic import field_validator

from attnlab import imports
from attnlab.catalog.task_entries.shared import LabelParameters, array_bytes, kept
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.tables import Options, TableError, is_named_like_a_table
from attnlab.resources import PENGUINS, MissingFileError, existing
from attnlab.spec import SplitSizes, TaskEntry, choice, number, text

if TYPE_CHECKING:
    from attnlab.data.tables.prepared import Prepared


class OwnTableParameters(LabelParameters):
    """A file with a row for each sample and a column to predict.

    Making a study reads nothing, so a study whose file is gone can still be opened. What only the
    file tells (classes, inputs, chance level, size) is read when it is asked for, and kept until
    the file changes. If it cannot be read, the chance level is unknown (NaN), and the error is
    raised when memory is checked, before any training.
    """

    data: str = text(
        "",
        title="Table",
        longest=LONGEST_PATH,
        help="A CSV, TSV, Parquet or Excel file on this machine, gzipped or not; empty for an "
        "example, 344 penguins of three species.",
    )
    label: str = text(
        "",
        title="Label",
        help="The column to predict; empty for the one with a usual name (label, target, class, "
        "species, y …), or else the last.",
    )
    leave_out: str = text(
        "",
        title="Columns to leave out",
        longest=20_000,
        help="Columns that the networks do not get, with commas between them.",
    )
    split: Literal["stratified", "column", "group", "time"] = choice(
        "stratified",
        title="Split",
        help="By seed, each class alike (stratified); as a column says that holds train, "
        "validation and test (column); with the rows of one group on one side (group); or with the "
        "latest rows held out (time).",
    )
    split_column: str = text(
        "",
        title="Column of the split",
        help="The column that says so: of the splits' names, of the group, or of the time; not "
        "needed for stratified splits.",
    )
    missing: Literal["impute", "drop"] = choice(
        "impute",
        title="Missing values",
        advanced=True,
        help="Replaced by the training rows' median or commonest value, with an input that says "
        "so (impute), or their rows left out (drop).",
    )
    share: float = number(
        0.2,
        low=0.05,
        high=0.4,
        step=0.05,
        title="Share of validation",
        advanced=True,
        help="The share of rows that is kept for validation, and as much for testing, where no "
        "column decides about it.",
    )
    truth: str = text(
        "",
        title="Columns that matter",
        advanced=True,
        longest=20_000,
        help="Columns known to tell the label, with commas between them: whether attention finds "
        "them is measured. Empty where nobody knows.",
    )
    sheet: str = text(
        "",
        title="Sheet",
        advanced=True,
        help="The sheet of an Excel workbook; empty for the first.",
    )

    @field_validator("data")
    @classmethod
    def _from_anywhere(cls, data: str) -> str:
        """The path as a person means it, absolute: it holds from every folder."""
        return absolute(data, LONGEST_PATH)

    @property
    def features(self) -> int:
        """How many inputs a network gets; raises TableError if the table cannot be read."""
        return len(table_of(self).inputs)

    @property
    def classes(self) -> int:
        """How many classes there are; raises TableError if the table cannot be read."""
        return len(table_of(self).classes)


def table_path(params: OwnTableParameters) -> Path:
    """Where the table is; raises TableError if the one that comes with attnlab is missing."""
    if params.data:
        return Path(params.data)
    try:
        return existing(PENGUINS)
    except MissingFileError as error:
        raise TableError(str(error)) from error


def options_of(params: OwnTableParameters) -> Options:
    """What the parameters say is to be done with the table."""
    return Options(
        label=params.label.strip(),
        leave_out=column_names(params.leave_out),
        split=params.split,
        split_column=params.split_column.strip(),
        missing=params.missing,
        share=params.share,
    )


def column_names(given: str) -> tuple[str, ...]:
    """The names of columns with commas between them; a name with commas stands in quotes."""
    names = [name.strip() for name in next(csv.reader([given], skipinitialspace=True), [])]
    return tuple(name for name in names if name)


def columns_listed(names: Iterable[str]) -> str:
    """Names of columns with commas between them, as `column_names` reads them."""
    return ", ".join(
        '"' + name.replace('"', '""') + '"'
        if any(char in name for char in ',"\n') or name != name.strip()
        else name
        for name in names
    )


def table_of(params: OwnTableParameters) -> Prepared:
    """The table, made ready; raises TableError if it cannot be used."""
    prepared: Any = imports.module("attnlab.data.tables.prepared")
    ready: Prepared = prepared.with_classes(table_path(params), options_of(params), params.sheet)
    return ready


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


def _nbytes(params: OwnTableParameters) -> int:
    """The bytes of the three splits, and of the values they are made from, kept for other seeds."""
    table = table_of(params)
    table.positions(column_names(params.truth), "truth")  # what is wrong with it is told early
    return array_bytes(len(table.rows), len(table.inputs)) + table.nbytes


def _truth(params: OwnTableParameters) -> tuple[int, ...]:
    """The inputs that the columns known to matter become; none if the table cannot be read."""
    if not params.truth.strip():
        return ()
    try:
        return table_of(params).positions(column_names(params.truth), "truth")
    except TableError:
        return ()


def _input_names(params: OwnTableParameters) -> tuple[str, ...]:
    try:
        return table_of(params).inputs
    except TableError:
        return ()


def _takes(path: str) -> bool:
    return is_named_like_a_table(str(pasted_path(path)))


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
        takes=_takes,
        inspect="attnlab.tasks.own_table:inspected_table",
        own_data=lambda path: {"data": path},
        path="data",
        fingerprint="attnlab.tasks.own_table:table_fingerprint",
        advice="attnlab.tasks.own_table:table_advice",
        backbone="attnlab.backbones.features:feature_network",
        slot_sizes=lambda params: (),
        read_sizes=lambda params: (params.features,),
        input_names=_input_names,
        chance=_chance,
        nbytes=_nbytes,
        truth_axis="feature",
        has_truth=lambda params: bool(params.truth.strip()),
        truth=_truth,
        truth_words="the columns that matter",
        arms=("none", "feature-gate:ratio=2", "dense"),
        summary="Your own table: CSV, TSV, Parquet or Excel, with a column to predict.",
        training={"epochs": 30, "batch_size": 32, "learning_rate": 3e-3},
    ),
)
