"""Rows of the database as a DataFrame with columns of given types."""

from __future__ import annotations

import reprlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from attnlab.store.damage import DamagedError


def typed(rows: Sequence[tuple[Any, ...]], dtypes: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of these rows, whose first value is the study; raises DamagedError, which names it,
    where a number is none."""
    columns: Iterable[tuple[Any, ...]] = zip(*rows, strict=True) if rows else [()] * len(dtypes)
    try:
        return pd.DataFrame(
            {
                name: pd.Series(list(values), dtype=dtype)
                for (name, dtype), values in zip(dtypes.items(), columns, strict=True)
            }
        )
    except (TypeError, ValueError) as error:
        raise _damaged(rows, dtypes) from error


def _damaged(rows: Sequence[tuple[Any, ...]], dtypes: Mapping[str, Any]) -> DamagedError:
    """The error about the first number that is none; every frame begins with the study."""
    for row in rows:
        for (name, dtype), value in zip(dtypes.items(), row, strict=True):
            if dtype in ("int64", "float64") and not isinstance(value, (int, float, type(None))):
                return DamagedError(str(row[0]), f"a recorded {name} is {reprlib.repr(value)}")
    return DamagedError(str(rows[0][0]), "a recorded number is missing")
