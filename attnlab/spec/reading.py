"""Reading a mapping from YAML or JSON, with an error that names the line.

Whatever the text is, reading it takes little time and memory: its size, its depth and the number
of its values are bounded before anything is made of it, and nothing in it stands for a part that
is elsewhere.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from attnlab.spec.parameters import SpecError, shown
from attnlab.wording import shortened

Value = bool | int | float | str
"""What a parameter may be written as."""

MOST_BYTES = 2**20
"""Of a study's text."""

MOST_VALUES = 50_000
"""Names and values in it: several times those of the largest study, with every setting."""

MOST_DEPTH = 20
"""Mappings and lists within others."""

LONGEST_NUMBER = 100
"""Digits: of far fewer a number is infinite, or wrong, and of many more it takes long to read."""

_LONGEST_PROBLEM = 200
"""Characters of what YAML says, which may quote a name of any length."""

_TOO_LONG = f"a study's text has at most {MOST_BYTES // 2**20} MiB"
_TOO_MANY = f"a study has at most {MOST_VALUES:,} names and values, and this text has more"
_TOO_DEEP = "a study is not nested as deeply as this text"


def read_text(path: str | Path) -> str:
    """The text of a study's file; raises SpecError that names it."""
    try:
        with open(path, "rb") as file:
            content = file.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise SpecError(f"cannot read the study file {path}: {_TOO_LONG}")
        return content.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    except (OSError, ValueError) as error:
        if isinstance(error, SpecError):
            raise
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SpecError(f"cannot read the study file {path}: {reason}") from None


def read_mapping(text: str) -> dict[str, Any]:
    """Return the mapping that `text` holds.

    Raises SpecError, with the line where the text is malformed, or where a mapping gives a key
    twice: YAML and JSON would silently keep the last one only. Raises it also for a text that is
    larger than a study's, and for one that repeats parts by name, as YAML can.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > MOST_BYTES:
        raise SpecError(_TOO_LONG)
    try:
        data = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_int=lambda digits: int(_short_number(digits)),
            parse_float=lambda digits: float(_short_number(digits)),
        )
    except json.JSONDecodeError:  # then it is YAML, which cannot contain tabs as JSON can
        data = _read_yaml(text)
    except RecursionError:
        raise SpecError(_TOO_DEEP) from None
    else:
        _check_extent(data)
    if not isinstance(data, dict):
        given = "nothing" if data is None else shown(data)
        raise SpecError(f"a study is a mapping with task and arms, got {given}")
    return {str(key): value for key, value in data.items()}


def _check_extent(data: Any) -> None:
    """Raise SpecError for more values, or deeper ones, than a study has."""
    values, waiting = 0, [(data, 1)]
    while waiting:
        value, depth = waiting.pop()
        values += 1 + (len(value) if isinstance(value, dict) else 0)
        if depth > MOST_DEPTH:
            raise SpecError(_TOO_DEEP)
        if values > MOST_VALUES:
            raise SpecError(_TOO_MANY)
        if isinstance(value, (dict, list)):
            inner = value.values() if isinstance(value, dict) else value
            waiting += [(each, depth + 1) for each in inner]


def _read_yaml(text: str) -> Any:
    try:
        _check_events(text)
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        problem = shortened(problem, _LONGEST_PROBLEM)
        raise SpecError(f"not readable as YAML or JSON{line}: {problem}") from None
    except UnicodeEncodeError:
        raise SpecError(
            "not readable as YAML or JSON: it has characters that are no text"
        ) from None
    except RecursionError:
        raise SpecError(_TOO_DEEP) from None


def _check_events(text: str) -> None:
    """Raise SpecError for YAML that is more, or deeper, than a study, and for any alias in it.

    Events come one by one: the first that is too much is the last that is read.
    """
    depth = 0
    for number, event in enumerate(yaml.parse(text, _Loader)):
        if isinstance(event, yaml.AliasEvent):
            line = f"line {event.start_mark.line + 1}" if event.start_mark else "the text"
            raise SpecError(
                f"{line} repeats a part by the name {shown(event.anchor)}: write it out"
            )
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if depth > MOST_DEPTH:
            raise SpecError(_TOO_DEEP)
        if number > MOST_VALUES:
            raise SpecError(_TOO_MANY)


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML's plain values only, and each key of a mapping once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{shown(key.value)} is given twice", problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        kind = node.tag.rpartition(":")[2]
        try:
            if kind in ("int", "float") and len(node.value) > LONGEST_NUMBER:
                raise ValueError
            return super().construct_object(node, deep)
        except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError):
            # What YAML's own readers of numbers, dates and the like raise.
            given = shown(node.value) if isinstance(node, yaml.ScalarNode) else "a list or mapping"
            raise yaml.constructor.ConstructorError(
                problem=f"{given} is no {_KINDS.get(kind, shown(kind))}",
                problem_mark=node.start_mark,
            ) from None


_KINDS = {
    "int": f"whole number of at most {LONGEST_NUMBER} digits",
    "float": f"number of at most {LONGEST_NUMBER} digits",
    "timestamp": "date (put a text in quotation marks)",
    "bool": "true or false",
}
"""What people call the kinds of YAML's values."""


def _short_number(digits: str) -> str:
    if len(digits) > LONGEST_NUMBER:
        raise SpecError(f"a number has at most {LONGEST_NUMBER} digits, got {shown(digits)}")
    return digits


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise SpecError(f"{shown(name)} is given twice")
        found[name] = value
    return found


def value_in(text: str) -> Value:
    """The switch or number that a text spells, so that messages quote it as one; else the text."""
    return {"true": True, "false": False}.get(text.lower(), number_in(text))


def number_in(text: str) -> int | float | str:
    """The number that a text spells; else the text, and so where it is too long for a number."""
    if len(text) > LONGEST_NUMBER:
        return text
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
