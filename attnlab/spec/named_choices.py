"""Choices of what is known by a name, and of what people bring besides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo


def named_choice(
    default: str, known: Iterable[str], *, title: str, help: str, quiet: bool = False
) -> Any:
    """Declare a choice of what is known by a name (with `str`), and of what people bring besides:
    a validator says what that is. It is advanced."""
    extra: dict[str, Any] = {"advanced": True, "only_if": None, "quiet": quiet}
    extra["enum"] = list(known)
    return Field(default, max_length=200, title=title, description=help, json_schema_extra=extra)


def known_names(field: FieldInfo) -> list[str]:
    """The names that a `named_choice` was declared with; none for any other field."""
    extra: Any = field.json_schema_extra or {}
    return list(extra.get("enum") or ())
