"""Several values of a parameter in one line of text: "2, 4, 8"."""

from __future__ import annotations

from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from attnlab.catalog.task_entries.applications import APPLICATIONS
from attnlab.catalog.task_entries.backbones import SAVED
from attnlab.spec import Value, value_in
from attnlab.ui import forms

MOST_SUGGESTED = 5


def varies(field: FieldInfo) -> bool:
    """Whether a parameter is a number, a switch or a choice: something with several values."""
    kind = field.annotation
    return kind in (int, float, bool) or get_origin(kind) is Literal or len(listed_by(field)) > 1


MOST_CHOICES = 6


def listed_by(field: FieldInfo) -> list[str]:
    """The values of a text that is chosen of what is known, or of slots; none for other texts.

    Of networks those that train within seconds, and those that people brought.
    """
    large = {*APPLICATIONS, SAVED}
    networks = [each for each in forms.options_of(field) if each not in large]
    return networks or [str(each) for each in field.examples or ()]


def suggested(field: FieldInfo) -> list[str]:
    """A good range of values to begin with, as text: the first choices, or numbers around the
    usual."""
    kind = field.annotation
    if kind is bool:
        return ["false", "true"]
    if get_origin(kind) is Literal:
        return [str(option) for option in get_args(kind)[:MOST_CHOICES]]
    if kind is str:
        return listed_by(field)[:MOST_CHOICES]
    return [f"{value:g}" for value in _numbers(field, whole=kind is int)]


def split(text: str) -> list[Value]:
    """The values in a text, numbers and switches as such, each once.

    Commas and semicolons separate them.
    """
    parts = text.replace(";", ",").split(",")
    return list(dict.fromkeys(value_in(part.strip()) for part in parts if part.strip()))


def _numbers(field: FieldInfo, *, whole: bool) -> list[float]:
    low, high = forms.bounds(field)
    if stops := forms.stops(field):
        return _around([stop for stop in stops if low <= stop <= high], field.default)
    if whole and high - low < MOST_SUGGESTED:
        return list(range(int(low), int(high) + 1))
    if not field.default:
        return [low, *_doubled(_first_step(field, whole), high)][:MOST_SUGGESTED]
    start = max(low, field.default / 4)
    start = max(1, round(start)) if whole else start
    return _doubled(start, high)[:MOST_SUGGESTED]


def _first_step(field: FieldInfo, whole: bool) -> float:
    _, high = forms.bounds(field)
    return 1 if whole else min(0.05, high / 4)


def _doubled(start: float, high: float) -> list[float]:
    values: list[float] = []
    while start <= high and len(values) < MOST_SUGGESTED:
        values.append(start)
        start *= 2
    return values


def _around(stops: list[float], usual: float) -> list[float]:
    """So many neighbouring stops, with the usual one as near the middle as can be."""
    nearest = min(range(len(stops)), key=lambda place: abs(stops[place] - usual))
    first = max(0, min(nearest - MOST_SUGGESTED // 2, len(stops) - MOST_SUGGESTED))
    return stops[first : first + MOST_SUGGESTED]
