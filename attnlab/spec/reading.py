"""Reading a mapping from YAML or JSON, with an error that names the line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml

from attnlab.spec.parameters import SpecError, shown

Value = bool | int | float | str
"""What a parameter may be written as."""


def read_text(path: str | Path) -> str:
    """The text of a study's file; raises SpecError that names it."""
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not UTF-8 text"
        raise SpecError(f"cannot read the study file {path}: {reason}") from None


def read_mapping(text: str) -> dict[str, Any]:
    """Return the mapping that `text` holds.

    Raises SpecError, with the line where the text is malformed, or where a mapping gives a key
    twice: YAML and JSON would silently keep the last one only.
    """
    text = text.removeprefix("\ufeff")
    try:
        data = json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError:  # then it is YAML, which cannot contain tabs as JSON can
        data = _read_yaml(text)
    except RecursionError:
        raise SpecError("a study is not nested as deeply as this text") from None
    if not isinstance(data, dict):
        given = "nothing" if data is None else shown(data)
        raise SpecError(f"a study is a mapping with task and arms, got {given}")
    return {str(key): value for key, value in data.items()}


def _read_yaml(text: str) -> Any:
    try:
        return yaml.load(text, _Loader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise SpecError(f"not readable as YAML or JSON{line}: {problem}") from None
    except RecursionError:
        raise SpecError("a study is not nested as deeply as this text") from None


class _Loader(yaml.SafeLoader):
    """YAML's plain values only, and each key of a mapping once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.constructor.ConstructorError(
                    problem=f"{key.value!r} is given twice", problem_mark=key.start_mark
                )
            seen.add(key.value if isinstance(key, yaml.ScalarNode) else None)
        return super().construct_mapping(node, deep=deep)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = [name for name, _ in pairs]
    for name in names:
        if names.count(name) > 1:
            raise SpecError(f"{name!r} is given twice")
    return dict(pairs)


def value_in(text: str) -> Value:
    """The switch or number that a text spells, so that messages quote it as one; else the text."""
    return {"true": True, "false": False}.get(text.lower(), number_in(text))


def number_in(text: str) -> int | float | str:
    """The number that a text spells; else the text."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
