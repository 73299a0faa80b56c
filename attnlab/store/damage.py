"""Stored values that are not what attnlab wrote, said of the study that has them.

A cell can be damaged by a disk, an interrupted copy or another program. Whatever reads a cell goes
through here, so that one bad cell fails one study with a message, and never a list of all.
"""

from __future__ import annotations

import json
import math
import reprlib
import zlib
from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import Boolean, Row, Table

from attnlab.command import command
from attnlab.spec import SpecError
from attnlab.store.errors import StoreError

Value = TypeVar("Value")

NOT_WRITTEN_SO = (ValueError, TypeError, KeyError, AttributeError, RecursionError, zlib.error)
"""What reading a damaged value raises; `json.JSONDecodeError` is a ValueError."""

UNREADABLE = (SpecError, *NOT_WRITTEN_SO)
"""What making a plan of a stored text raises."""


class DamagedError(StoreError):
    """For a study with a stored value that cannot be read; the message names both."""

    def __init__(self, study_id: str, what: str) -> None:
        self.what = what
        super().__init__(
            f"study {study_id} is damaged: {what}. Other studies are not affected; {command()} "
            "check says what is wrong and what can be saved"
        )


def reading(study_id: str, what: str, read: Callable[[], Value]) -> Value:
    """What `read` returns; raises DamagedError of `what` if the stored value is not as written."""
    try:
        return read()
    except NOT_WRITTEN_SO as error:
        raise DamagedError(study_id, f"{what} cannot be read") from error


def numbers(study_id: str, text: str | None, what: str) -> dict[str, float]:
    """The numbers by name of a JSON text; none of a missing text."""
    return {} if text is None else reading(study_id, what, lambda: _numbers(json.loads(text)))


def shape(study_id: str, text: str, what: str) -> tuple[int, ...]:
    """The sizes in a JSON text such as "[7, 7]"."""
    return reading(study_id, what, lambda: _shape(json.loads(text)))


def plan(text: str) -> dict[str, Any]:
    """The plan as plain values: of any version, it has a task, arms and a training.

    Raises one of NOT_WRITTEN_SO for another text.
    """
    values = json.loads(text)
    if not (isinstance(values["task"]["name"], str) and int(values["training"]["epochs"]) >= 0):
        raise ValueError("expected the name of a task and a number of epochs")
    for arm in values["arms"]:
        if not (isinstance(arm["label"], str) and isinstance(arm["module"], str)):
            raise TypeError("expected the texts of an arm")
        arm.get("set", {}).get("task")
    (values.get("tuning") or {}).get("chosen")
    return values


def cells(row: Row[Any], table: Table) -> dict[str, str]:
    """By column, what is wrong with the cells of a row: one of another type, or missing."""
    values = row._mapping
    return {
        name: f"its {name} is {reprlib.repr(values[name])}"
        for name, column in table.columns.items()
        if name in values and not _fits(values[name], column)
    }


def check_cells(study_id: str, row: Row[Any], table: Table) -> None:
    """Raise DamagedError if a cell of the row has another type than its column."""
    for wrong in cells(row, table).values():
        raise DamagedError(study_id, f"in {table.name}, {wrong}")


def _fits(value: Any, column: Any) -> bool:
    if value is None:
        return bool(column.nullable)
    kind = column.type.python_type
    if isinstance(column.type, Boolean) or kind is bytes:
        return isinstance(value, kind)
    if kind is float:
        return isinstance(value, (int, float))
    return isinstance(value, kind)


def _numbers(values: Any) -> dict[str, float]:
    for value in values.values():
        if not isinstance(value, (int, float)):
            raise TypeError("expected a number")
    return values


def _shape(sizes: Any) -> tuple[int, ...]:
    found = tuple(sizes)
    if not all(isinstance(size, int) and size >= 0 for size in found):
        raise ValueError("expected sizes")
    return found


def check_weights(study_id: str, content: bytes, sizes: tuple[int, ...]) -> None:
    """Raise DamagedError unless these are as many float32 as the sizes say."""
    if not isinstance(content, bytes) or len(content) != 4 * math.prod(sizes):
        raise DamagedError(study_id, "recorded attention weights are not as long as their shape")
