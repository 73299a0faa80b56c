"""Attention over the features of a vector."""

from __future__ import annotations

from typing import Any, Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import dense, each_head, hidden_units, weighed
from attnlab.catalog.module_entries.papers import HU
from attnlab.catalog.module_entries.shared import (
    FEATURES,
    RATIO,
    Normaliser,
    heads_field,
    normaliser_field,
    ratio_field,
    temperature_field,
)
from attnlab.spec import (
    About,
    ModuleEntry,
    Paper,
    Parameters,
    Shape,
    Step,
    Symbol,
    choice,
    number,
)

_KERAS_ATTENTION = Paper(
    "philipperemy/keras-attention, attention_dense.py",
    2017,
    "https://github.com/philipperemy/keras-attention",
)


class DenseParameters(Parameters):
    """Softmax attention by a dense layer, with hidden layers before it."""

    depth: int = number(
        0,
        low=0,
        high=4,
        title="Depth",
        help="Hidden dense layers, as wide as the input, before the softmax.",
    )
    activation: Literal["relu", "tanh", "sigmoid", "softmax", "linear"] = choice(
        "relu", title="Activation", help="What the hidden layers apply; at depth 0 it is unused."
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()

    def in_use(self) -> dict[str, Any]:
        """The values that have an effect: without hidden layers nothing applies the activation."""
        used = super().in_use()
        return used if self.depth else {k: v for k, v in used.items() if k != "activation"}


class MultiHeadDenseParameters(Parameters):
    """Several softmax layers over the features, and their mean."""

    heads: int = heads_field("How many distributions over the features are averaged.")
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class FeatureGateParameters(Parameters):
    """A gate of features through a narrow hidden layer."""

    ratio: int = ratio_field(4)


class BottleneckParameters(FeatureGateParameters):
    """Feature attention through a narrow hidden layer."""

    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _dense_flow(params: DenseParameters, shape: Shape) -> tuple[Step, ...]:
    (features,) = shape
    layer = dense(features, features, f"dense, {params.activation}")
    scores = dense(features, features, f"dense, {params.normaliser}", weighs=True)
    return *[layer] * params.depth, scores, weighed(shape)


def _dense_parts(params: DenseParameters) -> ablated_parts.Parts:
    """The hidden layers, and with them their activation."""
    left = ablated_parts.arm("dense", params, depth=0, activation="relu")
    return {"the hidden layers": left} if params.depth else {}


def _multi_head_flow(params: MultiHeadDenseParameters, shape: Shape) -> tuple[Step, ...]:
    (features,) = shape
    label = f"dense, {params.normaliser} in each head"
    return (
        each_head(params.heads, dense(features, features, label, weighs=True)),
        Step("mean over heads", shape),
        weighed(shape),
    )


def _narrow_flow(params: FeatureGateParameters, shape: Shape, weighting: str) -> tuple[Step, ...]:
    (features,) = shape
    units = hidden_units(features, params.ratio)
    reduce = dense(features, units, "dense, relu")
    return reduce, dense(units, features, f"dense, {weighting}", weighs=True), weighed(shape)


def _bottleneck_flow(params: BottleneckParameters, shape: Shape) -> tuple[Step, ...]:
    return _narrow_flow(params, shape, params.normaliser)


def _gate_flow(params: FeatureGateParameters, shape: Shape) -> tuple[Step, ...]:
    return _narrow_flow(params, shape, "sigmoid")


def _bottleneck_symbols(params: FeatureGateParameters, shape: Shape) -> tuple[Symbol, ...]:
    (features,) = shape
    return (
        Symbol("D", features, "features"),
        Symbol("h", hidden_units(features, params.ratio), "hidden units: D / ratio, at least 1"),
    )


FEATURE = (
    ModuleEntry(
        name="dense",
        title="Dense attention",
        family="feature",
        fits=FEATURES,
        params=DenseParameters,
        layer="attnlab.modules.feature:DenseAttention",
        summary="A dense layer with softmax weighs every feature; the weights sum to one.",
        about=About(
            explanation="A dense layer looks at all features at once and gives every feature a "
            "score. The softmax turns the scores into weights between 0 and 1 that sum to one, so "
            "that a feature can only gain what others lose. Each feature is multiplied by its "
            "weight. What matters should end up with a large weight.",
            formula=(
                r"h_0 = x, \quad h_i = f(W_i\, h_{i-1} + b_i)",
                r"a = \mathrm{softmax}(W_a\, h_n + b_a)",
                r"y = x \odot a",
            ),
            flow=_dense_flow,
            count="(n + 1)*(D**2 + D)",
            symbols=lambda params, shape: (
                Symbol("D", shape[0], "features"),
                Symbol("n", params.depth, "extra layers"),
            ),
            papers=(_KERAS_ATTENTION,),
            deviations="The original has no extra layers. As there, the outputs are not scaled up "
            "again: at the start they are about D times smaller than the inputs.",
            task="planted-features",
        ),
        source="philipperemy/keras-attention, attention_dense.py (2017)",
        parts=_dense_parts,
    ),
    ModuleEntry(
        name="multi-head-dense",
        title="Multi-head dense attention",
        family="feature",
        fits=FEATURES,
        params=MultiHeadDenseParameters,
        layer="attnlab.modules.feature:MultiHeadDenseAttention",
        summary="Several dense layers with softmax weigh every feature; their mean counts.",
        about=About(
            explanation="Several heads look at all features at once, each through a dense layer "
            "and a softmax of its own, so that each head can pick out something else. Each "
            "feature is multiplied by the mean of its weights. The heads can be looked at one by "
            "one, to see whether they agree.",
            formula=(
                r"a_i = \mathrm{softmax}(W_i\, x + b_i), \quad i = 1 \dots h",
                r"y = x \odot \tfrac{1}{h} \textstyle\sum_i a_i",
            ),
            flow=_multi_head_flow,
            count="h*(D**2 + D)",
            symbols=lambda params, shape: (
                Symbol("D", shape[0], "features"),
                Symbol("h", params.heads, "heads"),
            ),
            papers=(_KERAS_ATTENTION,),
            deviations="The original has one head. Every head sees all features, unlike those of "
            "the Transformer, which share them out; and the outputs are not scaled up again.",
            task="planted-features",
        ),
        source="philipperemy/keras-attention, attention_dense.py (2017), with several heads",
        parts=ablated_parts.without("multi-head-dense", ablated_parts.HEADS),
    ),
    ModuleEntry(
        name="bottleneck-dense",
        title="Bottleneck attention",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:BottleneckDenseAttention",
        summary="Softmax attention over features computed through a narrow hidden layer.",
        about=About(
            explanation="The weights come from two dense layers with a narrow one first, which "
            "forces the module to sum up what it has seen. That takes far fewer parameters than "
            "one wide layer. The softmax makes the weights sum to one, and each feature is "
            "multiplied by its weight.",
            formula=(
                r"a = \mathrm{softmax}\big(W_2\, \mathrm{relu}(W_1 x + b_1) + b_2\big)",
                r"y = x \odot a",
            ),
            flow=_bottleneck_flow,
            count="2*D*h + h + D",
            symbols=_bottleneck_symbols,
            papers=(_KERAS_ATTENTION, HU),
            deviations="Softmax attention and the bottleneck come from different sources; neither "
            "has the two together.",
            task="planted-features",
        ),
        source="philipperemy/keras-attention, with the bottleneck of Hu et al. 2018",
        size_rule=RATIO,
        parts=ablated_parts.without("bottleneck-dense", ablated_parts.BOTTLENECK),
    ),
    ModuleEntry(
        name="feature-gate",
        title="Feature gate",
        family="feature",
        weights="gate",
        fits=FEATURES,
        params=FeatureGateParameters,
        layer="attnlab.modules.feature:FeatureGate",
        summary="The same bottleneck with a sigmoid: each feature is gated on its own.",
        about=About(
            explanation="A narrow and a wide dense layer give every feature a score, as in "
            "bottleneck attention. A sigmoid turns each score into a weight between 0 (closed) and "
            "1 (open) on its own: the weights need not sum to one, so many features can stay open "
            "at once.",
            formula=(
                r"s = \sigma\big(W_2\, \mathrm{relu}(W_1 x + b_1) + b_2\big)",
                r"y = x \odot s",
            ),
            flow=_gate_flow,
            count="2*D*h + h + D",
            symbols=_bottleneck_symbols,
            papers=(HU,),
            deviations="The paper gates the channels of images; here features take their place, so "
            "that there is nothing to average first.",
            task="planted-features",
        ),
        source="Hu et al. 2018 (arXiv 1709.01507), on features instead of channels",
        size_rule=RATIO,
        parts=ablated_parts.without("feature-gate", ablated_parts.BOTTLENECK),
    ),
)
