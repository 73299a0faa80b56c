"""What is to be done with a table: its label, its splits, and how its columns are treated."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

ENDINGS = (".csv", ".tsv", ".tab", ".txt", ".parquet", ".pq", ".xlsx", ".xlsm", ".npz")
"""How the names of tables end; each may be followed by .gz."""

SplitKind = Literal["stratified", "column", "group", "time"]
MissingKind = Literal["impute", "drop"]
ColumnKind = Literal["number", "category", "yes/no", "date"]
Answer = Literal["auto", "classes", "number"]


@dataclass(frozen=True)
class Options:
    """What a person decides about a table.

    - label: the column to predict; empty for a guess
    - leave_out: columns that the networks do not get
    - split: each class by seed ("stratified"), as a column says ("column"), a group never on two
      sides ("group"), or the latest rows held out ("time"); `split_column` is the column for it
    - missing: impute values, or drop the rows without them
    - share: of the rows, for validation, and as many for testing
    - kinds: of the columns for which a person says so
    - embedding: how many numbers are learned for a category, where a column has more categories
      than that; 0 for an input for each category
    - answer: whether the label is one of classes or a number; "auto" goes by its values
    """

    label: str = ""
    leave_out: tuple[str, ...] = ()
    split: SplitKind = "stratified"
    split_column: str = ""
    missing: MissingKind = "impute"
    share: float = 0.2
    kinds: tuple[tuple[str, ColumnKind], ...] = ()
    embedding: int = 0
    answer: Answer = "auto"


USUAL_OPTIONS = Options()


def is_named_like_a_table(path: str | Path) -> bool:
    """Whether a file's name ends as those of tables do."""
    return Path(path).name.lower().removesuffix(".gz").endswith(ENDINGS)
