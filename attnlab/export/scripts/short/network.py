"""The network of a short script, in one of the three styles that Keras has for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from attnlab.backbones import Network
from attnlab.export.scripts.graph import Graph, Made, NetworkOperation
from attnlab.export.scripts.short.layers import MASK, SCORES, Written
from attnlab.export.scripts.short.printing import wrapped
from attnlab.export.scripts.styles import attribute, check_chain

EMBEDDING = """
class Embedding(layers.Embedding):
    def call(self, inputs):
        table = self.embeddings * 1.0  # type: one gradient a row, else Adam takes longer steps
        return ops.take(table, inputs, axis=0)
"""
"""The class of an embedding: with Keras's own, Adam takes longer steps than a study's."""

KERAS_OWN = {
    "AverageSteps": "layers.GlobalAveragePooling1D",
}
"""Layers of attnlab that are Keras's own but for what no tutorial needs."""

SHOWN = "attention.predict(x_test[:200], verbose=0)"


@dataclass(frozen=True)
class ShortNetwork:
    """A network as code.

    `lines` make `model`, `weights` is the expression for the weights of 200 test samples ("" where
    nothing weighs), and `parts` are the classes and functions that it needs.
    """

    lines: str
    weights: str
    parts: Sequence[ast.stmt]
    imports: frozenset[str]


def short_network(
    graph: Graph,
    network: Network,
    style: str,
    *,
    is_brief: bool,
    model: str = "keras.Model",
    weights: str = "",
) -> ShortNetwork:
    """Write a network. Raises ExportError for a network that is no chain in the sequential style.

    `is_brief` makes its classes shorter. `model` is the class of the network, `weights` the
    expression for what is shown, if that is not what the first module weighs by.
    """
    if style == "sequential":
        check_chain(graph)
    written = Written(is_brief=is_brief)
    shown = "" if weights else _first_with_scores(network)
    steps = [_step(each, network, written) for each in graph.steps]
    graph = replace(graph, steps=tuple(steps))
    several = len(graph.inputs) > 1
    make = {"functional": _functional, "sequential": _sequential, "subclassing": _subclassing}
    lines, asked = make[style](graph, shown)
    for told in ("model = keras.Model(", "class Network(keras.Model)"):
        lines = [line.replace(told, told.replace("keras.Model", model)) for line in lines]
    weights = weights or asked
    if asked and several:
        weights = weights.replace("x_test[:200]", "[each[:200] for each in x_test]")
    text = "\n".join(wrapped(line) for line in lines)
    return ShortNetwork(text, weights, list(written.parts.values()), frozenset(written.imports))


def _first_with_scores(network: Network) -> str:
    """The name of the first layer that weighs; "" where none does."""
    for layer in network.modules:
        if getattr(layer, "traces", ()):
            return str(layer.name)
    return ""


def _step(step: NetworkOperation, network: Network, written: Written) -> NetworkOperation:
    """A step without names of layers, and with the class of its layer written out."""
    made = step.made
    if made is None:
        return step
    arguments = tuple(each for each in made.arguments if not each.startswith("name="))
    if not made.source:
        return replace(step, made=replace(made, arguments=arguments))
    if made.callee in KERAS_OWN:
        return replace(step, made=Made(KERAS_OWN[made.callee], arguments))
    if made.callee == "Embedding" and written.is_brief and len(network.model.inputs) == 1:
        return replace(step, made=Made("layers.Embedding", arguments))  # to keep it short
    if made.callee == "Embedding":
        written.parts["Embedding"] = ast.parse(EMBEDDING, type_comments=True).body[0]
        return replace(step, made=Made("Embedding", arguments))
    layer = network.model.get_layer(step.name)
    given = layer.input
    masks = [each for each in step.called_with if each.startswith("mask=")]
    several = step.called_with[0].startswith("[")
    if isinstance(given, list | tuple):
        given = given[0]
    rank = 0 if several else len(given.shape)
    output = layer.output[0] if isinstance(layer.output, list | tuple) else layer.output
    pools = rank == 3 and len(output.shape) == 2
    called, made_with = written.add(layer, rank, bool(masks), pools)
    arguments = tuple(f"{each.arg}={ast.unparse(each.value)}" for each in made_with)
    if not layer.trainable:
        arguments = (*arguments, "trainable=False")
    called_with = tuple(
        f"{MASK}={each.removeprefix('mask=').removeprefix('[None, ').removesuffix(']')}"
        if each.startswith("mask=")
        else each
        for each in step.called_with
    )
    return replace(step, made=Made(called, arguments), called_with=called_with)


