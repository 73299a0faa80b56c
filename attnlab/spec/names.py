"""The labels of arms as people may choose them: one line of text that can be seen.

What they are called is checked where a plan is written by a person. A plan that attnlab wrote keeps
its labels, whatever they are: they are part of what it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from attnlab.spec.arms import Arm
from attnlab.spec.components import TaskSpec
from attnlab.spec.parameters import SpecError, shown
from attnlab.spec.training import Training
from attnlab.wording import has_visible, printable


def label_in(given: str) -> str:
    """A label without the spaces around it; raises SpecError for one that is no line of text."""
    label = given.strip()
    if not has_visible(label):
        raise SpecError(f"a label must have a character that can be seen, got {shown(given)}")
    if printable(label) != label:
        raise SpecError(
            f"a label must be one line of text without control characters, got {shown(given)}"
        )
    return label


def with_labels(data: dict[str, Any]) -> dict[str, Any]:
    """What a person wrote, its labels checked and without spaces around them, everywhere."""
    if keeps_its_labels(data):
        return data
    data = dict(data)
    if isinstance(arms := data.get("arms"), (list, tuple)):
        data["arms"] = [_stripped(arm, "label", check=True) for arm in arms]
    data = _stripped(data, "reference")
    if isinstance(contrasts := data.get("contrasts"), (list, tuple)):
        data["contrasts"] = [_stripped(_stripped(each, "arm"), "against") for each in contrasts]
    if "prediction" in data:
        data["prediction"] = _stripped(data["prediction"], "winner")
    return data


def check_labels(data: Mapping[str, Any], arms: Iterable[Arm]) -> None:
    """Raise SpecError for arms of a person's plan whose labels, made of what they are, cannot be
    seen as they are: those of a path with control characters."""
    if not keeps_its_labels(data):
        for arm in arms:
            label_in(arm.label)


def keeps_its_labels(data: Mapping[str, Any]) -> bool:
    """Whether attnlab wrote this plan, with the label of every arm, or made it of another."""
    training, arms = data.get("training"), data.get("arms")
    return (
        isinstance(data.get("task"), (dict, TaskSpec))
        and isinstance(data.get("reference"), str)
        and (
            isinstance(training, Training)
            or (isinstance(training, dict) and {"epochs", "batch_size"} <= training.keys())
        )
        and isinstance(arms, (list, tuple))
        and all(
            isinstance(arm, Arm) or (isinstance(arm, dict) and {"label", "module"} <= arm.keys())
            for arm in arms
        )
    )


def _stripped(given: Any, name: str, check: bool = False) -> Any:
    """A mapping with the text under this name stripped; everything else as it is."""
    text = given.get(name) if isinstance(given, dict) else None
    if not isinstance(text, str):
        return given
    return {**given, name: label_in(text) if check else text.strip()}
