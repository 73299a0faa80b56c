"""Tables: CSV, TSV, Parquet and Excel files with a row for each sample and a column to predict.

Knows files and columns, no tasks. `read_table` finds out how a file is written; `prepared` decides
what each column is and how it is treated; `inputs_of` makes arrays with statistics of the training
split alone; `inspect_table` says all that before anything trains. Every fault is a TableError.
"""

from attnlab.data.tables.errors import TableError
from attnlab.data.tables.options import Options
from attnlab.data.tables.table import Table, bring_table, is_named_like_a_table, read_table

__all__ = [
    "Options",
    "Table",
    "TableError",
    "bring_table",
    "is_named_like_a_table",
    "read_table",
]
