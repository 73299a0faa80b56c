"""Planned contrasts: an arm against another one, in a family of comparisons of their own.

A control answers a question when it is held against the module that it is the control of: does
learning matter, is it just size, is it just scale? Held against the empty slot, it only makes the
test of the module stricter.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import Field, model_validator

from attnlab.spec.arms import Arm
from attnlab.spec.components import CONTROL, ControlParameters, Spec
from attnlab.spec.parameters import SpecError, brief, shown, some_of

AGAINST = " against "
"""Between the two labels, in a contrast written as text."""


class Contrast(Spec):
    """An arm and what it is compared with, by their labels; as text "dense against uniform"."""

    arm: Annotated[str, Field(min_length=1)]
    against: Annotated[str, Field(min_length=1)]

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:
        if not isinstance(given, str):
            return given
        arm, middle, against = given.partition(AGAINST)
        if not middle:
            raise SpecError(f"a contrast is written as ARM{AGAINST}ARM, got {shown(given)}")
        return {"arm": arm.strip(), "against": against.strip()}

    @property
    def text(self) -> str:
        """The two labels as people write them."""
        return f"{self.arm}{AGAINST}{self.against}"


def contrasts_of(arms: Sequence[Arm]) -> tuple[Contrast, ...]:
    """Each module against its own controls that are among the arms, under the same changes."""
    return tuple(
        Contrast(arm=arm.label, against=control.label)
        for arm in arms
        if arm.module.entry.family != CONTROL
        for control in arms
        if control.changes == arm.changes and is_control_of(control, arm)
    )


def resolved(given: Any, arms: Sequence[Arm]) -> Any:
    """The contrast with labels in place of names of modules, where one arm alone has that module:
    "dense against uniform". What is no contrast stays as it is, to be complained about."""
    if isinstance(given, str) and AGAINST in given:
        arm, _, against = given.partition(AGAINST)
        given = {"arm": arm.strip(), "against": against.strip()}
    if isinstance(given, dict):
        return {key: _label(value, arms) for key, value in given.items()}
    return given


def check_contrasts(contrasts: Iterable[Contrast], labels: Sequence[str]) -> None:
    """Raise SpecError for a contrast of arms that are not there, of one with itself, or twice."""
    seen = set()
    for contrast in contrasts:
        for label in (contrast.arm, contrast.against):
            if label not in labels:
                raise SpecError(
                    f"contrast {brief(contrast.text)}: the arms are {some_of(labels)}; "
                    f"got {shown(label)}"
                )
        if contrast.arm == contrast.against:
            raise SpecError(
                f"contrast {brief(contrast.text)}: an arm cannot be compared with itself"
            )
        pair = frozenset((contrast.arm, contrast.against))
        if pair in seen:
            raise SpecError(f"contrast {brief(contrast.text)} is planned twice")
        seen.add(pair)


def _label(name: Any, arms: Sequence[Arm]) -> Any:
    labels = [arm.label for arm in arms]
    of_module = [arm.label for arm in arms if arm.module.name == name]
    return of_module[0] if name not in labels and len(of_module) == 1 else name


def is_control_of(control: Arm, arm: Arm) -> bool:
    """Whether the control tells this arm's module from its side effects."""
    module = control.module
    if module.name == "uniform":
        return getattr(module.params, "kind", None) == arm.module.entry.weights
    return isinstance(module.params, ControlParameters) and module.params.of == arm.module
