"""A network that somebody brings, in the place of a task's own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

import keras

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots, is_taken
from attnlab.catalog import NetworkParameters
from attnlab.compat.keras import names_anew
from attnlab.spec import ModuleSpec, Parameters, SpecError, TaskSpec, load
from attnlab.spec.own_backbones import BACKBONE, OwnBackbone
from attnlab.spec.slots import check_slots

EMPTY = "none"


class OwnSlots:
    """What a function gets as `slot`: numbers the slots in the order in which it comes to them.

    Calls of other layers have no part in how those of the network are named.
    """

    def __init__(self, slots: Slots) -> None:
        self._slots = slots
        self.shapes: list[tuple[int | None, ...]] = []

    def __call__(self, x: Any, mask: Any = None, *, name: str = "") -> Any:
        """The module applied to `x`, or `x` where the slot is empty.

        Of sequences `mask` (B, T) is True where a step is no padding. `name` is what traces call
        the slot, "slot1" by default.
        """
        shape = getattr(x, "shape", None)
        if shape is None:
            raise TypeError(f"slot(x) takes a tensor of the network, got {type(x).__name__}")
        self.shapes.append(tuple(shape))
        number = len(self.shapes)
        with names_anew():
            return self._slots(x, number=number, place=name or f"slot{number}", mask=mask)


def own_network(own: OwnBackbone, task: TaskSpec, module: ModuleSpec) -> tuple[Slots, Any, Any]:
    """The slots, the inputs and the answers of somebody's network for this task.

    Inputs and the number of answers are those of the task's own network, and so is what changes
    images at random in training. Raises SpecError for a network that gives something else, and
    whatever the function raises.
    """
    function = load(own.function)
    usual = _usual(task)
    counting = OwnSlots(Slots(_empty(), several=False))
    _check_names(own, *_answers(own, function, counting, task.params, usual))
    check_slots(task.slots, len(counting.shapes))
    slots = Slots(module, several=len(counting.shapes) > 1, filled=task.slots)
    inputs, answers = _answers(own, function, OwnSlots(slots), task.params, usual)
    return slots, inputs, answers


def _check_names(own: OwnBackbone, inputs: Any, answers: Any) -> None:
    """Raise SpecError for a layer that is called as one in a slot."""
    for layer in keras.Model(inputs, answers).layers:
        if is_taken(layer.name):
            raise SpecError(
                f"{own.name} must not have a layer called {layer.name!r}, as modules in its slots "
                "are: give it another name"
            )


def shapes_at_slots(
    own: OwnBackbone, task: TaskSpec, *, other: bool = False
) -> list[tuple[int | None, ...]]:
    """The shape of what enters each slot, with `other` for inputs that are larger along every axis
    than those of the task. Raises what `own_network` raises."""
    counting = OwnSlots(Slots(_empty(), several=False))
    inputs, answers = _usual(task)
    if other:
        *places, units = inputs.shape[1:]
        larger = (*(each + 8 for each in places), units + 2)
        inputs = keras.Input(larger, dtype=inputs.dtype, name=inputs.name)
    _answers(own, load(own.function), counting, task.params, (inputs, answers))
    return counting.shapes


def _empty() -> ModuleSpec:
    return ModuleSpec.model_validate(EMPTY)


def _usual(task: TaskSpec) -> tuple[Any, Any]:
    """The inputs and the answers of the task's own network."""
    default = type(task.params).model_fields[BACKBONE].default
    params = task.params.model_copy(update={BACKBONE: default})
    inputs, answers = load(task.entry.backbone)(params, Slots(_empty(), several=True))
    return inputs, answers


def given_to(function: Any, params: Parameters) -> Mapping[str, Any]:
    """The parameters of a task that a function takes by name, beside inputs, outputs and slot."""
    names = list(inspect.signature(function).parameters)[3:]
    return {name: getattr(params, name) for name in names if hasattr(params, name)}


def _answers(
    own: OwnBackbone, function: Any, slot: OwnSlots, params: Parameters, usual: tuple[Any, Any]
) -> tuple[Any, Any]:
    inputs = keras.Input(usual[0].shape[1:], dtype=usual[0].dtype, name=usual[0].name)
    units = int(usual[1].shape[-1])
    with names_anew():
        x = augmented(inputs, params) if isinstance(params, NetworkParameters) else inputs
        answers = function(x, units, slot, **given_to(function, params))
    if isinstance(answers, keras.Model):
        answers = answers.output
    shape = getattr(answers, "shape", None)
    if not isinstance(answers, keras.KerasTensor):
        raise SpecError(
            f"{own.name} must return its answers, a tensor (B, {units}), got "
            f"{type(answers).__name__}"
        )
    if tuple(shape or ()) != (None, units):
        sizes = ", ".join("B" if each is None else str(each) for each in shape or ())
        raise SpecError(f"{own.name} must return answers (B, {units}), got ({sizes})")
    return inputs, answers
