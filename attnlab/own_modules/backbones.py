"""What a file says about a network of its own: the decorator above the function that builds it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any, TypeVar

from attnlab.own_modules.declaring import DECLARED, DeclarationError
from attnlab.spec import Slot
from attnlab.spec.own_backbones import BACKBONE, TRIED
from attnlab.wording import capitalised, spaced

Function = TypeVar("Function", bound=Callable[..., Any])

GIVEN = ("inputs", "outputs", "slot")
"""What every such function is called with, in this order."""


def backbone(
    *, fits: Slot, name: str = "", title: str = "", summary: str = ""
) -> Callable[[Function], Function]:
    """Make a function that builds a Keras network a backbone of attnlab.

    The function takes `inputs`, a tensor of Keras of the shape of the task's inputs; `outputs`, how
    many numbers answer a sample (classes; 1 for two of them, and for a number); and `slot`, which
    it calls where a module may stand: `x = slot(x)` gives a tensor of the shape of `x`. What it
    `fits` says what stands there: "features" (B, D), "image" (B, H, W, C), or "steps" (B, T, D),
    where a module may sum the steps up to (B, D). It returns its answers, logits (B, outputs), or
    a model that ends with them. Further arguments are parameters of the task by their names, such
    as `width`, `blocks` and `dropout` of images; one that a task may lack needs a default.

    `name` is what it is chosen by, `title` and `summary` what people read; they are taken from the
    function. Raises DeclarationError for what cannot be used.
    """
    if fits not in TRIED:
        raise DeclarationError(f"fits must be one of {', '.join(TRIED)}, got {fits!r}")

    def declare(function: Function) -> Function:
        if not inspect.isfunction(function):
            raise DeclarationError("the decorator @backbone(...) stands above a function")
        _check_signature(function)
        words = spaced(function.__name__).strip().lower()
        said = " ".join((inspect.getdoc(function) or "").split("\n\n")[0].split())
        further = list(inspect.signature(function).parameters.values())[len(GIVEN) :]
        declared = {
            "kind": BACKBONE,
            "name": name or "-".join(words.split()),
            "title": title or capitalised(words),
            "summary": summary or said or f"{capitalised(words)}.",
            "function": function.__name__,
            "fits": fits,
            "takes": [each.name for each in further],
            "needs": [each.name for each in further if each.default is each.empty],
            "slots": [],
            "tried": {},
            "stacks": True,
        }
        setattr(function, DECLARED, declared)
        return function

    return declare


def _check_signature(function: Callable[..., Any]) -> None:
    parameters = list(inspect.signature(function).parameters.values())
    if tuple(each.name for each in parameters[: len(GIVEN)]) != GIVEN:
        got = ", ".join(each.name for each in parameters)
        raise DeclarationError(
            f"the function takes {', '.join(GIVEN)}, and parameters of the task behind them; got "
            f"({got})"
        )
    for each in parameters:
        if each.kind in (each.VAR_POSITIONAL, each.VAR_KEYWORD, each.POSITIONAL_ONLY):
            raise DeclarationError(f"the function cannot take *args, **kwargs or /: {each.name}")
