"""Attention between the steps of one sequence, or of two."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    SHARED_OUT,
    STEPS,
    NoParameters,
    heads_field,
)
from attnlab.spec import ModuleEntry, Parameters, choice, number


class SelfAttentionParameters(Parameters):
    """Attention of every step to every step, by several heads."""

    heads: int = heads_field("How many heads share the features of a step out.")
    norm: Literal["layer", "batch"] = choice(
        "layer",
        title="Norm",
        help="What follows the residual: layer norm normalises each step, batch norm each feature.",
    )


class TransformerEncoderParameters(Parameters):
    """Self-attention and a feed-forward network, each with a residual and a norm."""

    heads: int = heads_field("How many heads share the features of a step out.")
    units: int = number(
        64,
        low=4,
        high=512,
        step=4,
        title="Feed-forward units",
        help="How wide the hidden layer is that follows the attention.",
    )
    dropout: float = number(
        0.1,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Dropout",
        advanced=True,
        help="The share of what each half adds to the sequence that is dropped in training.",
    )
    norm: Literal["layer", "batch"] = choice(
        "layer",
        title="Norm",
        help="What follows a residual: layer norm normalises each step, batch norm each feature.",
    )


class BahdanauParameters(Parameters):
    """Additive attention between two sequences."""

    units: int = number(
        0,
        low=0,
        high=256,
        step=8,
        title="Attention units",
        help="How wide the network is that compares a query with a value; 0 makes it as wide as a "
        "query.",
    )


class LuongParameters(Parameters):
    """Multiplicative attention between two sequences."""

    score: Literal["dot", "general", "concat"] = choice(
        "general",
        title="Score",
        help="How a query is compared with a value: by their product, by a product with learned "
        "weights in between, or by a small network.",
    )


SEQUENCE = (
    ModuleEntry(
        name="self-attention",
        title="Self-attention",
        family="sequence",
        fits=STEPS,
        params=SelfAttentionParameters,
        layer="attnlab.modules.sequence:SelfAttention",
        summary="Every step looks at all steps through several heads; residual, then norm.",
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=SHARED_OUT,
    ),
    ModuleEntry(
        name="transformer-encoder",
        title="Transformer encoder",
        family="sequence",
        fits=STEPS,
        params=TransformerEncoderParameters,
        layer="attnlab.modules.sequence:TransformerEncoder",
        summary="Multi-head self-attention, then a feed-forward network for each step.",
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=SHARED_OUT,
    ),
    ModuleEntry(
        name="bahdanau",
        title="Bahdanau attention",
        family="sequence",
        fits=ALIGNMENT,
        params=BahdanauParameters,
        layer="attnlab.modules.alignment:BahdanauAttention",
        summary="A small network compares every query with every value.",
        source="Bahdanau et al. 2015 (arXiv 1409.0473)",
    ),
    ModuleEntry(
        name="luong",
        title="Luong attention",
        family="sequence",
        fits=ALIGNMENT,
        params=LuongParameters,
        layer="attnlab.modules.alignment:LuongAttention",
        summary="A product compares every query with every value.",
        source="Luong et al. 2015 (arXiv 1508.04025)",
    ),
    ModuleEntry(
        name="scaled-dot",
        title="Scaled dot product",
        family="sequence",
        fits=ALIGNMENT,
        params=NoParameters,
        layer="attnlab.modules.alignment:ScaledDotAttention",
        summary="The product of query and value, scaled; nothing to learn.",
        learns=False,
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
    ),
)
