"""Tables in Parquet files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from attnlab.data.tables.columns import Column, Dates, Numbers, Other
from attnlab.data.tables.delimited import too_many_columns, too_many_rows
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import MOST_BYTES, MOST_COLUMNS, MOST_ROWS
from attnlab.data.tables.opening import too_large
from attnlab.data.tables.values import encoded

PARQUET = b"PAR1"
"""How a Parquet file begins."""


def parquet_columns(path: Path, content: bytes) -> tuple[list[str], list[Column]]:
    """The names and columns of a Parquet file.

    Raises TableError for one that is damaged, too long, too wide, or unpacks to too much.
    """
    try:
        file = pq.ParquetFile(pa.BufferReader(content), arrow_extensions_enabled=False)
        schema, meta = file.schema_arrow, file.metadata
        if len(schema) > MOST_COLUMNS:
            raise TableError(too_many_columns(path))
        if meta.num_rows > MOST_ROWS:
            raise TableError(too_many_rows(path))
        groups = [meta.row_group(number) for number in range(meta.num_row_groups)]
        if sum(group.total_byte_size for group in groups) > MOST_BYTES:
            raise TableError(too_large(path))
        kept = [field.name for field in schema if _is_flat(field.type)]
        texts = [field.name for field in schema if _is_text(field.type)]
        # Texts stay numbered: few different long ones may fill a small file, and no memory.
        narrow = pq.ParquetFile(pa.BufferReader(content), read_dictionary=texts)
        table = narrow.read(columns=kept, use_threads=False)
        table.validate(full=True)
        names = list(schema.names)
        columns = [
            _parquet_column(table.column(field.name))
            if field.name in kept
            else Other(str(field.type), meta.num_rows)
            for field in schema
        ]
    except TableError:
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError, MemoryError) as error:
        told = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise TableError(f"{path} cannot be read as a Parquet file: {told}") from None
    return names, columns


def _is_flat(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        kind = kind.value_type
    types = pa.types
    return (
        types.is_integer(kind)
        or types.is_floating(kind)
        or types.is_decimal(kind)
        or types.is_boolean(kind)
        or types.is_null(kind)
        or types.is_timestamp(kind)
        or types.is_date(kind)
        or _is_text(kind)
    )


def _is_text(kind: pa.DataType) -> bool:
    types = pa.types
    if types.is_dictionary(kind):
        kind = kind.value_type
    return types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind)


def _parquet_column(column: pa.ChunkedArray) -> Column:
    kind = column.type
    if _is_text(kind):
        return encoded(column)
    if pa.types.is_dictionary(kind):
        column = pc.cast(column, kind.value_type)
        kind = kind.value_type
    if pa.types.is_boolean(kind):
        return encoded(pc.if_else(column, "True", "False"))
    if pa.types.is_timestamp(kind) or pa.types.is_date(kind):
        if pa.types.is_timestamp(kind) and kind.tz is not None:
            column = pc.cast(column, pa.timestamp(kind.unit))
        dates = pc.cast(column, pa.timestamp("us"), safe=False)
        return Dates(dates.to_numpy().astype("datetime64[us]"))
    numbers = pc.cast(column, pa.float64(), safe=False)
    return Numbers(np.array(numbers.to_numpy(), dtype=np.float64))
