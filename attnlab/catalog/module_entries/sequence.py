"""Attention between the steps of one sequence, or of two."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import (
    batch_norm,
    contexts,
    dense,
    layer_norm,
    products,
)
from attnlab.catalog.module_entries.papers import BAHDANAU, LUONG, VASWANI
from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    SHARED_OUT,
    STEPS,
    NoParameters,
    heads_field,
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


Pair = tuple[Shape, Shape]


def _norm(params: SelfAttentionParameters | TransformerEncoderParameters, shape: Shape) -> Step:
    if params.norm == "layer":
        return layer_norm(shape, "plus x, layer norm")
    return batch_norm(shape, "plus x, batch norm")


def _self_attention_flow(
    params: SelfAttentionParameters | TransformerEncoderParameters, shape: Shape
) -> tuple[Step, ...]:
    steps, features = shape
    words = f"Q Kᵀ / √{features // params.heads}, softmax in each head"
    scores = products(steps, steps, features, words, heads=(params.heads,))
    return (
        *(
            dense(features, features, f"dense: {made}", rows=(steps,))
            for made in ("queries Q", "keys K", "values V")
        ),
        replace(scores, weighs=True),
        contexts(shape, shape, "weights times V, heads side by side"),
        dense(features, features, "dense", rows=(steps,)),
        _norm(params, shape),
    )


def _encoder_flow(params: TransformerEncoderParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    last = replace(_norm(params, shape), operation=f"plus what went in, {params.norm} norm")
    return (
        *_self_attention_flow(params, shape),
        dense(features, params.units, "dense, relu", rows=(steps,)),
        dense(params.units, features, "dense", rows=(steps,)),
        last,
    )


def _norm_symbol(params: SelfAttentionParameters | TransformerEncoderParameters) -> Symbol:
    values = 2 if params.norm == "layer" else 4
    return Symbol("n", values, "values a feature in a norm: 2 in layer norm, 4 in batch norm")


def _additive(given: Pair, units: int) -> tuple[Step, ...]:
    """Every query compared with every value by a small network, up to the contexts."""
    (asking, width), (steps, features) = queries, values = given
    return (
        dense(width, units, "dense, of the queries", rows=(asking,), bias=False),
        dense(features, units, "dense, of the values", rows=(steps,), bias=False),
        Step("sum of every pair, tanh", (asking, steps, units)),
        dense(units, 1, "dense: scores", rows=(asking, steps), bias=False),
        _softmax(given),
        contexts(queries, values),
    )


def _softmax(given: Pair) -> Step:
    (asking, _), (steps, _) = given
    return Step("softmax over values", (asking, steps), weighs=True)


def _bahdanau_flow(params: BahdanauParameters, given: Pair) -> tuple[Step, ...]:
    return _additive(given, params.units or given[0][-1])


def _luong_flow(params: LuongParameters, given: Pair) -> tuple[Step, ...]:
    (asking, width), (steps, features) = queries, values = given
    if params.score == "concat":
        return _additive(given, width)
    keys = dense(features, width, "dense, of the values", rows=(steps,), bias=False)
    return (
        *([keys] if params.score == "general" else []),
        products(asking, steps, width, "product of every query and value"),
        _softmax(given),
        contexts(queries, values),
    )


def _scaled_dot_flow(params: NoParameters, given: Pair) -> tuple[Step, ...]:
    (asking, width), (steps, _) = queries, values = given
    scores = products(asking, steps, width, f"product of every pair / √{width}")
    return scores, _softmax(given), contexts(queries, values)


_PAIR = (
    r"a_i = \mathrm{softmax}_t(e_{it})",
    r"y_{i} = \textstyle\sum_t a_{it}\, h_t",
)
"""How the scores of queries and values become contexts."""


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
                _norm_symbol(params),
            ),
            papers=(VASWANI,),
            deviations="All four dense layers have biases, as in most implementations, and there "
            "is no dropout. Batch norm in place of layer norm is ours, to compare the two. Nothing "
            "tells the steps' order: that is left to the network.",
            task="keyword-text",
        ),
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=SHARED_OUT,
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
                _norm_symbol(params),
            ),
            papers=(VASWANI,),
            deviations="All dense layers have biases. Batch norm in place of layer norm is ours. "
            "Nothing tells the steps' order: that is left to the network.",
            task="keyword-text",
        ),
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        size_rule=SHARED_OUT,
        parts=ablated_parts.transformer_encoder,
    ),
    ModuleEntry(
        name="bahdanau",
        title="Bahdanau attention",
        family="sequence",
        fits=ALIGNMENT,
        params=BahdanauParameters,
        layer="attnlab.modules.alignment:BahdanauAttention",
        summary="A small network compares every query with every value.",
        about=About(
            explanation="Two sequences are aligned: the queries, such as the states of a decoder "
            "that writes, and the values, such as what an encoder has read. A small network "
            "scores how well each query goes with each value, and the softmax makes weights of "
            "the scores. Every query gets a context, the weighted sum of the values.",
            formula=(r"e_{it} = v \cdot \tanh(W s_i + U h_t)", *_PAIR),
            flow=_bahdanau_flow,
            count="2*D*u + u",
            symbols=lambda params, given: (
                Symbol("D", given[0][-1], "features"),
                Symbol("u", params.units or given[0][-1], "attention units"),
            ),
            papers=(BAHDANAU,),
            deviations="The paper asks with the state of the decoder before each step, one after "
            "the other; here all queries are given at once.",
            task="reverse",
        ),
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
        about=About(
            explanation="As in Bahdanau attention, every query looks for what it needs among the "
            "values of another sequence. Here a product says how well the two go together, which "
            "is faster than a network: as they are, with learned weights in between, or by a small "
            "network after all. Every query gets the weighted sum of the values.",
            formula=(
                r"e_{it} = s_i \cdot h_t \quad\text{(dot)}",
                r"e_{it} = s_i \cdot W h_t \quad\text{(general)}",
                r"e_{it} = v \cdot \tanh(W [s_i; h_t]) \quad\text{(concat)}",
                *_PAIR,
            ),
            flow=_luong_flow,
            count="g*D**2 + c*(2*D**2 + D)",
            symbols=lambda params, given: (
                Symbol("D", given[0][-1], "features"),
                Symbol("g", int(params.score == "general"), "1 for general, else 0"),
                Symbol("c", int(params.score == "concat"), "1 for concat, else 0"),
            ),
            papers=(LUONG,),
            deviations="The layer with tanh that joins context and query in the paper belongs to "
            "the network. The weights of the concatenation are kept as two halves, each with a "
            "start of its own.",
            task="reverse",
        ),
        source="Luong et al. 2015 (arXiv 1508.04025)",
        parts=ablated_parts.luong,
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
        about=About(
            explanation="Every query is multiplied with every value, and the softmax makes weights "
            "of the products. They are divided by the root of the number of features first: the "
            "sum of many products is large, and the softmax would put everything on one value. "
            "There is nothing to learn, so the network must bring queries and values together.",
            formula=(r"e_{it} = s_i \cdot h_t / \sqrt{D}", *_PAIR),
            flow=_scaled_dot_flow,
            count="0",
            symbols=lambda params, given: (),
            papers=(VASWANI,),
            deviations="None. The learned projections of queries, keys and values stand around it "
            "in the paper; with them it is self-attention.",
            task="reverse",
        ),
        source="Vaswani et al. 2017 (arXiv 1706.03762)",
        parts=ablated_parts.scaled_dot,
    ),
)
