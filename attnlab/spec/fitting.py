"""Which module can stand in the slots of which task."""

from __future__ import annotations

from attnlab.spec.components import ModuleSpec, TaskSpec
from attnlab.spec.entries import SLOT_SHAPES, SLOT_UNITS
from attnlab.spec.own_backbones import OwnBackbone
from attnlab.spec.parameters import SpecError
from attnlab.spec.registry import REGISTRY
from attnlab.spec.slots import check_slots, takes_module


def check_fit(task: TaskSpec, module: ModuleSpec) -> None:
    """Raise SpecError if this module cannot stand in a slot of this task's backbone."""
    slot = task.entry.slot
    if slot not in module.fits:
        fitting = [entry.name for entry in REGISTRY.modules.values() if slot in entry.fits]
        takes = " or ".join(SLOT_SHAPES[kind] for kind in sorted(module.fits))
        called = f"{module.name}:of={module.of.name}" if module.of else module.name
        raise SpecError(
            f"module {called!r} does not fit task {task.name!r}: it weighs {takes}, the task "
            f"gives {SLOT_SHAPES[slot]}; modules that fit are {', '.join(fitting)}"
        )
    if task.params.lacks:
        raise SpecError(f"task {task.name}: {task.params.lacks}")
    own, sizes = task.own_backbone, task.slot_sizes
    if own is not None:
        _check_network(task, own)
    named = len([each for each in getattr(task.params, "after", "").split("+") if each])
    if sizes or named:
        check_slots(task.slots, len(sizes) or named)
    for number, size in enumerate(sizes, 1):
        if takes_module(task.slots, number):
            module.check_size(SLOT_UNITS[slot], size)


def _check_network(task: TaskSpec, own: OwnBackbone) -> None:
    """Raise SpecError where somebody's network is not one for this task."""
    if own.fits != task.entry.slot:
        raise SpecError(
            f"the network {own.name} is for {own.fits}, and the task {task.name} has "
            f"{task.entry.slot}"
        )
    missing = [each for each in own.needs if not hasattr(task.params, each)]
    if missing:
        raise SpecError(
            f"the network {own.name} is built with {missing[0]}, which the task {task.name} does "
            "not have: give it a default there"
        )


def check_read_sizes(task: TaskSpec, module: ModuleSpec) -> None:
    """Raise SpecError if this module does not go with slots whose sizes only the data tell; reads
    them, and raises what that raises."""
    if task.entry.read_sizes is not None:
        for size in task.entry.read_sizes(task.params):
            module.check_size(SLOT_UNITS[task.entry.slot], size)


def fits(task: TaskSpec, module: ModuleSpec) -> bool:
    """Whether this module can stand in every slot of this task's backbone."""
    try:
        check_fit(task, module)
    except SpecError:
        return False
    return True
