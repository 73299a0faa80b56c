"""Which columns of a table are read and written, and their texts."""

from __future__ import annotations

from pathlib import Path

from attnlab.data.pairs.delimited import READ, WRITTEN
from attnlab.data.pairs.errors import PairsError
from attnlab.data.tables.columns import Column, Numbers, Texts, number_text


def texts_in(column: Column) -> list[str] | None:
    """The values of a column as texts, empty where one is missing; None of what is neither text
    nor number."""
    if isinstance(column, Texts):
        texts = ["", *(str(text) for text in column.texts.to_pylist())]
        return [texts[code + 1] for code in column.codes.tolist()]
    if isinstance(column, Numbers):
        return ["" if value != value else number_text(value) for value in column.values.tolist()]
    return None


def two_columns(
    path: Path, names: list[str], usable: list[str], source: str, target: str
) -> tuple[str, str]:
    """The columns to be read and to be written: those given, those with usual names, or else the
    first two of the `usable` ones. Raises PairsError."""
    first = column_named(path, names, source, "source") if source else ""
    second = column_named(path, names, target, "target") if target else ""
    first = first or _usual(usable, READ, second) or _first_other(usable, second)
    second = second or _usual(usable, WRITTEN, first) or _first_other(usable, first)
    if not first or not second or first == second:
        raise PairsError(
            f"expected two columns of text in {path}, got {', '.join(usable[:8]) or 'none'}"
        )
    return first, second


def column_named(path: Path, names: list[str], given: str, what: str) -> str:
    """The column that is meant by a name, in any case, or by its number from 1; raises PairsError
    if there is none."""
    by_lower = {name.lower(): name for name in reversed(names)}
    if given in names:
        return given
    if given.lower() in by_lower:
        return by_lower[given.lower()]
    if given.isdecimal() and len(given) < 4 and 1 <= int(given) <= len(names):
        return names[int(given) - 1]
    shown = ", ".join(names[:8]) + (" …" if len(names) > 8 else "")
    raise PairsError(f"{what}: expected a column of {path.name}, got {given!r}; it has {shown}")


def _usual(usable: list[str], usual: tuple[str, ...], taken: str) -> str:
    by_lower = {name.lower(): name for name in usable if name != taken}
    return next((by_lower[each] for each in usual if each in by_lower), "")


def _first_other(usable: list[str], taken: str) -> str:
    return next((name for name in usable if name != taken), "")
