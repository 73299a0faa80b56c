"""What separates attention from its side effects, the empty slot first."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.flow import contexts, summed, weighed
from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    FEATURES,
    IMAGE,
    STEPS,
    NoParameters,
)
from attnlab.spec import (
    About,
    Given,
    ModuleEntry,
    Paper,
    Parameters,
    Shape,
    Step,
    Symbol,
    choice,
    each_shape,
)

EVERYWHERE = FEATURES | IMAGE | STEPS | ALIGNMENT


class UniformParameters(Parameters):
    """The control that weighs everything alike."""

    kind: Literal["gate", "distribution"] = choice(
        "gate",
        title="Weights",
        help="One learned scalar for all positions (gate), or 1/n for each of n (distribution): "
        "what the attention that it controls for gives.",
    )


def _none_flow(params: NoParameters, given: Given) -> tuple[Step, ...]:
    shape, *others = each_shape(given)
    return (Step("the queries alone" if others else "nothing is changed", shape),)


def _uniform_flow(params: UniformParameters, given: Given) -> tuple[Step, ...]:
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


NONE = ModuleEntry(
    name="none",
    title="No attention",
    family="control",
    fits=EVERYWHERE,
    params=NoParameters,
    layer="",
    summary="The slot left empty: the network without attention.",
    about=About(
        explanation="Nothing stands in the slot, and the network goes on with what it has. Every "
        "other module is measured against this: an attention module earns its parameters only if "
        "the network is better with it than without.",
        formula=("y = x",),
        flow=_none_flow,
        count="0",
        symbols=lambda params, shape: (),
        papers=(),
        deviations="Where the network needs a single vector of a sequence, it takes the mean of "
        "the steps, or the last state of a recurrent encoder. Where one sequence would look into "
        "another, it goes on without.",
        task="planted-features",
    ),
)

CONTROL = (
    ModuleEntry(
        name="uniform",
        title="Uniform weights",
        family="control",
        fits=EVERYWHERE,
        params=UniformParameters,
        layer="attnlab.modules.control:Uniform",
        summary="Weighs everything alike: tells attention from a mere change of scale.",
        about=About(
            explanation="It does what an attention module does with its weights, but all weights "
            "are the same. If it helps as much as attention does, then it was the change of scale "
            "that helped and not the choice of where to look.",
            formula=(
                r"y = \sigma(w)\, x \quad\text{(gate)}",
                r"y = \tfrac{1}{n}\, x \quad\text{(distribution)}",
                r"y = \tfrac{1}{T} \textstyle\sum_t h_t \quad\text{(distribution of steps)}",
            ),
            flow=_uniform_flow,
            count="g",
            symbols=lambda params, shape: (
                Symbol("g", int(params.kind == "gate"), "1 as a gate, 0 as a distribution"),
            ),
            papers=(
                Paper(
                    "Wiegreffe & Pinter: Attention is not not explanation",
                    2019,
                    "https://arxiv.org/abs/1908.04626",
                ),
            ),
            deviations="The baseline of the paper is a distribution; the learned gate is ours.",
            task="planted-features",
        ),
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
)
