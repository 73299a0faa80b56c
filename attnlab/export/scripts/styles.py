"""A network as Keras code in one of the three styles that Keras has for it."""

from __future__ import annotations

from collections.abc import Callable

import keras

from attnlab.export.files import ExportError
from attnlab.export.scripts.graph import Graph, Step
from attnlab.export.scripts.literals import applied, bracketed, indented

FUNCTION = "make_network"
"""The name of the function that makes the network, in every style."""


def functional(graph: Graph, title: str, model: str) -> str:
    """Layer after layer called on tensors; `model` is the class of the whole."""
    lines = [bracketed(f"{name} = {made.callee}(", made.arguments, ")", 1) for name, made in graph.inputs]
    lines += [_called(step) for step in graph.steps]
    inputs, outputs = _one_or_list([name for name, _ in graph.inputs]), _one_or_list(graph.outputs)
    whole = f'{model}({inputs}, {outputs}, name="network")'
    return _function(title, lines, whole, graph)


def sequential(graph: Graph, title: str, model: str) -> str:
    """One layer after another in a list; raises ExportError where the network is no such chain."""
    _check_chain(graph)
    items = [bracketed(f"{made.callee}(", made.arguments, ")", 3) for _, made in graph.inputs]
    items += [bracketed(f"{s.made.callee}(", s.made.arguments, ")", 3) for s in graph.steps]
    listed = "\n".join(f"{item}," for item in items)
    whole = "\n".join(
        ["keras.Sequential(", indented(["["], 2), listed, indented(["],", 'name="network",'], 2)]
        + [indented([")"])]
    )
    return _function(title, [], whole, graph)


def subclassing(graph: Graph, title: str, model: str) -> str:
    """A class of its own that makes its layers and says how they are called."""
    held = {step.name: _attribute(step.name) for step in graph.steps if step.made}
    makes = [
        bracketed(f"self.{held[step.name]} = {step.made.callee}(", step.made.arguments, ")", 2)
        for step in graph.steps
        if step.made
    ]
    names = [name for name, _ in graph.inputs]
    given = names[0] if len(names) == 1 else "inputs"
    calls = [] if len(names) == 1 else [indented([f"{', '.join(names)} = inputs"], 2)]
    calls += [_called(step, held) for step in graph.steps]
    parts = [
        f"class Network({model}):",
        indented([f'"""{title}"""', "", "def __init__(self):"]),
        indented(['super().__init__(name="network")'], 2),
        *makes,
        "",
        indented([f"def call(self, {given}, training=None):  # Keras hands `training` on"]),
        *calls,
        indented([f"return {_one_or_list(graph.outputs)}"], 2),
    ]
    inputs = _one_or_list([f"{made.callee}({', '.join(made.arguments)})" for _, made in graph.inputs])
    function = _ending("The network, built for its inputs.", [f"model = Network()", f"model({inputs})"], graph)
    return "\n".join(parts) + "\n\n\n" + function


STYLES: dict[str, Callable[[Graph, str, str], str]] = {
    "functional": functional,
    "sequential": sequential,
    "subclassing": subclassing,
}


def freezing(graph: Graph) -> list[str]:
    """The lines that keep training away from the layers of a control."""
    return [
        f'model.get_layer("{name}").trainable = False  # it stays as it starts'
        for name in graph.frozen
    ]


def _called(step: Step, held: dict[str, str] | None = None) -> str:
    """One line of a network: a layer called on tensors, or something else computed."""
    depth = 1 if held is None else 2
    head = f"{', '.join(step.outputs)} = "
    if not step.made:
        return bracketed(*_cut(head + step.expression), depth)
    if held is not None:
        return bracketed(f"{head}self.{held[step.name]}(", step.called_with, ")", depth)
    return applied(f"{head}{step.made.callee}", step.made.arguments, step.called_with, depth)


def _cut(line: str) -> tuple[str, list[str], str]:
    """An expression as `bracketed` takes it: it is never too long."""
    return line, [], ""


def _function(
    title: str, lines: list[str], whole: str, graph: Graph, *, built: bool = True
) -> str:
    ending = [f"return {whole}"]
    if graph.frozen and built:
        ending = [f"model = {whole}", *freezing(graph), "return model"]
    return "\n".join(
        [
            f"def {FUNCTION}() -> keras.Model:",
            indented([f'"""{title}"""']),
            *lines,
            indented(ending),
        ]
    )


def _check_chain(graph: Graph) -> None:
    if len(graph.inputs) > 1:
        names = " and ".join(name for name, _ in graph.inputs)
        raise ExportError(f"this network is not a chain: it has several inputs, {names}")
    if len(graph.outputs) > 1:
        raise ExportError(
            f"this network is not a chain: it has several outputs, {' and '.join(graph.outputs)}"
        )
    before = graph.inputs[0][0]
    for step in graph.steps:
        if not step.made:
            raise ExportError(f"this network is not a chain: it computes {step.expression}")
        if not step.plain or step.takes != (before,):
            takes = " and ".join(step.takes)
            raise ExportError(f"this network is not a chain: layer {step.name} takes {takes}")
        before = step.outputs[0]


def _attribute(name: str) -> str:
    """What a layer is called in its network, where Keras may use its name for something else."""
    return f"{name}_layer" if hasattr(keras.Model, name) else name


def _one_or_list(names: list[str] | tuple[str, ...]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
