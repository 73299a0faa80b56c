"""What somebody's network has to keep: each check raises Refused with what it saw. Needs
TensorFlow."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from attnlab.backbones import Network, build
from attnlab.backbones.own import given_to, shapes_at_slots
from attnlab.own_modules.subject import Refused, array, moved
from attnlab.spec import ModuleSpec, OwnSource, SpecError, TaskSpec, load
from attnlab.spec.own_backbones import ANY_INPUTS, BACKBONE, TRIED, OwnBackbone
from attnlab.training.grouping import SLOW_STACKED, operations_of
from attnlab.training.initial_weights import drawn_weights

log = logging.getLogger(__name__)

BATCH = 3

MODULES = {
    "features": ("dense",),
    "image": ("eca", "cbam-spatial"),
    "steps": ("self-attention:heads=1", "attention-pool"),
}
"""What stands in the slots while a network is tried: of sequences, also one that sums them up."""

RANKS = {"features": 2, "image": 4, "steps": 3}
SHAPES = {"features": "(B, D)", "image": "(B, H, W, C)", "steps": "(B, T, D)"}


@dataclass(frozen=True)
class TriedNetwork:
    """A declared function, on the task on which networks of its kind are tried."""

    source: OwnSource
    declared: dict[str, Any]

    @cached_property
    def own(self) -> OwnBackbone:
        """The network as far as it is declared."""
        return OwnBackbone(self.source, self.declared)

    def task(self, **changes: Any) -> TaskSpec:
        """The task, with this network and perhaps other parameters."""
        usual = TaskSpec.model_validate(TRIED[self.own.fits])
        params = usual.params.model_copy(update={BACKBONE: self.own.spelled, **changes})
        return TaskSpec.model_construct(name=usual.name, params=params)

    def built(self, module: str = "none", **changes: Any) -> Network:
        """The network with a module in its slots."""
        try:
            return build(self.task(**changes), ModuleSpec.model_validate(module))
        except SpecError as error:
            raise Refused(str(error).removeprefix(f"{self.own.name} ")) from None

    def found(self) -> dict[str, Any]:
        """What is known of it once it was built: the sizes at its slots, with which parameters, and
        whether they are the same for inputs of another shape."""
        task = self.task()
        sizes = self._sizes()
        tried = dict(given_to(load(self.own.function), task.params))
        try:
            free = self._sizes(other=True) == sizes
        except Exception as error:  # a function may raise anything for inputs that do not suit it
            log.info("%s is for inputs of one shape: %s", self.own.name, error)
            free = False
        return {"slots": sizes, "tried": tried, ANY_INPUTS: free}

    def _sizes(self, *, other: bool = False) -> list[int]:
        shapes = shapes_at_slots(self.own, self.task(), other=other)
        return [int(shape[-1] or 0) for shape in shapes]

    def inputs(self, network: Network, seed: int = 0) -> Any:
        """Random inputs in 0..1."""
        shape = (BATCH, *network.model.inputs[0].shape[1:])
        return np.random.default_rng(seed).random(shape).astype("float32")


def answers(subject: TriedNetwork) -> None:
    """It is built from the inputs, and answers with as many numbers as asked for."""
    for classes in (5, 2):
        network = subject.built(classes=classes)
        model = moved(network.model)
        if not model.layers or model.inputs[0] is None:
            raise Refused("must be built from the inputs that it is given")
        values = array(model(subject.inputs(network)))
        if not np.isfinite(values).all():
            raise Refused("gives answers that are not finite")
        sums = values.sum(axis=-1)
        if classes > 2 and values.min() >= 0 and np.abs(sums - 1).max() < 1e-3:
            raise Refused("must return logits: its answers sum to one, as behind a softmax")
        if classes == 2 and _ends_in(model, "sigmoid"):
            raise Refused("must return logits: it ends in a sigmoid")


def slots(subject: TriedNetwork) -> None:
    """It has a slot, and what enters each is of the kind declared."""
    shapes = shapes_at_slots(subject.own, subject.task())
    fits = subject.own.fits
    if not shapes:
        raise Refused("has no slot: call x = slot(x) where a module may stand")
    for number, shape in enumerate(shapes, 1):
        if len(shape) != RANKS[fits] or any(each is None for each in shape[1:]):
            sizes = ", ".join("B" if each is None else str(each) for each in shape)
            raise Refused(
                f"gives slot {number} ({sizes}), and declares fits={fits!r}: {SHAPES[fits]}"
            )


def modules(subject: TriedNetwork) -> None:
    """Modules stand in all slots, in each alone, and in none."""
    count = len(shapes_at_slots(subject.own, subject.task()))
    for module in MODULES[subject.own.fits]:
        try:
            for filled in ("all", *map(str, range(1, count + 1))):
                network = subject.built(module, slots=filled)
                expected = count if filled == "all" else 1
                if len(network.modules) != expected:
                    raise Refused(
                        f"uses {len(network.modules)} of its {count} slots: what slot(x) gives "
                        "must lead to the answers"
                    )
                network.full(subject.inputs(network))
        except Refused:
            raise
        except Exception as error:
            if module != "attention-pool":
                raise
            raise Refused(
                "cannot take a module that sums up the steps, (B, D): average them only where "
                f"len(x.shape) == 3 ({_said(error)})"
            ) from error


def starts(subject: TriedNetwork) -> None:
    """Every weight is drawn anew for a seed, and layers have the same names in every arm."""
    try:
        drawn_weights(subject.built().model, 0)
    except ValueError as error:
        raise Refused(f"cannot start anew: {error}") from None
    module = MODULES[subject.own.fits][0]
    names = [
        {layer.name for layer in network.model.layers if layer.weights} - in_slots(network)
        for network in (subject.built(), subject.built(), subject.built(module))
    ]
    if any(each != names[0] for each in names):
        raise Refused("names its layers otherwise when it is built again: starts would differ")


def in_slots(network: Network) -> set[str]:
    """The names of the layers in the slots."""
    return {layer.name for layer in network.modules}


def saved(subject: TriedNetwork) -> None:
    """It comes back from a .keras file, and gives the same."""
    network = subject.built()
    model, inputs = moved(network.model), subject.inputs(network)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.keras")
        model.save(path)
        again = keras.saving.load_model(path, compile=False)
    if not np.allclose(array(model(inputs)), array(again(inputs)), atol=1e-5):
        raise Refused("gives other answers once it was saved and read again")


def may_stack(subject: TriedNetwork) -> bool:
    """Whether attnlab would train several of its seeds in one program at all: not those of
    convolutions, which takes longer."""
    used = operations_of(subject.built())
    return not any(each.startswith(SLOW_STACKED) for each in used)


def seeds(subject: TriedNetwork) -> None:
    """Several seeds can train in one program, and give what each gives alone."""
    logging.getLogger("tensorflow").setLevel(logging.CRITICAL)  # it tells of what it cannot stack
    models = [moved(subject.built().model, seed=seed) for seed in range(2)]
    inputs = np.stack([subject.inputs(subject.built(), seed) for seed in range(2)])

    def stacked(kind: str) -> list[Any]:
        values = [[each.value for each in getattr(model, kind)] for model in models]
        return [tf.stack(each) for each in zip(*values, strict=True)]

    given = (stacked("trainable_variables"), stacked("non_trainable_variables"), inputs)
    together = tf.vectorized_map(
        lambda seat: models[0].stateless_call(*seat, training=False)[0],
        given,
        fallback_to_while_loop=False,
    )
    for place, model in enumerate(models):
        if not np.allclose(array(together[place]), array(model(inputs[place])), atol=1e-4):
            raise Refused("gives other numbers")


CHECKS: Sequence[tuple[str, Callable[[TriedNetwork], None]]] = (
    ("answers with as many numbers as a task asks for", answers),
    ("has slots of the kind that it declares", slots),
    ("takes a module in all of its slots, and in each alone", modules),
    ("starts anew with every seed, alike in every arm", starts),
    ("comes back from a file as it was", saved),
)
"""In the order in which they are made: a later one takes the earlier for granted."""


def _ends_in(model: keras.Model, activation: str) -> bool:
    last = model.layers[-1]
    used = getattr(last, "activation", None)
    return getattr(used, "__name__", "") == activation


def _said(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)[:120]
