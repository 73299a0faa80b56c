"""What the text behind an option means, as values of a plan."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from pydantic.fields import FieldInfo

from attnlab.spec import SpecError, Study, brief, number_in, shown, unknown

LONGEST_SEEDS = 20_000
"""Characters: a list of a thousand seeds has fewer."""


def prediction_in(text: str, study: Study) -> dict[str, Any]:
    """The arm and its margin. "se:ratio=4" is an arm without one, although it has an equals
    sign."""
    labels = [arm.label for arm in study.arms]
    arm, _, margin = text.rpartition("=")
    if arm not in labels:
        return {"winner": text}
    if not isinstance(number_in(margin), (int, float)):
        raise SpecError(
            f"--predict expects an arm, or arm=margin such as dense=0.05; got {shown(text)}"
        )
    return {"winner": arm, "margin": number_in(margin)}


def words_in(pairs: list[str]) -> dict[str, str]:
    """The values of --set by name as they are typed, whether a task knows them or not."""
    parts = (pair.partition("=") for pair in pairs)
    return {name.strip(): value.strip() for name, _, value in parts}


def settings_in(pairs: list[str], known: Mapping[str, FieldInfo]) -> dict[str, Any]:
    """Parameters as --set has them, each of them known; raises SpecError."""
    settings: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not (name and equals and value):
            raise SpecError(f"--set expects parameter=value such as classes=5, got {shown(pair)}")
        if name in settings:
            raise SpecError(f"--set {brief(name)} is given twice")
        if name not in known:
            raise SpecError(f"--set: {unknown('parameter', name, known)}")
        settings[name] = value if known[name].annotation is str else number_in(value)
    return settings


def seeds_in(text: str) -> int | list[int]:
    """How many seeds, or which; raises SpecError."""
    if re.fullmatch(r"[+-]?\d{1,20}", text.strip()):
        return int(text)
    try:
        if len(text) > LONGEST_SEEDS:
            raise ValueError
        return [int(seed) for seed in text.split(",") if seed.strip()]
    except ValueError:
        raise SpecError(
            f"--seeds expects a count such as 10 or a list such as 3,5,8, got {shown(text)}"
        ) from None
