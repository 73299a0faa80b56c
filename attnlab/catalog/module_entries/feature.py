"""Attention over the features of a vector."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.shared import FEATURES, RATIO, heads_field, ratio_field
from attnlab.spec import ModuleEntry, Parameters, choice, number


class DenseParameters(Parameters):
    """Softmax attention by a dense layer, with hidden layers before it."""

    depth: int = number(
        0,
        low=0,
        high=4,
        title="Extra layers",
        help="Hidden dense layers, as wide as the input, before the softmax.",
    )
    activation: Literal["relu", "tanh", "sigmoid", "softmax", "linear"] = choice(
        "relu", title="Activation", help="What the extra layers apply; without them it is unused."
    )


class MultiHeadDenseParameters(Parameters):
    """Several softmax layers over the features, and their mean."""

    heads: int = heads_field("How many distributions over the features are averaged.")


class BottleneckParameters(Parameters):
    """Feature attention through a narrow hidden layer."""

    ratio: int = ratio_field(4)


FEATURE = (
    ModuleEntry(
        name="dense",
        title="Dense attention",
        family="feature",
        fits=FEATURES,
        params=DenseParameters,
        layer="attnlab.modules.feature:DenseAttention",
        summary="A dense layer with softmax weighs every feature; the weights sum to one.",
        source="philipperemy/keras-attention, attention_dense.py (2017)",
    ),
    ModuleEntry(
        name="multi-head-dense",
        title="Multi-head dense attention",
        family="feature",
        fits=FEATURES,
        params=MultiHeadDenseParameters,
        layer="attnlab.modules.feature:MultiHeadDenseAttention",
        summary="Several dense layers with softmax weigh every feature; their mean counts.",
        source="philipperemy/keras-attention, with several heads",
    ),
    ModuleEntry(
        name="bottleneck-dense",
        title="Bottleneck attention",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:BottleneckDenseAttention",
        summary="Softmax attention over features computed through a narrow hidden layer.",
        source="philipperemy/keras-attention, with the bottleneck of Hu et al. 2018",
        size_rule=RATIO,
    ),
    ModuleEntry(
        name="feature-gate",
        title="Feature gate",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:FeatureGate",
        summary="The same bottleneck with a sigmoid: each feature is gated on its own.",
        source="Hu et al. 2018 (arXiv 1709.01507), on features instead of channels",
        size_rule=RATIO,
    ),
)
