"""A network as Keras code in one of the three styles that Keras has for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import keras

from attnlab.export.files import ExportError
from attnlab.export.scripts.graph import Graph, Made, NetworkOperation
from attnlab.export.scripts.literals import INDENT, applied, bracketed, documented, indented
from attnlab.wording import listed

FUNCTION = "make_network"
"""The name of the function that makes the network, in every style."""

NAME = 'name="network"'


def functional(graph: Graph, title: str, model: Made) -> str:
    """Layer after layer, called on tensors."""
    lines = [_making(f"{name} = ", made, 1) for name, made in graph.inputs]
    lines += [_called(step) for step in graph.steps]
    ends = [_one_or_list([name for name, _ in graph.inputs]), _one_or_list(graph.outputs)]
    expression = f"{model.callee}({', '.join([*ends, NAME, *model.arguments])})"
    return _function(title, lines, _returned(expression, graph))


def sequential(graph: Graph, title: str, model: Made) -> str:
    """One layer after another in a list; raises ExportError where the network is no such chain."""
    check_chain(graph)
    chain = [made for _, made in graph.inputs] + [step.made for step in graph.steps if step.made]
    listed = "".join(f"{_making('', made, 3)},\n" for made in chain)
    expression = (
        f"keras.Sequential(\n{INDENT * 2}[\n{listed}{INDENT * 2}],\n{INDENT * 2}{NAME},\n{INDENT})"
    )
    return _function(title, [], _returned(expression, graph))


def subclassing(graph: Graph, title: str, model: Made) -> str:
    """A class that makes its layers in `__init__` and calls them in `call`."""
    layers = [(step.name, step.made) for step in graph.steps if step.made]
    held = {name: attribute(name) for name, _ in layers}
    names = [name for name, _ in graph.inputs]
    given = names[0] if len(names) == 1 else "inputs"
    parts = [
        f"class Network({model.callee}):",
        indented([*documented(title), "", "def __init__(self):"]),
        indented([f"super().__init__({', '.join([NAME, *model.arguments])})"], 2),
        *(_making(f"self.{held[name]} = ", made, 2) for name, made in layers),
        "",
        indented([f"def call(self, {given}, training=None):  # Keras hands `training` on"]),
        *([] if len(names) == 1 else [indented([f"{', '.join(names)} = inputs"], 2)]),
        *(_called(step, held) for step in graph.steps),
        indented([f"return {_one_or_list(graph.outputs)}"], 2),
    ]
    lines = [_making(f"{name} = ", made, 1) for name, made in graph.inputs]
    lines += indented(["model = Network()", f"model({_one_or_list(names)})"]).split("\n")
    ending = [*_freezing(graph), "return model"]
    function = _function("Make the network and build it for its inputs.", lines, ending)
    return "\n".join(parts) + "\n\n\n" + function


STYLES: dict[str, Callable[[Graph, str, Made], str]] = {
    "functional": functional,
    "sequential": sequential,
    "subclassing": subclassing,
}
"""Each takes a graph, what the network is in a sentence, and the class of the model."""


def _making(head: str, made: Made, depth: int) -> str:
    return bracketed(f"{head}{made.callee}(", made.arguments, ")", depth)


def _called(step: NetworkOperation, held: dict[str, str] | None = None) -> str:
    """One line of a network: a layer called on tensors, or something else computed."""
    head = f"{', '.join(step.outputs)} = "
    if not step.made:
        return indented([head + step.expression], 1 if held is None else 2)
    if held is not None:
        return bracketed(f"{head}self.{held[step.name]}(", step.called_with, ")", 2)
    return applied(f"{head}{step.made.callee}", step.made.arguments, step.called_with)


def _function(title: str, lines: Sequence[str], ending: Sequence[str]) -> str:
    opening = [f"def {FUNCTION}() -> keras.Model:", indented(documented(title))]
    return "\n".join([*opening, *lines, indented(ending)])


def _returned(expression: str, graph: Graph) -> list[str]:
    if not graph.frozen:
        return [f"return {expression}"]
    return [f"model = {expression}", *_freezing(graph), "return model"]


def _freezing(graph: Graph) -> list[str]:
    """The lines that keep training away from the layers of a control."""
    return [
        f'model.get_layer("{name}").trainable = False  # it stays as it starts'
        for name in graph.frozen
    ]


def check_chain(graph: Graph) -> None:
    for what, names in (("inputs", [name for name, _ in graph.inputs]), ("outputs", graph.outputs)):
        if len(names) > 1:
            raise _no_chain(f"it has several {what}, {listed(names)}")
    before = graph.inputs[0][0]
    for step in graph.steps:
        if not step.made:
            raise _no_chain(f"it computes {step.expression}")
        if not step.plain or step.takes != (before,):
            raise _no_chain(f"layer {step.name} takes {listed(step.takes)}")
        before = step.outputs[0]


def _no_chain(why: str) -> ExportError:
    return ExportError(
        f"this network is not a chain: {why}; write it in the functional or the subclassing style"
    )


def attribute(name: str) -> str:
    """What a layer is called in its network, where Keras may use its name for something else."""
    return f"{name}_layer" if hasattr(keras.Model, name) else name


def _one_or_list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
