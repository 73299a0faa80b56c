"""What a file says about its task: the decorator above the function that draws the data.

All of it becomes plain data, a declaration, which fills the catalogue without running the file.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from attnlab.catalog.task_entries.own_task import FAMILIES, On
from attnlab.own_modules.declaring import DeclarationError, with_words
from attnlab.wording import capitalised, listed, spaced

DECLARED = "attnlab_task"
"""The attribute of a function that holds its declaration."""

Draw = TypeVar("Draw", bound=Callable[..., Mapping[str, Any]])


def task(
    *,
    on: On,
    shape: str,
    samples: str | int,
    classes: str | int = "",
    tokens: str | int = "",
    truth: str = "",
    name: str = "",
    title: str = "",
    summary: str = "",
    chance: str | float = "",
    class_names: Sequence[str] = (),
    words: Sequence[str] = (),
    parameters: Mapping[str, Mapping[str, Any]] | None = None,
    arms: Sequence[str] = (),
    training: Mapping[str, int | float] | None = None,
) -> Callable[[Draw], Draw]:
    """Make a function from a seed to arrays a task of attnlab.

    The function takes the seed and, by name, each of its `parameters`; it returns a mapping with
    inputs "x" (N, ...) and answers "y" (N,). Everything in it hangs on these alone: draw numbers
    from `numpy.random.default_rng(seed)`. "split" (N,) may say "train", "validation" or "test" of
    each sample; without it the first three fifths are for training, then a fifth for validation and
    a fifth for the test. "truth" says what attention should find, as booleans shaped like what it
    weighs, for all samples alike or for each (N, ...). "valid" (N, T) says which steps of a
    sequence there are.

    `on` is what the inputs are, and so which networks there are for them: "features" (N, D);
    "image" (N, H, W, C), with the slot inside a convolutional network; "channels", the same with
    the slot on the input, where a channel still means something; "steps" (N, T, C), numbers at each
    step; "text" (N, T), whole numbers below `tokens`, of which 0 is padding. `shape` is that of one
    input as arithmetic over the parameters, such as "size, size, 1"; `samples` how many there are
    in all, and `classes` how many answers, numbers from 0; without classes the answer is a number,
    and `chance` its spread. `truth` is what the truth is called, such as "the planted column":
    without it there is none.

    The rest is for people, and may be left out: `title` and `summary` are taken from the name and
    the docstring. `chance` is what guessing scores, one in `classes` by default; `class_names` are
    what the classes are called, `words` what the tokens mean. `arms` and `training` are the
    experiment that people begin with, such as ("none", "dense") and {"epochs": 20}.

    Raises DeclarationError for what cannot be used.
    """
    if on not in FAMILIES:
        raise DeclarationError(f"on must be one of {', '.join(FAMILIES)}, got {on!r}")
    for what, given in (("shape", shape), ("samples", samples)):
        if not isinstance(given, (str, int)) or not str(given).strip():
            raise DeclarationError(f'{what} must be a text such as "samples", got {given!r}')

    def declare(draw: Draw) -> Draw:
        if not inspect.isfunction(draw):
            raise DeclarationError("the decorator stands above a function")
        declared: dict[str, Any] = {
            "name": name or draw.__name__.strip("_").replace("_", "-"),
            "function": draw.__name__,
            "title": title or capitalised(spaced(draw.__name__.strip("_"))),
            "summary": summary or " ".join((inspect.getdoc(draw) or "").split("\n\n")[0].split()),
            "on": on,
            "shape": str(shape),
            "samples": str(samples),
            "classes": str(classes),
            "tokens": str(tokens),
            "truth": truth,
            "chance": str(chance),
            "class_names": [str(each) for each in class_names],
            "words": [str(each) for each in words],
            "parameters": {
                each: with_words(each, dict(given), "task")
                for each, given in (parameters or {}).items()
            },
            "arms": [str(each) for each in arms],
            "training": dict(training or {}),
        }
        _check_arguments(draw, declared["parameters"])
        setattr(draw, DECLARED, declared)
        return draw

    return declare


def _check_arguments(draw: Any, parameters: Mapping[str, Any]) -> None:
    """Raise DeclarationError unless the function takes a seed and each of the parameters."""
    signature = inspect.signature(draw)
    arguments = list(signature.parameters.values())
    if not arguments or arguments[0].name != "seed":
        raise DeclarationError(f"the first argument of {draw.__name__} must be seed")
    try:
        signature.bind(0, **dict.fromkeys(parameters, 0))
    except TypeError as error:
        named = listed(["seed", *parameters])
        raise DeclarationError(
            f"{draw.__name__} must take {named}, and no more without a default: {error}"
        ) from None
