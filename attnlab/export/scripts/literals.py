"""Values and calls as Python code, wrapped as Ruff and Black wrap them."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

WIDTH = 100
INDENT = " " * 4


def literal(value: Any) -> str:
    """A plain value as code: text in double quotes; raises TypeError for what is not plain."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if value is None or isinstance(value, bool | int | float):
        return repr(value)
    if isinstance(value, tuple) and len(value) == 1:
        return f"({literal(value[0])},)"
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, Mapping):
        pairs = (f"{literal(key)}: {literal(each)}" for key, each in value.items())
        return "{" + ", ".join(pairs) + "}"
    raise TypeError(f"no plain value: {value!r}")


def keywords(values: Mapping[str, Any]) -> list[str]:
    """Arguments by name: `units=64`."""
    return [f"{name}={literal(value)}" for name, value in values.items()]


def bracketed(head: str, items: Sequence[str], tail: str, depth: int = 0) -> str:
    """`head` that ends in a bracket, `items`, and `tail` that begins with the closing one.

    On one line if it fits, else the items on a line of their own, else a line for each. `depth` is
    how many blocks deep it stands.
    """
    margin = INDENT * depth
    line = f"{margin}{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH or not items:
        return line
    inner = f"{margin}{INDENT}{', '.join(items)}"
    if len(inner) > WIDTH:
        inner = "\n".join(f"{margin}{INDENT}{item}," for item in items)
    return f"{margin}{head}\n{inner}\n{margin}{tail}"


def applied(head: str, made_with: Sequence[str], called_with: Sequence[str], depth: int = 1) -> str:
    """A layer that is made and called at once: `x = layers.Dense(64, name="hidden")(inputs)`.

    `head` is all before the first bracket.
    """
    opening = f"{head}({', '.join(made_with)})("
    if len(INDENT * depth + opening) <= WIDTH:
        return bracketed(opening, called_with, ")", depth)
    return bracketed(f"{head}(", made_with, f")({', '.join(called_with)})", depth)


def documented(text: str) -> list[str]:
    """The lines of a docstring, which stands one block deep or is a file's."""
    text = text.replace("\\", r"\\").replace('"', "'")
    lines = textwrap.wrap(text, WIDTH - len(INDENT) - 2 * len('"""'))
    return [f'"""{lines[0]}"""'] if len(lines) == 1 else [f'"""{lines[0]}', *lines[1:], '"""']


def indented(lines: Iterable[str], depth: int = 1) -> str:
    """Lines of code, so many blocks deep; empty ones stay empty."""
    return "\n".join(f"{INDENT * depth}{line}" if line else "" for line in lines)
