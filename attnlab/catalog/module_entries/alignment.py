"""Attention of one sequence to another."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import contexts, dense, products, queries_and_keys
from attnlab.catalog.module_entries.papers import BAHDANAU, LUONG, VASWANI
from attnlab.catalog.module_entries.shared import (
    ALIGNMENT,
    Normalised,
    NormalisedParameters,
    Normaliser,
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
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class LuongParameters(Parameters):
    """Multiplicative attention between two sequences."""

    score: Literal["dot", "general", "concat"] = choice(
        "general",
        title="Score",
        help="How a query is compared with a value: by their product, by a product with learned "
        "weights in between, or by a small network.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


Pair = tuple[Shape, Shape]
"""The shapes of queries and values."""


def _additive(params: Normalised, given: Pair, units: int) -> tuple[Step, ...]:
    """Every query compared with every value by a small network, up to the contexts."""
    (asking, width), (steps, features) = queries, values = given
    return (
        *queries_and_keys(
            dense(width, units, "dense, of the queries", rows=(asking,), bias=False),
            dense(features, units, "dense, of the values", rows=(steps,), bias=False),
        ),
        Step("sum of every pair, tanh", (asking, steps, units)),
        dense(units, 1, "dense: scores", rows=(asking, steps), bias=False),
        _normalised(params, given),
        contexts(queries, values),
    )


def _normalised(params: Normalised, given: Pair) -> Step:
    (asking, _), (steps, _) = given
    return Step(f"{params.normaliser} over values", (asking, steps), weighs=True)


def _bahdanau_flow(params: BahdanauParameters, given: Pair) -> tuple[Step, ...]:
    return _additive(params, given, params.units or given[0][-1])


def _luong_flow(params: LuongParameters, given: Pair) -> tuple[Step, ...]:
    (asking, width), (steps, features) = queries, values = given
    if params.score == "concat":
        return _additive(params, given, width)
    keys = dense(features, width, "dense, of the values", rows=(steps,), bias=False)
    return (
        *([keys] if params.score == "general" else []),
        products(asking, steps, width, "product of every query and value"),
        _normalised(params, given),
        contexts(queries, values),
    )


def _luong_parts(params: LuongParameters) -> ablated_parts.Parts:
    """The learned weights between queries and values."""
    left = ablated_parts.arm("luong", params, score="dot")
    return {"the learned weights": left} if params.score == "general" else {}


def _scaled_dot_flow(params: Normalised, given: Pair) -> tuple[Step, ...]:
    (asking, width), (steps, _) = queries, values = given
    scores = products(asking, steps, width, f"product of every pair / √{width}")
    return scores, _normalised(params, given), contexts(queries, values)


_PAIR = (
    r"a_i = \mathrm{softmax}_t(e_{it})",
    r"y_{i} = \textstyle\sum_t a_{it}\, h_t",
)
"""How the scores of queries and values become contexts."""


BETWEEN_SEQUENCES = (
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
        parts=_luong_parts,
    ),
    ModuleEntry(
        name="scaled-dot",
        title="Scaled dot product",
        family="sequence",
        fits=ALIGNMENT,
        params=NormalisedParameters,
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
