"""Arms by a rule: one part left out at a time, one parameter over a range, every module, a product.

In a study's text these stand under `build`, and `controls` adds the arms that separate attention
from its side effects; both become plain arms when the study is read.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from attnlab.spec.arms import MAX_ARMS, Arm, too_many_arms
from attnlab.spec.components import CONTROL, ControlParameters, ModuleSpec, TaskSpec
from attnlab.spec.entries import ModuleEntry
from attnlab.spec.fitting import fits
from attnlab.spec.parameters import SpecError, brief, shown, some_of, unknown
from attnlab.spec.registry import REGISTRY
from attnlab.spec.slots import SLOTS
from attnlab.spec.training import Training

EMPTY = "none"
CONTROLS = ("uniform", "frozen-random", "matched")
KINDS = ("leave-one-out", "dose", "grid", "swap")
OF_THE_TASK = "@"
"""Before the name of a parameter: the task's or the training's is meant, not the module's."""

MOST_BUILT = 1_000
"""Arms that are made before they are counted: some of them may be one and the same."""

Values = Mapping[str, Sequence[Any]]

ModuleText = ModuleSpec | str | dict[str, Any]
"""A module in any form that people write it in."""


def leave_one_out(task: TaskSpec, module: ModuleText) -> tuple[Arm, ...]:
    """The complete module first, then without one part at a time, then the empty slot.

    Raises SpecError for a module without parts, or none of which fits.
    """
    module = _module(module)
    complete = Arm.model_validate(module.short)
    without = []
    for part, short in module.entry.parts(module.params).items():
        reduced = ModuleSpec.model_validate(short)
        if fits(task, reduced):
            label = f"{module.entry.title} without {part}"
            without.append(Arm.model_validate({"label": label, "module": reduced}))
    if not without:
        parts = [each.name for each in REGISTRY.modules.values() if _has_parts(each)]
        raise SpecError(f"nothing can be left out of {brief(module.short)}: try {', '.join(parts)}")
    return complete, *without, Arm.model_validate(EMPTY)


def product(task: TaskSpec, module: ModuleText, values: Values) -> tuple[Arm, ...]:
    """The module with every combination of these values, and the empty slot, which comes first.

    A name is a parameter of the module, else of the task or the training; with "@" before it, of
    the task or the training. Where they change those, the empty slot is there with each such
    change: an arm is compared with the one under the same conditions. Which slots take the module
    changes nothing of empty ones.
    Raises SpecError for an unknown name, and for no values.
    """
    module = _module(module)
    if not values:
        raise SpecError(f"give at least one parameter of {module.name} and its values")
    owners = {name: _owner(task, module, name) for name in values}
    for name, each in values.items():
        if isinstance(each, (str, bytes, Mapping)) or not isinstance(each, Iterable):
            raise SpecError(
                f"{brief(name)} needs a list of values such as [2, 4, 8], got {shown(each)}"
            )
        if not list(each):
            raise SpecError(f"{name} needs at least one value")
    number = math.prod(len(list(each)) for each in values.values())
    if number > MOST_BUILT:
        raise too_many_arms(number)
    empty: dict[str, Arm] = {}
    arms: list[Arm] = []
    for combination in itertools.product(*values.values()):
        params: dict[str, Any] = {}
        changes: dict[str, Any] = {}
        for name, value in zip(values, combination, strict=True):
            target = params if owners[name] == "module" else changes
            target[name.removeprefix(OF_THE_TASK)] = value
        varied = ModuleSpec.model_validate({"name": module.name, **dict(module.params), **params})
        arms.append(Arm.model_validate({"module": varied, "set": changes}))
        without = {name: value for name, value in changes.items() if name != SLOTS}
        empty.setdefault(str(without), Arm.model_validate({"module": EMPTY, "set": without}))
    return *empty.values(), *arms


def swap(task: TaskSpec) -> tuple[Arm, ...]:
    """The empty slot, then every module that fits, with the parameters people begin with."""
    slot = task.entry.slot
    arms = [Arm.model_validate(EMPTY)]
    for entry in REGISTRY.modules.values():
        if slot in entry.fits and entry.family != CONTROL:
            module = ModuleSpec(name=entry.name, params=entry.first(slot))
            if fits(task, module):
                arms.append(Arm.model_validate(module.short))
    return tuple(arms)


