"""What somebody brings in a Python file: its source, and what its decorator declares.

A declaration is plain data, as JSON has it, so that the catalogue can be filled without running
anybody's code. Each version of a file is another thing: a plan names the source that it was made
with, and its parameters carry that source to whoever trains it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Self

from pydantic import create_model, model_serializer, model_validator

from attnlab.spec.entries import load
from attnlab.spec.own_source import OwnSource
from attnlab.spec.parameters import Parameters, SpecError, choice, number, shown, text

SOURCE = "source"
"""Among the parameters in a plan: the hash of the source, where somebody brought it."""

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Own:
    """Something of somebody's file: the source, and what its decorator declares, as JSON."""

    source: OwnSource
    declared: Mapping[str, Any]

    what: ClassVar[str] = "module"
    """What messages call it."""

    def __hash__(self) -> int:
        return hash(self.key)

    def __reduce__(self) -> tuple[Any, ...]:  # without the entry, which is made anew
        return type(self), (self.source, dict(self.declared))

    @property
    def name(self) -> str:
        """What the catalogue calls it."""
        return str(self.declared["name"])

    @property
    def key(self) -> tuple[str, str]:
        """Its name and the hash of its source."""
        return self.name, self.source.digest

    def check(self) -> None:
        """Raise SpecError where the declaration is not one."""
        raise NotImplementedError

    def to_json(self) -> dict[str, Any]:
        """All of it as JSON values, for the store and for capsules."""
        return {
            "path": self.source.path,
            "text": self.source.text,
            "declared": dict(self.declared),
        }

    @classmethod
    def from_json(cls, data: Any) -> Self:
        """What `to_json` gave. Raises SpecError for anything else."""
        try:
            return cls(OwnSource(str(data["text"]), str(data["path"])), dict(data["declared"]))
        except (KeyError, TypeError, ValueError):
            raise SpecError(f"this is no {cls.what} that attnlab wrote down") from None


class OwnParameters(Parameters):
    """The parameters of what somebody brought: written with the hash of its source."""

    own: ClassVar[Own]

    @model_validator(mode="before")
    @classmethod
    def _of_this_source(cls, data: Any) -> Any:
        if isinstance(data, dict) and SOURCE in data:
            data = dict(data)
            given = data.pop(SOURCE)
            if given != cls.own.source.digest:
                raise SpecError(f"the source is {cls.own.source.digest}, got {shown(given)}")
        return data

    @model_serializer(mode="wrap")
    def _with_source(self, plain: Any) -> dict[str, Any]:
        return {**plain(self), SOURCE: self.own.source.digest}

    def __eq__(self, other: object) -> bool:  # whichever class was made for the same source
        if not isinstance(other, OwnParameters):
            return NotImplemented
        same = type(self.own) is type(other.own) and self.own.key == other.own.key
        return same and dict(self) == dict(other)

    def __hash__(self) -> int:
        return hash((self.own.key, *dict(self).values()))

    def __reduce__(self) -> tuple[Any, ...]:
        return load("attnlab.spec.registry:unpickled"), (self.own, dict(self))


def check_name(name: str, example: str) -> None:
    """Raise SpecError for a name that nothing in the catalogue can have."""
    if not _NAME.fullmatch(name):
        raise SpecError(
            f"name must be small letters, digits and dashes such as {example}, got {shown(name)}"
        )


def parameters_of(
    own: Own, called: str, base: type[OwnParameters] | tuple[type[OwnParameters], ...]
) -> Any:
    """The model of the parameters that it declares, on top of those of `base`. Raises SpecError for
    a name that no field can have."""
    for name in own.declared["parameters"]:
        if name.startswith("_"):
            raise SpecError(f"the parameter {name!r} needs another name: it begins with _")
    fields: dict[str, Any] = {
        name: _field(dict(each)) for name, each in own.declared["parameters"].items()
    }
    made: Any = create_model(f"{called}Parameters", __base__=base, **fields)
    made.own = own
    return made


def _field(declared: dict[str, Any]) -> tuple[Any, Any]:
    """The annotation and the field of a parameter."""
    kind, default = declared.pop("kind"), declared.pop("default")
    if kind == "choice":
        return Literal[tuple(declared.pop("options"))], choice(default, **declared)
    if kind == "switch":
        return bool, choice(default, **declared)
    if kind == "text":
        return str, text(default, **declared)
    return (int if kind == "whole" else float), number(default, **declared)
