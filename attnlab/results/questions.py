"""The question that each planned contrast asks, and what people call it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from attnlab.spec import Arm, Contrast, Study, is_control_of, titles_of
from attnlab.wording import in_sentence

QUESTIONS: Mapping[str, str] = MappingProxyType(
    {
        "frozen-random": "Does learning matter?",
        "matched": "Is it just size?",
        "uniform": "Is it just scale?",
    }
)
"""What is asked by holding a module against its control, by the control's name."""

OTHERS = "Do these arms differ?"
"""What every other contrast asks."""


def question(study: Study, label: str, against: str) -> str:
    """What a contrast of these two arms asks."""
    arm, other = study.arm(label), study.arm(against)
    return QUESTIONS.get(other.module.name, OTHERS) if _is_own(other, arm) else OTHERS


def contrast_names(study: Study, label: str, against: str) -> tuple[str, str]:
    """The arm as it begins a sentence, and what it is held against as it stands within one.

    "Dense attention" and "frozen at random": a control of the arm itself goes without "of dense".
    """
    arm, other, titles = study.arm(label), study.arm(against), titles_of(study)
    short = other.module.entry.title if _is_own(other, arm) else titles[against]
    return titles[label], in_sentence(short)


def contrast_title(study: Study, label: str, against: str) -> str:
    """ "Dense attention − frozen at random"."""
    return " − ".join(contrast_names(study, label, against))


def is_planned(study: Study, label: str, against: str) -> bool:
    """Whether the plan compares these two arms, either way about."""
    planned = {*map(frozenset, study.references.items()), *map(frozenset, study.contrast_pairs)}
    return frozenset((label, against)) in planned


def asked(study: Study) -> dict[str, list[Contrast]]:
    """The planned contrasts by their question, in the order of the plan."""
    groups: dict[str, list[Contrast]] = {}
    for each in study.contrasts:
        groups.setdefault(question(study, each.arm, each.against), []).append(each)
    return groups


def _is_own(control: Arm, arm: Arm) -> bool:
    """Whether it is the control of just this arm."""
    return control.changes == arm.changes and is_control_of(control, arm)