def controls(
    task: TaskSpec, arms: Iterable[Arm], kinds: Sequence[str] = CONTROLS
) -> tuple[Arm, ...]:
    """The controls of these arms: each kind once for every module with parameters and changes.

    Equal weights (of the kind the module gives), the module frozen at random, and plain layers
    of its size; those that do not fit, or have nothing to freeze, are left out.
    """
    for kind in kinds:
        if kind not in CONTROLS:
            raise SpecError(unknown("control", kind, CONTROLS))
    by_short_form: dict[str, Arm] = {}
    for kind, arm in itertools.product(kinds, arms):
        if arm.module.entry.family == CONTROL:
            continue
        control = _control(kind, arm.module)
        if control is not None and fits(task, control):
            control_arm = Arm.model_validate({"module": control, "set": dict(arm.changes)})
            by_short_form.setdefault(control_arm.short, control_arm)
    return tuple(by_short_form.values())


def built(task: TaskSpec, given: Any) -> tuple[Arm, ...]:
    """The arms that stand under `build`: one builder, or a list of them.

    A builder is "swap", or a mapping such as {"leave-one-out": "cbam"}, {"dose": "se", "ratio":
    [2, 4, 8]} or {"grid": "dense", "depth": [0, 1], "classes": [2, 5, 20]}. Raises SpecError.
    """
    builders = given if isinstance(given, (list, tuple)) else [given]
    arms: dict[str, Arm] = {}
    if len(builders) > MAX_ARMS:
        raise SpecError(f"build takes at most {MAX_ARMS} builders, got {len(builders)}")
    for builder in builders:
        for arm in _built_by(task, builder):
            arms.setdefault(arm.label, arm)
    return tuple(arms.values())


def _built_by(task: TaskSpec, given: Any) -> tuple[Arm, ...]:
    if given == "swap" or given == {"swap": True}:
        return swap(task)
    if not isinstance(given, Mapping):
        raise SpecError(
            "build takes swap, or a mapping such as leave-one-out: cbam, or dose: se with "
            f"ratio: [2, 4, 8]; got {shown(given)}"
        )
    values = {str(name): value for name, value in given.items()}
    kinds = [kind for kind in KINDS if kind in values]
    if len(kinds) != 1:
        raise SpecError(f"build needs one of {', '.join(KINDS)}, got {some_of(values) or '{}'}")
    [kind] = kinds
    module = values.pop(kind)
    if not isinstance(module, (str, dict, ModuleSpec)):
        raise SpecError(f"{kind} needs a module such as se:ratio=4, got {shown(module)}")
    if kind == "leave-one-out":
        if values:
            raise SpecError(f"leave-one-out takes nothing beside the module, got {some_of(values)}")
        return leave_one_out(task, module)
    if kind == "dose" and len(values) != 1:
        raise SpecError(
            f"dose takes one parameter with its values, got {some_of(values) or 'none'}"
        )
    return product(task, module, values)


def _module(given: ModuleText) -> ModuleSpec:
    return ModuleSpec.model_validate(given)


def _has_parts(entry: ModuleEntry) -> bool:
    return bool(entry.family != CONTROL and entry.parts(entry.params()))


def _owner(task: TaskSpec, module: ModuleSpec, name: str) -> Literal["module", "study"]:
    """Whose parameter this is: "module", or "study" for the task's or the training's."""
    of_study = {*type(task.params).model_fields, *Training.model_fields}
    if name.startswith(OF_THE_TASK):
        name = name.removeprefix(OF_THE_TASK)
    elif name in type(module.params).model_fields:
        return "module"
    if name not in of_study:
        known = [*type(module.params).model_fields, *type(task.params).model_fields]
        raise SpecError(unknown("parameter", name, [*known, *Training.model_fields]))
    return "study"


def _control(kind: str, module: ModuleSpec) -> ModuleSpec | None:
    if kind == "uniform":
        return ModuleSpec.model_validate({"name": kind, "kind": module.entry.weights})
    model = REGISTRY.module(kind).params
    if not (issubclass(model, ControlParameters) and model.takes(module.entry)):
        return None
    return ModuleSpec.model_validate({"name": kind, "of": module})
