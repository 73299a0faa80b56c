"""Attention between the steps of one sequence."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal, Protocol

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import (
    batch_norm,
    contexts,
    dense,
    lane,
    layer_norm,
    products,
    queries_and_keys,
)
from attnlab.catalog.module_entries.papers import VASWANI
from attnlab.catalog.module_entries.shared import (
    HEADS,
    STEPS,
    Normaliser,
    heads_field,
    normaliser_field,
    temperature_field,
)
from attnlab.spec import (
    About,
    ModuleEntry,
    Parameters,
    Shape,
    Step,
    Symbol,
    choice,
    number,
)


class SelfAttentionParameters(Parameters):
    """Attention of every step to every step, by several heads."""

    heads: int = heads_field("How many heads share the features of a step out.")
    norm: Literal["layer", "batch"] = choice(
        "layer",
        title="Norm",
        help="What follows the residual: layer norm normalises each step, batch norm each feature.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


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
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class Normed(Protocol):
    """The parameters of a module that normalises after its residual."""

    @property
    def norm(self) -> Literal["layer", "batch"]: ...


def norm_step(params: Normed, shape: Shape) -> Step:
    """The sum with what went in, normalised."""
    if params.norm == "layer":
        return layer_norm(shape, "plus x, layer norm")
    return batch_norm(shape, "plus x, batch norm")


def _self_attention_flow(
    params: SelfAttentionParameters | TransformerEncoderParameters, shape: Shape
) -> tuple[Step, ...]:
    steps, features = shape
    label = f"Q Kᵀ / √{features // params.heads}, {params.normaliser} in each head"
    scores = products(steps, steps, features, label, heads=(params.heads,))
    queries, keys, values = (
        dense(features, features, f"dense: {projection}", rows=(steps,))
        for projection in ("queries Q", "keys K", "values V")
    )
    return (
        *lane("scores", *queries_and_keys(queries, keys), replace(scores, weighs=True)),
        *lane("values", values),
        contexts(shape, shape, "weights times V, heads side by side"),
        dense(features, features, "dense", rows=(steps,)),
        norm_step(params, shape),
    )


def _encoder_flow(params: TransformerEncoderParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    second_norm = replace(
        norm_step(params, shape), operation=f"plus what went in, {params.norm} norm"
    )
    return (
        *_self_attention_flow(params, shape),
        dense(features, params.units, "dense, relu", rows=(steps,)),
        dense(params.units, features, "dense", rows=(steps,)),
        second_norm,
    )


def norm_symbol(params: Normed) -> Symbol:
    """What a norm costs, as a letter of the formula."""
    values = 2 if params.norm == "layer" else 4
    return Symbol("n", values, "values a feature in a norm: 2 in layer norm, 4 in batch norm")


SEQUENCE = (
    ModuleEntry(
        name="self-attention",
        title="Self-attention",
        family="sequence",
        fits=STEPS,
        params=SelfAttentionParameters,
        layer="attnlab.modules.sequence:SelfAttention",
        summary="Every step looks at all steps through several heads; residual, then norm.",
        about=About(
            explanation="Every step asks with a query, is found by its key and answers with its "
            "value. In each head, the query of a step is compared with the keys of all steps, and "
            "the softmax makes weights of the scores: the step takes in a mixture of all values. "
            "What the heads found is added to the step, and the sum is normalised.",
            formula=(
                r"Q_i = x\, W^Q_i + b^Q_i, \quad\text{and so } K_i, V_i",
                r"A_i = \mathrm{softmax}\big(Q_i K_i^\top / \sqrt{D / h}\big)",
                r"c = [A_1 V_1; \dots; A_h V_h]\, W^O + b^O",
                r"y = \mathrm{norm}(x + c)",
            ),
            flow=_self_attention_flow,
            count="4*D**2 + 4*D + n*D",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                norm_symbol(params),
            ),
            papers=(VASWANI,),
            deviations="All four dense layers have biases, as in most implementations, and there "
            "is no dropout. Batch norm in place of layer norm is ours, to compare the two. Nothing "
            "tells the steps' order: that is left to the network.",
            task="keyword-text",
        ),
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=HEADS,
        parts=ablated_parts.without("self-attention", ablated_parts.HEADS),
    ),
    ModuleEntry(
        name="transformer-encoder",
        title="Transformer encoder",
        family="sequence",
        fits=STEPS,
        params=TransformerEncoderParameters,
        layer="attnlab.modules.sequence:TransformerEncoder",
        summary="Multi-head self-attention, then a feed-forward network for each step.",
        about=About(
            explanation="It is one layer of a Transformer's encoder, in two halves. In the first, "
            "every step takes in what matters to it from all steps, by self-attention with several "
            "heads. In the second, a small network works on each step alone. Both add to what went "
            "in, and the sums are normalised.",
            formula=(
                r"A_i = \mathrm{softmax}\big(Q_i K_i^\top / \sqrt{D / h}\big)",
                r"c = [A_1 V_1; \dots; A_h V_h]\, W^O + b^O",
                r"z = \mathrm{norm}(x + c)",
                r"y = \mathrm{norm}\big(z + W_2\, \mathrm{relu}(W_1 z + b_1) + b_2\big)",
            ),
            flow=_encoder_flow,
            count="4*D**2 + 2*D*f + 5*D + f + 2*n*D",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                Symbol("f", params.units, "feed-forward units"),
                norm_symbol(params),
            ),
            papers=(VASWANI,),
            deviations="All dense layers have biases. Batch norm in place of layer norm is ours. "
            "Nothing tells the steps' order: that is left to the network.",
            task="keyword-text",
        ),
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=HEADS,
        parts=ablated_parts.transformer_encoder,
    ),
)
