"""Modules and tasks as people type them in a line: "se:ratio=4,gate=sigmoid"."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from attnlab.spec.parameters import SpecError, brief, shown


def split_short(text: str) -> dict[str, Any]:
    """Split "se:ratio=4,gate=sigmoid" into {"name": "se", "ratio": "4", "gate": "sigmoid"}."""
    name, colon, rest = text.strip().partition(":")
    name = name.strip()
    return pairs_in(rest, "name:parameter=value,…", text, name=name) if colon else {"name": name}


def pairs_in(items: str, form: str, text: Any, **parsed: str) -> dict[str, Any]:
    """Add "ratio=4,gate=sigmoid", which is a part of `text`, to what is parsed already.

    Raises SpecError, with the `form` expected, for anything else and for a name given twice.
    """
    for item in items.split(","):
        key, equals, value = (part.strip() for part in item.partition("="))
        if not (key and equals and value):
            raise SpecError(f"expected {form} in {shown(text)}, got {shown(item)}")
        if key in parsed:
            raise SpecError(f"{brief(key)} is given twice in {shown(text)}")
        parsed[key] = value
    return parsed


def joined_pairs(pairs: Iterable[tuple[str, Any]]) -> str:
    """The pairs as `pairs_in` reads them: "ratio=4,gate=sigmoid"."""
    return ",".join(f"{name}={_plain(value)}" for name, value in pairs)


def _plain(value: Any) -> str:
    short: str | None = getattr(value, "short", None)  # of a module, which a control is of
    if short is not None:
        return short.replace(",", ";")
    return str(value).lower() if isinstance(value, bool) else str(value)
