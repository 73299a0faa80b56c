"""The base of every parameter model, and plain wording for what is wrong with a value.

A parameter is declared once, as a field of a :class:`Parameters` model: its bounds, default,
title and one sentence of help. Forms and command-line parsing are generated from that field.
"""

from __future__ import annotations

import difflib
import reprlib
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar, get_args, get_origin

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from attnlab.wording import counted, printable, shortened

_LONGEST_MESSAGE = 1_500


class SpecError(ValueError):
    """A specification that cannot be used; the message says what it expected and what it got.

    What it quotes may come from any file: no control character reaches a terminal or a page, and
    no more than somebody reads.
    """

    def __init__(self, message: object = "") -> None:
        lines = map(printable, str(message).split("\n"))
        super().__init__(shortened("\n".join(lines), _LONGEST_MESSAGE))


class Parameters(BaseModel):
    """Parameters of one module, task or training: frozen, bounded, without unknown names."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @model_validator(mode="before")
    @classmethod
    def _as_written(cls, data: Any) -> Any:
        """Take numbers to choose from as text too ("7"), and no switch where a number belongs."""
        if not isinstance(data, dict):
            return data
        data = dict(data)
        for name, value in data.items():
            kind = cls.model_fields[name].annotation if name in cls.model_fields else None
            if isinstance(value, bool) and kind in (int, float):
                what = "a whole number" if kind is int else "a number"
                raise SpecError(f"{name} must be {what}, got {value}")
            if isinstance(value, str) and get_origin(kind) is Literal:
                data[name] = {str(option): option for option in get_args(kind)}.get(value, value)
        return data

    def in_use(self) -> dict[str, Any]:
        """The values that have an effect next to the others, by name."""
        return {name: value for name, value in self if self.is_used(name, dict(self))}

    @property
    def lacks(self) -> str:
        """What must be said besides before anything can be trained; empty for nothing."""
        return ""

    def told(self) -> dict[str, Any]:
        """The values in use, as people read them, but for those that do nothing as they are by
        default."""
        fields = type(self).model_fields
        return {
            name: getattr(value, "told", value)
            for name, value in self.in_use().items()
            if not (_extra(fields[name]).get("quiet") and value == fields[name].default)
        }

    @classmethod
    def is_used(cls, name: str, values: Mapping[str, Any]) -> bool:
        """Whether a parameter has an effect next to these values of the others."""
        condition = cls._condition_of(name)
        return condition is None or values.get(condition[0]) == condition[1]

    @classmethod
    def depends_on(cls, name: str) -> str | None:
        """The parameter whose value decides whether this one has an effect; None for none."""
        condition = cls._condition_of(name)
        return condition[0] if condition else None

    @classmethod
    def _condition_of(cls, name: str) -> tuple[str, Any] | None:
        """The `only_if` that the parameter was declared with."""
        condition: tuple[str, Any] | None = _extra(cls.model_fields[name]).get("only_if")
        return condition


def _extra(field: FieldInfo) -> dict[str, Any]:
    """What a field was declared with beyond what Pydantic knows."""
    extra: Any = field.json_schema_extra
    return extra


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
    fold: str = "",
    quiet: bool = False,
    only_if: tuple[str, Any] | None = None,
) -> Any:
    """Declare a bounded number.

    `step` is the slider's step; `choices` are the stops of a slider whose scale is not linear
    (any value within the bounds stays valid elsewhere). Forms hide what is `advanced` behind a
    fold, one with the title `fold` for several that belong together. What is `quiet` does nothing
    at its default, and is then not told. `only_if` names an earlier parameter and its one value
    with which this one has an effect.
    """
    extra: dict[str, Any] = {
        "step": step,
        "choices": list(choices) if choices else None,
        "advanced": advanced,
        "fold": fold,
        "quiet": quiet,
        "only_if": only_if,
    }
    return Field(default, ge=low, le=high, title=title, description=help, json_schema_extra=extra)


def choice(
    default: Any,
    *,
    title: str,
    help: str,
    advanced: bool = False,
    fold: str = "",
    quiet: bool = False,
    only_if: tuple[str, Any] | None = None,
) -> Any:
    """Declare a choice (with a `Literal` annotation) or a switch (with `bool`); what else there is
    to say is said as for a `number`."""
    extra: dict[str, Any] = {
        "advanced": advanced,
        "fold": fold,
        "quiet": quiet,
        "only_if": only_if,
    }
    return Field(default, title=title, description=help, json_schema_extra=extra)


def text(
    default: str,
    *,
    title: str,
    help: str,
    longest: int = 1000,
    advanced: bool = False,
    quiet: bool = False,
    only_if: tuple[str, Any] | None = None,
    examples: Iterable[str] = (),
) -> Any:
    """Declare a text of at most `longest` characters (with `str`), such as a file's name.

    A text that several arms may differ in has `examples`.
    """
    extra: dict[str, Any] = {"advanced": advanced, "quiet": quiet, "only_if": only_if}
    return Field(
        default,
        max_length=longest,
        title=title,
        description=help,
        json_schema_extra=extra,
        examples=list(examples) or None,
    )


def closest(name: str, known: Iterable[str]) -> str:
    """Return ", did you mean 'x'?" for the known name nearest to `name`, or nothing."""
    near = [] if len(str(name)) > _LONGEST_NAME else list(known)
    match = difflib.get_close_matches(str(name), near, n=1)
    return f", did you mean {match[0]!r}?" if match else ""


def unknown(what: str, name: str, known: Iterable[str]) -> str:
    """Say that there is no such name, and which there are."""
    known = list(known)
    listing = f"the known ones are {', '.join(known)}" if known else "it takes none"
    return f"unknown {what} {shown(name)}: {listing}{closest(name, known)}"


_SHORT = reprlib.Repr()
_SHORT.maxstring = _SHORT.maxother = 60
_LONGEST_SHOWN = 60
"""Characters of what somebody gave, wherever a message quotes it."""

_LONGEST_NAME = 100
"""Of the parameter or module that a person may have meant."""

_MOST_PROBLEMS = 3
_MOST_QUOTED = 100
"""Characters of what somebody gave, of all problems in one message but the first."""


def shown(value: Any) -> str:
    """A value as it may stand in a message: cut where it is long, and told as what it is where it
    cannot be shown."""
    try:
        return shortened(_SHORT.repr(value), _LONGEST_SHOWN)
    except ValueError:  # a whole number of thousands of digits
        return f"a very large {type(value).__name__}"


def brief(text: object) -> str:
    """A text without quotation marks as it may stand in a message: one line, cut where it is
    long."""
    return shortened(printable(shortened(str(text), _LONGEST_SHOWN)), _LONGEST_SHOWN)


def some_of(names: Iterable[object]) -> str:
    """The first of these names as they may stand in a message, and how many there are besides."""
    told: list[str] = []
    every = [*names]
    for name in every:
        if told and len(", ".join(told)) + len(str(name)) > _LONGEST_SHOWN:
            break
        told.append(brief(name))
    more = len(every) - len(told)
    return f"{', '.join(told)} and {more} more" if more else ", ".join(told)


def wording(error: ValidationError, model: type[BaseModel] | None = None) -> str:
    """Say in one line what a validation error expected and what it got instead."""
    problems, quoted = error.errors(include_url=False), 0
    told: list[str] = []
    for item in problems:
        quoted += len(_place(item)) + len(shown(item.get("input")))
        if told and (quoted > _MOST_QUOTED or len(told) == _MOST_PROBLEMS):
            break
        told.append(_problem(item, model))
    more = len(problems) - len(told)
    return "; ".join([*told, *([f"and {counted(more, 'more problem')}"] if more else [])])


def _place(item: ErrorDetails) -> str:
    """Where in what was given a problem is."""
    return brief(".".join(brief(part) for part in item["loc"]))


def _problem(item: ErrorDetails, model: type[BaseModel] | None) -> str:
    where = _place(item)
    context, given, kind = item.get("ctx", {}), item.get("input"), item["type"]
    if kind == "extra_forbidden":
        return unknown("parameter", where, model.model_fields if model else ())
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
        "string_too_short": "at least {min_length} characters long",
        "string_too_long": "at most {max_length} characters long",
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
        return f"{where}: {item['msg']}, got {shown(given)}"
    return f"{where} must be {expected}, got {shown(given)}"


Model = TypeVar("Model", bound=Parameters)


def checked(model: type[Model], values: dict[str, Any], where: str) -> Model:
    """Make the parameter model; raises SpecError that begins with `where`."""
    try:
        return model(**values)
    except ValidationError as error:
        raise SpecError(f"{where}: {wording(error, model)}") from None
