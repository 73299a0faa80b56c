"""Arrays of features (N, D) in an .npz file, as a table."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa

from attnlab.data.arrays import ArraySet, read_arrays
from attnlab.data.tables.columns import Column, Numbers, Texts
from attnlab.data.tables.delimited import too_many_columns
from attnlab.data.tables.errors import TableError
from attnlab.data.tables.limits import MOST_COLUMNS
from attnlab.data.tables.values import encoded

LABEL, SPLIT = "y", "split"


class ArrayColumns(NamedTuple):
    """The names and columns of a table of arrays, and what holds its splits, "" if nothing does."""

    names: list[str]
    columns: list[Column]
    split: str


def columns_of_arrays(path: Path) -> ArrayColumns:
    """The features as columns called x0, x1 and so on where they have no names, then the label y,
    and the split where the file has splits. Raises TableError for samples of another shape."""
    arrays = read_arrays(path)
    x = arrays.x
    if x.ndim != 2 or x.dtype.kind not in "biuf":
        raise TableError(
            f"expected samples of shape (samples, features) in {path} for a table, got "
            f"{x.shape} of {x.dtype}: images have a task of their own, own-arrays"
        )
    if x.shape[1] + 2 > MOST_COLUMNS:
        raise TableError(too_many_columns(path))
    names = list(arrays.names) or [f"x{number}" for number in range(x.shape[1])]
    if len(names) != x.shape[1]:
        raise TableError(f"{path} has {len(names)} names for {x.shape[1]} features")
    names.append(LABEL)
    columns: list[Column] = [Numbers(x[:, place].astype(float)) for place in range(x.shape[1])]
    columns.append(label_column(arrays))
    if not arrays.given:
        return ArrayColumns(names, columns, "")
    splits = np.empty(len(x), object)
    for split, rows in arrays.given.items():
        splits[rows] = split
    return ArrayColumns(
        [*names, SPLIT], [*columns, encoded(pa.chunked_array([splits.tolist()]))], SPLIT
    )


def label_column(arrays: ArraySet) -> Column:
    """The labels: texts, numbers, or, of whole numbers, the names of the classes they stand for."""
    y, classes = arrays.y, arrays.classes
    if y.dtype.kind == "U":
        return encoded(pa.chunked_array([y.tolist()]))
    if not classes:
        return Numbers(y.astype(float))
    if not np.isin(y, np.arange(len(classes))).all():
        raise TableError(
            f"expected labels from 0 to {len(classes) - 1} in {arrays.path}, which names "
            f"{len(classes)} classes; got others"
        )
    return Texts(y.astype(np.int32), pa.array(classes, pa.string()))


def named_truth(path: Path) -> tuple[str, ...]:
    """The names of the columns where attention should look; none where the file does not say.
    Raises TableError, as for a truth of each sample."""
    arrays = read_arrays(path)
    if arrays.truth is None:
        return ()
    if arrays.truth.ndim != 1:
        raise TableError(
            f"expected a truth of the same {arrays.x.shape[1]} features for all samples in {path}, "
            "got one for each sample"
        )
    names = columns_of_arrays(path).names
    return tuple(names[place] for place in np.flatnonzero(arrays.truth))
