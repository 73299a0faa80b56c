"""Which slots of a network take an arm's module: all, none, or some by their numbers."""

from __future__ import annotations

import re
from typing import Any

from attnlab.spec.parameters import SpecError, shown
from attnlab.wording import counted

ALL = "all"
NONE = "none"

SLOTS = "slots"
"""The parameter of a task that says it."""

_NUMBERS = re.compile(r"[1-9]\d{0,3}(\+[1-9]\d{0,3})*")


def read_slots(given: Any) -> Any:
    """What a person writes as this parameter has it: 2 as "2", "3+1" as "1+3"; anything else that
    is no text as it is. Raises SpecError for a text that names no slots."""
    if isinstance(given, int) and not isinstance(given, bool):
        given = str(given)
    if not isinstance(given, str):
        return given
    words = given.replace(" ", "").lower()
    if words in (ALL, NONE):
        return words
    if not _NUMBERS.fullmatch(words):
        raise SpecError(
            f"slots must be {ALL}, {NONE}, or numbers counted from 1 such as 2 or 1+3, got "
            f"{shown(given)}"
        )
    return "+".join(map(str, sorted({int(each) for each in words.split("+")})))


def takes_module(slots: str, number: int) -> bool:
    """Whether the slot of this number, counted from 1, takes the module."""
    if slots in (ALL, NONE):
        return slots == ALL
    return str(number) in slots.split("+")


def check_slots(slots: str, count: int) -> None:
    """Raise SpecError where one is named that a network with so many slots does not have."""
    if slots in (ALL, NONE):
        return
    beyond = [each for each in slots.split("+") if int(each) > count]
    if beyond:
        raise SpecError(
            f"slots={slots} names slot {beyond[0]}, and the network has {counted(count, 'slot')}"
        )
