"""What a study varies: the parameters in which the arms of one module differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from attnlab.spec import CONTROL, Arm, Parameters, Study, is_control_of

MODULE, TASK, TRAINING = "module", "task", "training"


@dataclass(frozen=True)
class Varied:
    """A parameter of the module, the task or the training, with its value in each arm by label.

    `part` says whose parameter it is: `MODULE`, `TASK` or `TRAINING`. `beside` has its values in
    the references of these arms, unless they are in `values` too; empty for a parameter of the
    module. `controls` has, by what each kind of control is called, the labels of those of these
    arms, with the value that each belongs to; None for one that belongs to several.
    """

    name: str
    title: str
    values: dict[str, Any]
    part: str = MODULE
    beside: dict[str, Any] = field(default_factory=dict)
    controls: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """A name that no other parameter of a study has: "task units"."""
        return f"{self.part} {self.name}"

    @property
    def is_number(self) -> bool:
        """Whether its values have an order and a distance."""
        return all(
            isinstance(value, (int, float)) and not isinstance(value, bool)
            for value in self.values.values()
        )


def varied(study: Study) -> list[Varied]:
    """The parameters that take several values among the arms of the module with the most arms.

    Controls do not count. Empty if no module has several arms, and for a study of several tasks, of
    which each has parameters of its own: see the study's parts. Parameters of the module come
    first, then the task's, then the training's. Equal titles say whose parameter each is:
    "Dropout (task)".
    """
    arms = [] if study.has_several_tasks else _of_one_module(study)
    if len(arms) < 2:
        return []
    labels = [arm.label for arm in arms]
    compared = {study.references[label] for label in labels if label in study.references}
    others = [arm for arm in study.arms if arm.label in compared and arm.label not in labels]
    parts: dict[str, Callable[[Arm], Parameters]] = {
        MODULE: lambda arm: arm.module.params,
        TASK: lambda arm: study.task_of(arm).params,
        TRAINING: study.model_copy(update={"tuning": None}).training_of,  # chosen is not varied
    }
    parameters: list[Varied] = []
    for part, params in parts.items():
        for name, about in type(params(arms[0])).model_fields.items():
            values = _values(arms, params, name)
            if len(set(values.values())) > 1:
                beside = {} if part == MODULE else _values(others, params, name)
                controls = _controls(study, arms, values)
                parameters.append(Varied(name, about.title or name, values, part, beside, controls))
    times = Counter(each.title for each in parameters)
    return [
        each if times[each.title] == 1 else replace(each, title=f"{each.title} ({each.part})")
        for each in parameters
    ]


def _values(arms: Iterable[Arm], params: Callable[[Arm], Parameters], name: str) -> dict[str, Any]:
    return {arm.label: getattr(params(arm), name) for arm in arms}


def _controls(
    study: Study, arms: Iterable[Arm], values: Mapping[str, Any]
) -> dict[str, dict[str, Any]]:
    """The controls of these arms by the title of their module: the value of each by its label."""
    found: dict[str, dict[str, set[Any]]] = {}
    for arm in arms:
        for control in study.arms:
            if control.changes == arm.changes and is_control_of(control, arm):
                kind = found.setdefault(control.module.entry.title, {})
                kind.setdefault(control.label, set()).add(values[arm.label])
    return {
        title: {
            label: next(iter(each)) if len(each) == 1 and len(kind) > 1 else None
            for label, each in kind.items()
        }
        for title, kind in found.items()
    }


def _of_one_module(study: Study) -> list[Arm]:
    arms = [arm for arm in study.arms if arm.module.entry.family != CONTROL]
    counts = Counter(arm.module.name for arm in arms)
    if not counts:
        return []
    [(name, _)] = counts.most_common(1)
    return [arm for arm in arms if arm.module.name == name]
