"""What the tasks on a table from a file share: where it is, its label, its splits."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import field_validator

from attnlab import imports
from attnlab.catalog.task_entries.backbones import BackboneParameters
from attnlab.catalog.task_entries.shared import (
    Split,
    array_bytes,
    share_field,
    split_column_field,
    split_field,
)
from attnlab.data.named import has_kind, is_name, located, named, path_of
from attnlab.data.paths import LONGEST_PATH, absolute, pasted_path
from attnlab.data.tables import Answer, Options, TableError, is_named_like_a_table
from attnlab.resources import PENGUINS, MissingFileError, existing
from attnlab.spec import choice, number, text

if TYPE_CHECKING:
    from attnlab.data.tables.prepared import Prepared


class TableParameters(BackboneParameters):
    """A file with a row for each sample and a column to predict.

    Making a study reads nothing, so a study whose file is gone can still be opened. What only the
    file tells (classes, inputs, chance level, size) is read when it is asked for, and kept until
    the file changes. If it cannot be read, the chance level is unknown (NaN), and the error is
    raised when memory is checked, before any training.
    """

    example_label: ClassVar[str] = ""
    """The column to predict of the penguins, where it is not the one with a usual name."""

    answer: ClassVar[Answer] = "classes"
    """What is predicted: see `attnlab.data.tables.Options`."""

    data: str = text(
        "",
        title="Table",
        longest=LONGEST_PATH,
        help="A CSV, TSV, Parquet or Excel file on this machine, gzipped or not, or the .npz of "
        "arrays; empty for an example, 344 penguins of three species.",
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
    as_numbers: str = text(
        "",
        title="Columns of numbers",
        advanced=True,
        longest=20_000,
        help="Columns that are numbers whatever they look like, with commas between them; what is "
        "no number there counts as missing.",
    )
    as_categories: str = text(
        "",
        title="Columns of categories",
        advanced=True,
        longest=20_000,
        help="Columns whose values are categories, such as zip_code or year, with commas between "
        "them.",
    )
    as_yes_no: str = text(
        "",
        title="Columns of yes and no",
        advanced=True,
        longest=20_000,
        help="Columns of two values that become one input, with commas between them.",
    )
    as_dates: str = text(
        "",
        title="Columns of dates",
        advanced=True,
        longest=20_000,
        help="Columns that are dates, with commas between them; 1/2/2024 is the first of February.",
    )
    categories: Literal["one-hot", "embedded"] = choice(
        "one-hot",
        title="Categories",
        advanced=True,
        help="An input for each category (one-hot), or a few numbers for each that the network "
        "learns (embedded), which attention weighs one by one.",
    )
    embedding: int = number(
        4,
        low=1,
        high=32,
        title="Numbers of a category",
        advanced=True,
        only_if=("categories", "embedded"),
        help="How many numbers the network learns for a category. Columns of no more categories "
        "than that stay one-hot.",
    )
    split: Split = split_field("By seed, each class alike (stratified)")
    split_column: str = split_column_field()
    missing: Literal["impute", "drop"] = choice(
        "impute",
        title="Missing values",
        advanced=True,
        help="Replaced by the training rows' median or commonest value, with an input that says "
        "so (impute), or their rows left out (drop).",
    )
    share: float = share_field("rows")
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
        """The path as a person means it, absolute: it holds from every folder; or a name."""
        return named(data)[0] if is_name(data) else absolute(data, LONGEST_PATH)

    @property
    def features(self) -> int:
        """How many inputs a network gets; raises TableError if the table cannot be read."""
        return len(table_of(self).inputs)

    @property
    def weighed(self) -> int:
        """How many numbers attention weighs: the inputs, with columns embedded that are. Raises
        TableError if the table cannot be read."""
        return len(table_of(self).weighed)

    @property
    def embedded(self) -> tuple[tuple[int, int], ...]:
        """The first input of each embedded column, and the one after its last. Raises TableError
        if the table cannot be read."""
        return tuple(table_of(self).embedded.values())

    @property
    def classes(self) -> int:
        """How many classes there are, 1 for a number; raises TableError if the table cannot be
        read."""
        return len(table_of(self).classes) or 1


def table_path(params: TableParameters) -> Path:
    """Where the table is, made or fetched where it is one by name; raises TableError if that fails,
    or if the one that comes with attnlab is missing."""
    if params.data:
        place = table_place(params)
        if not is_name(params.data) or _is_brought(place, params.sheet):
            return place
        return located(params.data)
    try:
        return existing(PENGUINS)
    except MissingFileError as error:
        raise TableError(str(error)) from error


def table_place(params: TableParameters) -> Path:
    """Where a table of one's own is, or will be once it is made or fetched."""
    return path_of(params.data) if is_name(params.data) else Path(params.data)


def _is_brought(place: Path, sheet: str) -> bool:
    reading: Any = imports.module("attnlab.data.tables.table")
    return bool(reading.is_brought(place, sheet))


def options_of(params: TableParameters) -> Options:
    """What the parameters say is to be done with the table."""
    return Options(
        label=params.label.strip() or ("" if params.data else params.example_label),
        kinds=(
            *((name, "number") for name in column_names(params.as_numbers)),
            *((name, "category") for name in column_names(params.as_categories)),
            *((name, "yes/no") for name in column_names(params.as_yes_no)),
            *((name, "date") for name in column_names(params.as_dates)),
        ),
        embedding=params.embedding if params.categories == "embedded" else 0,
        answer=params.answer,
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


def takes_table(path: str) -> bool:
    """Whether what lies at a path is named like a table; or a table by its own name."""
    if is_name(path):
        return has_kind(path, "table")
    return is_named_like_a_table(str(pasted_path(path)))


def truth_in_file(path: str) -> dict[str, str]:
    """The columns that matter as an .npz file names them, as a parameter; none of other files."""
    if is_name(path) or (meant := pasted_path(path)).suffix.lower() != ".npz":
        return {}
    module: Any = imports.module("attnlab.data.tables.npz")
    try:
        names = module.named_truth(meant)
    except TableError:  # what is wrong with the file is told when it is read
        names = ()
    return {"truth": columns_listed(names)} if names else {}


def table_of(params: TableParameters) -> Prepared:
    """The table, made ready; raises TableError if it cannot be used."""
    module: Any = imports.module("attnlab.data.tables.prepared")
    ready: Prepared = module.ready_at(table_path(params), options_of(params), params.sheet)
    return ready


def table_bytes(params: TableParameters) -> int:
    """The bytes of the three splits, and of the values they are made from, kept for other seeds."""
    table = table_of(params)
    table.positions(column_names(params.truth), "truth")  # what is wrong with it is told early
    return array_bytes(len(table.rows), len(table.inputs)) + table.nbytes


def truth_positions(params: TableParameters) -> tuple[int, ...]:
    """The inputs that the columns known to matter become; none if the table cannot be read."""
    if not params.truth.strip():
        return ()
    try:
        return table_of(params).positions(column_names(params.truth), "truth")
    except TableError:
        return ()


def input_names(params: TableParameters) -> tuple[str, ...]:
    try:
        return table_of(params).weighed
    except TableError:
        return ()
