"""The base of every parameter model, and plain wording for what is wrong with a value.

A parameter is declared once, as a field of a :class:`Parameters` model: its bounds, default,
title and one sentence of help. Forms and command-line parsing are generated from that field.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError


class SpecError(ValueError):
    """A specification that cannot be used; the message says what was expected and what came."""


class Parameters(BaseModel):
    """Parameters of one module, task or training: frozen, bounded, without unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


def number(
    default: int | float,
    *,
    low: int | float,
    high: int | float,
    title: str,
    help: str,
    step: int | float | None = None,
    choices: Iterable[int | float] | None = None,
    advanced: bool = False,
) -> Any:
    """Declare a bounded number.

    `step` is the slider's step; `choices` are the stops of a slider whose scale is not linear
    (any value within the bounds stays valid elsewhere). What is `advanced` stands behind a fold.
    """
    extra = {
        "step": step,
        "choices": list(choices) if choices else None,
        "advanced": advanced,
    }
    return Field(default, ge=low, le=high, title=title, description=help, json_schema_extra=extra)


def choice(default: Any, *, title: str, help: str, advanced: bool = False) -> Any:
    """Declare a choice (with a `Literal` annotation) or a switch (with `bool`)."""
    return Field(default, title=title, description=help, json_schema_extra={"advanced": advanced})


def closest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the known name nearest to `name`, or nothing."""
    match = difflib.get_close_matches(str(name), list(known), n=1)
    return f", did you mean {match[0]!r}?" if match else ""


def wording(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """Say in one line what a validation error expected and what came instead."""
    return "; ".join(_problem(item, model) for item in error.errors())


def _problem(item: dict[str, Any], model: type[BaseModel] | None) -> str:
    where = ".".join(str(part) for part in item["loc"])
    context, given, kind = item.get("ctx", {}), item.get("input"), item["type"]
    if kind == "extra_forbidden":
        known = list(model.model_fields) if model else []
        listing = f"the known ones are {', '.join(known)}" if known else "it takes none"
        return f"unknown parameter {where!r}: {listing}{closest(where, known)}"
    if kind == "missing":
        return f"{where} is missing"
    if kind == "value_error":
        text = str(context.get("error", item["msg"]))
        return f"{where}: {text}" if where and not where.isdigit() else text
    expected = {
        "greater_than_equal": "at least {ge}",
        "greater_than": "more than {gt}",
        "less_than_equal": "at most {le}",
        "less_than": "less than {lt}",
        "literal_error": "one of {expected}",
        "finite_number": "a finite number",
        "too_short": "at least {min_length} of them",
        "too_long": "at most {max_length} of them",
    }.get(kind, "")
    if expected:
        expected = expected.format(**context)
    elif kind.startswith("int"):
        expected = "a whole number"
    elif kind.startswith("float"):
        expected = "a number"
    elif kind.startswith("bool"):
        expected = "true or false"
    elif kind.startswith("string"):
        expected = "a text"
    else:
        return f"{where}: {item['msg']}, got {given!r}"
    if kind.startswith("too_") and hasattr(given, "__len__"):
        given = len(given)
    return f"{where} must be {expected}, got {given!r}"
