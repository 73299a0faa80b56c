"""Whether modules under comparison are alike in the parameters that they share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from attnlab.spec.arms import Arm
from attnlab.spec.components import CONTROL, ModuleSpec
from attnlab.spec.entries import ModuleEntry, TaskEntry
from attnlab.spec.parameters import Parameters


class Unlike(NamedTuple):
    """A parameter that modules share and have no value of in common: its title, and by the title of
    each module its values."""

    title: str
    values: dict[str, tuple[object, ...]]


def first_on(task: TaskEntry, module: ModuleEntry) -> Parameters:
    """The parameters that people begin with for a module on a task.

    What the task's own arms set for a module, such as the ratio of a bottleneck that suits the size
    of its network, every module has that shares the parameter; all else is as at any such slot.
    """
    shared: dict[str, Any] = {}
    for text in task.arms:
        params = Arm.model_validate(text).module.params
        fields = type(params).model_fields
        shared |= {name: value for name, value in params if value != fields[name].default}
    first = module.first(task.slot)
    own = {name: value for name, value in shared.items() if name in module.params.model_fields}
    return module.params(**{**dict(first), **own})


def unlike(modules: Iterable[ModuleSpec]) -> list[Unlike]:
    """The parameters that several of these modules share without a common value.

    Parameters without an effect, and controls, do not count; neither do several arms of one module,
    which differ because somebody wanted them to.
    """
    values: dict[str, dict[str, list[Any]]] = {}
    titles: dict[str, str] = {}
    for module in modules:
        if module.entry.family == CONTROL:
            continue
        for name, value in module.params.in_use().items():
            titles.setdefault(name, str(type(module.params).model_fields[name].title))
            known = values.setdefault(name, {}).setdefault(module.entry.title, [])
            if value not in known:
                known.append(value)
    return [
        Unlike(titles[name], {title: tuple(known) for title, known in by_module.items()})
        for name, by_module in values.items()
        if not set.intersection(*(set(known) for known in by_module.values()))
    ]
