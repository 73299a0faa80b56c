"""Tables: CSV, TSV, Parquet and Excel files with a row for each sample and a column to predict.

Knows files and columns, no tasks. `table.read_table` finds out how a file is written;
`prepared.prepared` decides what each column is and how it is treated; `fitting.inputs_of` makes
arrays with statistics of the training split alone; `inspecting.inspect_table` says all that before
anything trains. Every fault is a TableError. Importing this package imports none of the libraries
that read files.
"""

from attnlab.data.tables.errors import TableError
from attnlab.data.tables.options import (
    ENDINGS,
    USUAL_OPTIONS,
    Answer,
    Options,
    is_named_like_a_table,
)

__all__ = [
    "ENDINGS",
    "USUAL_OPTIONS",
    "Answer",
    "Options",
    "TableError",
    "is_named_like_a_table",
]
