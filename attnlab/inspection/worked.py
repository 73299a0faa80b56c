"""A module's formula with numbers: what is asked of a worker, and what it gives. No TensorFlow."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import numpy as np

from attnlab import workers
from attnlab.spec import INPUTS, SLOT_UNITS, ModuleSpec, Size, Slot, SpecError, each_shape

SEED = 0
"""Of the numbers that an example begins with."""

SEEDS = range(10)
"""Of the weights: the first by which no step is all zeros, as after a relu of few units."""

WIDTHS = range(4, 65)
"""Features and channels of an example: the first number that the module's settings take."""

STEPS, QUERIES = 3, 2
SIDES = {True: 3, False: 2}
"""The side of an image, by whether it has `FEW` channels at most: there are few numbers to edit."""

FEW = 8


@dataclass(frozen=True)
class WorkedStep:
    """One step of a formula: what is done, as a formula of earlier steps, and its numbers.

    `takes` are the names of what goes in: letters of inputs, and "s1" for what the first step gave.
    `value` is for one sample, without the batch. `weighs` marks the attention weights, and
    `comes_out` what the module gives.
    """

    title: str
    formula: str
    takes: tuple[str, ...]
    value: np.ndarray
    weighs: bool = False
    comes_out: bool = False


@dataclass(frozen=True)
class WorkedExample:
    """All steps in order, beside what the layer itself gives: its output and its attention
    weights, each without the batch. Its weights are drawn from `seed`."""

    seed: int
    steps: tuple[WorkedStep, ...]
    output: np.ndarray
    weights: tuple[np.ndarray, ...]


def shapes_for(module: ModuleSpec, slot: Slot) -> tuple[tuple[int, ...], ...]:
    """The shapes of the module's inputs in a small example, without the batch.

    Raises SpecError where its settings take none that is small enough to be read.
    """
    heads = getattr(module.params, "heads", 1)
    for width in WIDTHS:
        side = SIDES[width <= FEW]
        size = Size(features=width, steps=STEPS, queries=QUERIES, side=side, channels=width)
        try:
            module.entry.check_size(module.params, SLOT_UNITS[slot], width)
        except SpecError:
            continue
        if width >= 2 * heads or width == WIDTHS[-1]:
            return each_shape(INPUTS[slot].shape(size))
    raise SpecError(f"these settings take more than {WIDTHS[-1]} numbers a row")


def first_inputs(shapes: tuple[tuple[int, ...], ...]) -> tuple[np.ndarray, ...]:
    """The numbers that an example begins with, with one digit, the same ones each time."""
    draw = np.random.default_rng(SEED)
    return tuple(draw.normal(size=shape).round(1).astype(np.float32) for shape in shapes)


PATIENCE_SECONDS = 20.0
"""A module of somebody's own may loop for ever; nobody waits longer."""

_one_at_a_time = threading.Lock()
"""Whoever edits asks faster than a new process starts; the one that has the layer answers next."""


def worked(module: ModuleSpec, slot: Slot, inputs: tuple[np.ndarray, ...]) -> WorkedExample:
    """What each step of the module gives for these inputs, each without a batch, computed by the
    layer's own operations in a worker. Raises ValueError where the layer fails, and WorkersError,
    also for a layer that comes to no end."""
    letters = tuple(INPUTS[slot].parts)
    with _one_at_a_time:
        found: WorkedExample = workers.call(
            "attnlab.inspection.worked_steps:worked_here",
            module,
            letters,
            inputs,
            patience=PATIENCE_SECONDS,
        )
    return found