def _functional(graph: Graph, shown: str) -> tuple[list[str], str]:
    lines = [f"{name} = {_making(made)}" for name, made in graph.inputs]
    for step in graph.steps:
        if step.name == shown:
            step = _asked(step)
        lines.append(f"{', '.join(step.outputs)} = {_value(step)}")
    inputs = _one_or_list([name for name, _ in graph.inputs])
    lines.append(f"model = keras.Model({inputs}, {_one_or_list(graph.outputs)})")
    if not shown:
        return lines, ""
    lines.append(f"attention = keras.Model({inputs}, weights)  # the same layers, to look inside")
    return lines, SHOWN


def _sequential(graph: Graph, shown: str) -> tuple[list[str], str]:
    steps = [step for step in graph.steps if step.made]
    chain = [_making(made) for _, made in graph.inputs]
    for step in steps:
        made = step.made
        assert made is not None
        if step.name == shown:
            made = replace(made, arguments=(*made.arguments, 'name="attention"'))
        chain.append(_making(made))
    lines = ["model = keras.Sequential(", "    [", *(f"        {each}," for each in chain)]
    lines += ["    ]", ")"]
    if not shown:
        return lines, ""
    lines += [
        'attention = model.get_layer("attention")',
        "before = keras.Model(model.inputs[0], attention.input)",
    ]
    return lines, f"attention(before(x_test[:200]), {SCORES}=True)[1]"


def _subclassing(graph: Graph, shown: str) -> tuple[list[str], str]:
    made = [(attribute(step.name), step.made) for step in graph.steps if step.made]
    names = [name for name, _ in graph.inputs]
    given = names[0] if len(names) == 1 else "inputs"
    asked = f", {SCORES}=False" if shown else ""
    lines = ["class Network(keras.Model):", "    def __init__(self):"]
    lines += ["        super().__init__()"]
    lines += [f"        self.{name} = {_making(each)}" for name, each in made]
    lines += ["", f"    def call(self, {given}{asked}):"]
    if len(names) > 1:
        lines.append(f"        {', '.join(names)} = inputs")
    for step in graph.steps:
        step = _asked(step) if step.name == shown else step
        value = _value(step, f"self.{attribute(step.name)}")
        lines.append(f"        {', '.join(step.outputs)} = {value}")
    outputs = _one_or_list(graph.outputs)
    answer = f"({outputs}, weights) if {SCORES} else {outputs}" if shown else outputs
    lines += [f"        return {answer}", "", "", "model = Network()"]
    return lines, f"model(x_test[:200], {SCORES}=True)[1]" if shown else ""


def _asked(step: NetworkOperation) -> NetworkOperation:
    """The step of a layer that is asked for its weights, too."""
    called = (*step.called_with, f"{SCORES}=True")
    return replace(step, outputs=(step.outputs[0], "weights"), called_with=called)


def _value(step: NetworkOperation, held: str = "") -> str:
    if not step.made:
        return step.expression
    return f"{held or _making(step.made)}({', '.join(step.called_with)})"


def _making(made: Made) -> str:
    arguments = [each for each in made.arguments if not re.match(r"name=\"(?!attention)", each)]
    return f"{made.callee}({', '.join(arguments)})"


def _one_or_list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"[{', '.join(names)}]"
