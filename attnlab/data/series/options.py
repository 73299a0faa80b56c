"""What is to be done with series."""

from __future__ import annotations

from dataclasses import dataclass

from attnlab.data.tables.options import SplitKind

NPZ = ".npz"
"""How the names of NumPy's archives end."""


@dataclass(frozen=True)
class SeriesOptions:
    """What a person decides about series.

    - series, order: the columns that say to which series a row belongs, and where in it; empty for
      a guess. A `.npz` file has neither
    - label: the column with the class of a series; empty for a guess
    - leave_out: columns that the networks do not get
    - truth: the column of 0 and 1 that says which steps matter; empty where nobody knows
    - length: of longer series the first so many steps
    - split, split_column, share: as of tables, by series
    """

    series: str = ""
    order: str = ""
    label: str = ""
    leave_out: tuple[str, ...] = ()
    truth: str = ""
    length: int = 100
    split: SplitKind = "stratified"
    split_column: str = ""
    share: float = 0.2
