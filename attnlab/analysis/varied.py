"""What a study varies: the parameters in which the arms of one module differ."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from attnlab.spec import CONTROL, Arm, Study


@dataclass(frozen=True)
class Varied:
    """A parameter of the module, the task or the training, with its value in each arm by label."""

    name: str
    title: str
    values: dict[str, Any]

    @property
    def is_number(self) -> bool:
        """Whether its values have an order and a distance."""
        return all(
            isinstance(value, (int, float)) and not isinstance(value, bool)
            for value in self.values.values()
        )


def varied(study: Study) -> list[Varied]:
    """The parameters that take several values among the arms of the module with the most arms.

    Controls do not count. Empty where no module has several arms. Parameters of the
    module come first, then the task's, then the training's.
    """
    arms = _of_one_module(study)
    if len(arms) < 2:
        return []
    found = []
    for part in (
        lambda arm: arm.module.params,
        lambda arm: study.task_of(arm).params,
        study.training_of,
    ):
        params = {arm.label: part(arm) for arm in arms}
        fields = type(next(iter(params.values()))).model_fields
        for name, field in fields.items():
            values = {label: getattr(own, name) for label, own in params.items()}
            if len(set(values.values())) > 1:
                found.append(Varied(name, field.title or name, values))
    return found


def _of_one_module(study: Study) -> list[Arm]:
    arms = [arm for arm in study.arms if arm.module.entry.family != CONTROL]
    counts = Counter(arm.module.name for arm in arms)
    if not counts:
        return []
    [(name, _)] = counts.most_common(1)
    return [arm for arm in arms if arm.module.name == name]
