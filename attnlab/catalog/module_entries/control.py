"""The controls, which separate attention from its side effects; the empty slot first."""

from __future__ import annotations

from collections.abc import Mapping

from attnlab.catalog.module_entries.control_flows import (
    UniformParameters,
    frozen_flow,
    matched_flow,
    module_size,
    none_flow,
    uniform_flow,
)
from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    FEATURES,
    IMAGE,
    STEPS,
    NoParameters,
)
from attnlab.spec import (
    About,
    ControlParameters,
    ModuleEntry,
    Paper,
    Symbol,
)

NOT_NOT = Paper(
    "Wiegreffe & Pinter: Attention is not not explanation",
    2019,
    "https://arxiv.org/abs/1908.04626",
)

EVERYWHERE = FEATURES | IMAGE | STEPS | ALIGNMENT


class FrozenRandomParameters(ControlParameters):
    """The control that does not learn what to weigh."""

    @classmethod
    def takes(cls, entry: ModuleEntry) -> bool:
        """Whether there is anything to freeze."""
        return super().takes(entry) and entry.learns


class MatchedParameters(ControlParameters):
    """The control with as many parameters and no weighing."""


CONTROLLED = {
    "features": "dense",
    "image": "se",
    "steps": "attention-pool",
    "alignment": "bahdanau",
}
"""Which module the controls are shown for, slot by slot."""


def _first(slot: str) -> Mapping[str, str]:
    return {"of": CONTROLLED[slot]}


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
        flow=none_flow,
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
            flow=uniform_flow,
            count="g",
            symbols=lambda params, shape: (
                Symbol("g", int(params.kind == "gate"), "1 as a gate, 0 as a distribution"),
            ),
            papers=(NOT_NOT,),
            deviations="The baseline of the paper is a distribution; the learned gate is ours.",
            task="planted-features",
        ),
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
    ModuleEntry(
        name="frozen-random",
        title="Frozen at random",
        family="control",
        fits=EVERYWHERE,
        params=FrozenRandomParameters,
        layer="",
        control="attnlab.modules.control:frozen",
        summary="A module that keeps its random start: tells learned weights from any weights.",
        about=About(
            explanation="It is another module as it was before training, and it stays so: the rest "
            "of the network learns around it. If it does as well as the module that learns, then "
            "where attention looks is not what helps.",
            formula=(r"y = A_{\theta_0}(x), \quad \theta_0 \text{ random and never trained}",),
            flow=frozen_flow,
            count="n",
            symbols=lambda params, given: (
                Symbol(
                    "n", module_size(params, given), "those of the module, none of them trained"
                ),
            ),
            papers=(NOT_NOT,),
            deviations="In the paper the encoder's attention weights are frozen; here it is what "
            "the attention is computed with.",
            task="planted-features",
            first=_first,
        ),
        source="Wiegreffe & Pinter 2019 (arXiv 1908.04626)",
    ),
    ModuleEntry(
        name="matched",
        title="Matched layers",
        family="control",
        fits=EVERYWHERE,
        params=MatchedParameters,
        layer="",
        control="attnlab.modules.matched:matched",
        summary="Plain layers, about as many parameters as a module: tells attention from size.",
        about=About(
            explanation="Two ordinary layers with about as many parameters as a module stand in "
            "its place, and weigh nothing. If they help as much as the module does, then it was "
            "the parameters that helped and not the attention.",
            formula=(
                r"x = \tfrac{1}{T} \textstyle\sum_t h_t \quad\text{(where a module sums up)}",
                r"y = x + W_2\, \mathrm{relu}(W_1 x + b_1) + b_2",
            ),
            flow=matched_flow,
            count="m",
            symbols=lambda params, given: (
                Symbol(
                    "m",
                    sum(step.parameters for step in matched_flow(params, given)),
                    f"as near as it comes to {module_size(params, given):,}",
                ),
            ),
            papers=(),
            deviations="It is ours: papers on attention mostly compare with nothing in its place. "
            "The input is added, or a narrow layer would be a bottleneck, which attention is not.",
            task="planted-features",
            first=_first,
        ),
    ),
)
