"""The flows of the controls, step by step; those of a module follow from the module's own."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.matched_size import nearest_hidden_size
from attnlab.catalog.module_entries.flow import contexts, dense, summed, weighed
from attnlab.spec import (
    ControlParameters,
    Given,
    Parameters,
    Shape,
    Step,
    choice,
    each_shape,
)


class UniformParameters(Parameters):
    """The control that weighs everything alike."""

    kind: Literal["gate", "distribution"] = choice(
        "gate",
        title="Weights",
        help="One learned scalar for all positions (gate), or 1/n for each of n (distribution): "
        "what the attention that it controls for gives.",
    )


def none_flow(params: Parameters, given: Given) -> tuple[Step, ...]:
    """Nothing happens."""
    shape, *others = each_shape(given)
    return (Step("the queries alone" if others else "nothing is changed", shape),)


def uniform_flow(params: UniformParameters, given: Given) -> tuple[Step, ...]:
    """All weights are the same."""
    shape, *others = each_shape(given)
    if others:
        return _uniform_contexts(params, shape, *others)
    weights = shape[:1] if len(shape) == 2 else shape[-1:]  # of the steps, features or channels
    if params.kind == "gate":
        return Step("one learned gate for all", weights, parameters=1, weighs=True), weighed(shape)
    even = Step("1/n for each", weights, weighs=True)
    return even, summed(*shape) if len(shape) == 2 else weighed(shape)


def _uniform_contexts(params: UniformParameters, queries: Shape, values: Shape) -> tuple[Step, ...]:
    pairs = (queries[0], values[0])
    if params.kind == "distribution":
        return Step("1/n for each value", pairs, weighs=True), contexts(queries, values)
    return (
        Step("one learned gate for all", pairs, parameters=1, weighs=True),
        contexts(queries, values, "mean of the values for each query"),
        Step("that times the gate", (queries[0], values[-1])),
    )


def frozen_flow(params: ControlParameters, given: Given) -> tuple[Step, ...]:
    """The module's own steps."""
    return params.of.entry.about.flow(params.of.params, given)


def matched_flow(params: ControlParameters, given: Given) -> tuple[Step, ...]:
    """Two plain layers, on the mean of what the module would sum up or on every position alike."""
    module_steps = params.of.entry.about.flow(params.of.params, given)
    shape, *others = each_shape(given)
    values, outputs = (others or [shape])[0], module_steps[-1].shape
    steps = []
    x = values
    if others or len(outputs) < len(shape):
        x = values[-1:]
        steps.append(Step("mean of the values" if others else "mean of the steps", x))
    y = (*x[:-1], outputs[-1])
    parameters = sum(step.parameters for step in module_steps)
    size = nearest_hidden_size(parameters, x[-1], y[-1])
    if size.hidden:
        rows = x[:-1]
        steps.append(dense(x[-1], size.hidden, "dense, relu", rows=rows, bias=size.bias))
        steps.append(dense(size.hidden, y[-1], rows=rows, bias=size.bias))
        if x == y:
            steps.append(Step("added to what came in", y))
    elif size.bias:
        steps.append(Step("a bias for each", y, parameters=size.parameters))
    if others:
        steps.append(Step("the same for each query", outputs))
    return tuple(steps) or (Step("nothing is changed", shape),)


def module_size(params: ControlParameters, given: Given) -> int:
    """How many parameters the module has that this is a control for."""
    return params.of.entry.about.parameters(params.of.params, given)
