"""What people read about a module: in words, as a formula, step by step, and what it costs.

A module's flow is declared once, and the picture, the parameters and the multiply-adds follow from
it; tests compare all three with the real layer. Nothing here needs Keras, so that a page can show
it at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

Shape = tuple[int, ...]
"""The sizes of a tensor for one sample, without the batch: (8, 8, 16)."""


Given = Shape | tuple[Shape, ...]
"""The shape of a module's input, or the shapes of its inputs if it has several."""


def each_shape(given: Given) -> tuple[Shape, ...]:
    """The shapes of all inputs: ((8, 8, 16),) of one, ((10, 32), (20, 32)) of two."""
    shapes = tuple(part for part in given if isinstance(part, tuple))
    return shapes or (tuple(part for part in given if not isinstance(part, tuple)),)


@dataclass(frozen=True)
class Paper:
    """The source of a module: authors and title, year, address."""

    citation: str
    year: int
    link: str


@dataclass(frozen=True)
class Symbol:
    """A letter of a formula: its value for the chosen sizes, and its meaning."""

    name: str
    value: int
    meaning: str


@dataclass(frozen=True)
class Step:
    """One step of a flow: its operation, the shape of its output, and what that costs.

    `parameters` are all weights of this step, untrained ones included. `macs` are the
    multiply-adds of its matrix products, convolutions and weighted sums for one sample; elementwise
    work is not counted. `weighs` marks the step that gives the attention weights.

    Steps that follow each other on different lanes, such as "scores" and "values", take the same
    input and stand beside each other; the next step without a lane takes what all of them give.
    Lanes within a lane have its name and a slash before their own: "scores/queries".
    """

    operation: str
    shape: Shape
    parameters: int = 0
    macs: int = 0
    weighs: bool = False
    lane: str = ""


@dataclass(frozen=True)
class About:
    """What the catalogue says about a module beyond its name; `params` are its parameters.

    explanation: Two to four plain sentences for a reader who is new to it.
    formula: What it computes, an equation a line, in LaTeX.
    flow: The steps from the input, whose shape it is given, to the output.
    count: The parameters as arithmetic over the symbols, such as "2*C*h + h + C".
    symbols: The letters of `count` for this shape of the input.
    papers: Its sources.
    deviations: What differs from them, in sentences.
    task: The task on which "Try it" shows it.
    training: What "Try it" sets in the task's training, where this module needs another.
    first: The parameters to begin with at a slot, for a module without defaults for all of them,
        such as a control, which needs a module.
    """

    explanation: str
    formula: tuple[str, ...]
    flow: Callable[[Any, Any], tuple[Step, ...]]
    count: str
    symbols: Callable[[Any, Any], tuple[Symbol, ...]]
    papers: tuple[Paper, ...]
    deviations: str
    task: str
    training: Mapping[str, Any] = field(default_factory=dict)
    first: Callable[[str], Mapping[str, Any]] = lambda slot: {}

    def parameters(self, params: Any, given: Given) -> int:
        """How many parameters the module has for this input."""
        return sum(step.parameters for step in self.flow(params, given))

    def macs(self, params: Any, given: Given) -> int:
        """How many multiply-adds it takes for one such sample."""
        return sum(step.macs for step in self.flow(params, given))
