"""What a file says about its layer: the decorator, and how parameters are declared.

All of it becomes plain data, a declaration, which fills the catalogue without running the file.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, cast

from attnlab.imports import importing
from attnlab.spec import Slot, load
from attnlab.spec.own_modules import LETTERS
from attnlab.wording import capitalised, spaced

DECLARED = "attnlab_declared"
"""The attribute of a class that holds its declaration."""

Axis = Literal["feature", "channel", "place", "step"]
Layer = TypeVar("Layer", bound=type)

_AXES: Mapping[Slot, tuple[str, ...]] = {
    "features": ("batch", "features"),
    "image": ("batch", "height", "width", "channels"),
    "steps": ("batch", "steps", "features"),
    "alignment": ("batch", "queries", "features"),
}


class DeclarationError(ValueError):
    """What a decorator was given cannot be used; the message says what was expected."""


def number(
    default: int | float,
    *,
    low: int | float,
    high: int | float,
    title: str = "",
    help: str = "",
    step: int | float | None = None,
    choices: Iterable[int | float] | None = None,
    advanced: bool = False,
) -> dict[str, Any]:
    """Declare a bounded number: a whole one where `default` is whole, else any.

    `step` is the slider's step; `choices` are the stops of a slider whose scale is not linear.
    Forms hide what is `advanced` behind a fold.
    """
    whole = isinstance(default, int) and not isinstance(default, bool)
    if not low <= default <= high:
        raise DeclarationError(f"the default {default} must lie between {low} and {high}")
    return {
        "kind": "whole" if whole else "number",
        "default": default,
        "low": low,
        "high": high,
        "step": step,
        "choices": None if choices is None else list(choices),
        "title": title,
        "help": help,
        "advanced": advanced,
    }


def choice(
    default: str | int,
    options: Sequence[str | int],
    *,
    title: str = "",
    help: str = "",
    advanced: bool = False,
) -> dict[str, Any]:
    """Declare a choice of one of the `options`."""
    if default not in options:
        raise DeclarationError(f"the default {default!r} must be one of {list(options)}")
    return {
        "kind": "choice",
        "default": default,
        "options": list(options),
        "title": title,
        "help": help,
        "advanced": advanced,
    }


def switch(
    default: bool, *, title: str = "", help: str = "", advanced: bool = False
) -> dict[str, Any]:
    """Declare something that is on or off."""
    return {
        "kind": "switch",
        "default": bool(default),
        "title": title,
        "help": help,
        "advanced": advanced,
    }


def step(
    operation: str, shape: str = "", *, weights: str = "", macs: str = "", weighs: bool = False
) -> list[Any]:
    """A step of the picture on the Modules page: what happens, and the shape of what comes out,
    such as "H, W, C" (that of the input, if empty). `weights` and `macs`, its parameters and
    multiply-adds, are arithmetic over the sizes and the layer's parameters; `weighs` marks the step
    that gives the attention weights."""
    return [operation, shape, weights, macs, weighs]


def module(
    *,
    fits: Slot | Sequence[Slot],
    weighs: Axis | Sequence[Axis],
    kind: Literal["gate", "distribution"] | Sequence[str],
    count: str,
    name: str = "",
    title: str = "",
    summary: str = "",
    explanation: str = "",
    formula: str | Sequence[str] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    leading: Sequence[Literal["head", "query"]] = (),
    output: str = "",
    steps: Sequence[Sequence[Any]] = (),
    macs: str = "",
    requires: tuple[str, str] | None = None,
    without: Mapping[str, str] | None = None,
    papers: Sequence[tuple[str, int, str]] = (),
    deviations: str = "",
    family: str = "own",
    task: str = "",
) -> Callable[[Layer], Layer]:
    """Make a Keras layer a module of attnlab.

    The layer takes inputs of the shape of what it `fits`: "features" (B, D), "image" (B, H, W, C),
    "steps" (B, T, D), or "alignment", a list of queries (B, Q, D) and values (B, T, E). Called with
    `return_attention_scores=True` it returns outputs and scores: a weight for each of what it
    `weighs` ("feature", "channel", "place" or "step"), which sum to one (`kind="distribution"`) or
    lie each between 0 and 1 (`kind="gate"`). `leading` names the axes before it, of heads and
    queries. A layer with several scores returns a tuple of them and gives `weighs` and `kind` for
    each. Of steps and alignments `call` takes a `mask`, too.

    `count` is the number of its weights as arithmetic over the sizes (D; H, W, C; T, D; or Q, D, T,
    E) and its `parameters`, such as "2*C*max(1, C//ratio)"; "0" for none. `parameters` are the
    keywords of its constructor, each declared by `number`, `choice` or `switch`. `output` is the
    shape of what comes out where that is not the input's, such as "D" of a sequence that is summed
    up.

    The rest is for people, and may be left out: `explanation` and `summary` are taken from the
    docstring. `formula` is LaTeX, an equation a line; `steps` make the picture on the Modules page;
    `requires` is a parameter and what must hold between it and `units`, the size of the last axis,
    such as ("heads", "units % heads == 0"); `without` names parts that can be left out and the arm
    that is left, such as {"the bottleneck": "my-gate:ratio=1"}; `papers` are citation, year and
    address of each; `task` is the one on which "Try it" shows it.

    Raises DeclarationError for what cannot be used.
    """
    slots = _several(fits)
    for slot in slots:
        if slot not in LETTERS:
            raise DeclarationError(f"fits must be one of {', '.join(LETTERS)}, got {slot!r}")
    axes, kinds = _several(weighs), _several(kind)
    if len(kinds) == 1:
        kinds = kinds * len(axes)
    if not axes or len(axes) != len(kinds):
        raise DeclarationError("weighs and kind must name one axis and one kind for each score")
    for each in axes:
        if each not in ("feature", "channel", "place", "step"):
            raise DeclarationError(f"weighs must be feature, channel, place or step, got {each!r}")
    for each in kinds:
        if each not in ("gate", "distribution"):
            raise DeclarationError(f"kind must be gate or distribution, got {each!r}")
    if not isinstance(count, str):
        raise DeclarationError(f'count must be a text such as "D**2 + D", got {count!r}')

    def declare(layer: Layer) -> Layer:
        paragraphs = [_one_line(each) for each in (inspect.getdoc(layer) or "").split("\n\n")]
        first = paragraphs[0] or f"{capitalised(_words(layer.__name__))}."
        declared = {
            "name": name or "-".join(_words(layer.__name__).split()),
            "class": layer.__name__,
            "title": title or capitalised(_words(layer.__name__)),
            "family": family,
            "fits": list(slots),
            "summary": summary or first,
            "explanation": explanation or first,
            "formula": list(_several(formula)) if formula else [],
            "parameters": {
                each: with_words(each, dict(given), "layer")
                for each, given in (parameters or {}).items()
            },
            "traces": [
                {"axis": axis, "kind": kind_, "leading": list(leading)}
                for axis, kind_ in zip(axes, kinds, strict=True)
            ],
            "output": output,
            "steps": [list(each) for each in steps],
            "count": count,
            "macs": macs,
            "requires": None if requires is None else list(requires),
            "without": dict(without or {}),
            "papers": [list(each) for each in papers],
            "deviations": deviations or "None that is known.",
            "task": task,
            "learns": count.strip() != "0",
            "stacks": True,
        }
        _complete(layer, declared)
        return layer

    return declare


def _complete(layer: Any, declared: Mapping[str, Any]) -> None:
    """Give a class what attnlab asks of its own layers."""
    with importing("keras"):
        import keras

    if not (isinstance(layer, type) and issubclass(layer, keras.layers.Layer)):
        raise DeclarationError("the decorator stands above a class of keras.layers.Layer")
    trace = load("attnlab.modules.trace:Trace")
    base = load("attnlab.modules.layer:AttentionLayer")
    known: Any = layer
    known.traces = tuple(
        trace(each["axis"], each["kind"], tuple(each["leading"])) for each in declared["traces"]
    )
    known.axes = _AXES[declared["fits"][0]]
    if known.compute_output_shape is keras.layers.Layer.compute_output_shape:
        known.compute_output_shape = _traced_shape
    if known.compute_output_spec is keras.layers.Layer.compute_output_spec:
        # Traced from `call`: Keras would use the shape above for the scores, too.
        known.compute_output_spec = base.compute_output_spec
    package = known.__module__.rpartition(".")[2]
    keras.saving.register_keras_serializable(package=package)(layer)
    setattr(known, DECLARED, dict(declared))


def _traced_shape(self: Any, input_shape: Any) -> Any:
    """The shape of the outputs for inputs of this shape, or of these shapes."""
    with importing("keras"):
        import keras

    several = isinstance(input_shape, list) or isinstance(input_shape[0], (list, tuple))
    given = [keras.KerasTensor(tuple(each)) for each in input_shape] if several else None
    tensor = given if given is not None else keras.KerasTensor(tuple(input_shape))
    put = self.__dict__.pop("call", None)  # an inspection has one of its own there, for a while
    try:
        return tuple(keras.Operation.compute_output_spec(self, tensor).shape)
    finally:
        if put is not None:
            self.__dict__["call"] = put


def _several(given: Any) -> tuple[Any, ...]:
    return (given,) if isinstance(given, str) else tuple(cast(Iterable[Any], given))


def with_words(name: str, declared: dict[str, Any], of: str) -> dict[str, Any]:
    """A parameter with a title and a help, where the file gives none, `of` a layer or a task.

    Raises DeclarationError for what is none."""
    if "kind" not in declared or not name.isidentifier():
        raise DeclarationError(
            f"the parameter {name!r} must be declared by number(...), choice(...) or switch(...)"
        )
    declared["title"] = declared["title"] or capitalised(spaced(name))
    declared["help"] = declared["help"] or f"The {of}'s {spaced(name)}."
    return declared


def _words(name: str) -> str:
    """The words of a class's name in small letters: "tanh gate" of TanhGate."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).lower()


def _one_line(text: str) -> str:
    return " ".join(text.split())
