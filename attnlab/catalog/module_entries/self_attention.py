"""Further attention between the steps of one sequence."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import contexts, dense, lane, products, queries_and_keys
from attnlab.catalog.module_entries.papers import BAHDANAU
from attnlab.catalog.module_entries.sequence import (
    SelfAttentionParameters,
    norm_step,
    norm_symbol,
)
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
    Paper,
    Parameters,
    Shape,
    Step,
    Symbol,
    choice,
    number,
)


class AdditiveSelfParameters(Parameters):
    """Every step compared with every step by a small network."""

    units: int = number(
        32,
        low=4,
        high=128,
        step=4,
        title="Attention units",
        help="How wide the network is that compares two steps.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class LinearAttentionParameters(Parameters):
    """Attention of every step to every step without a softmax."""

    heads: int = heads_field("How many heads share the features of a step out.")
    norm: Literal["layer", "batch"] = choice(
        "layer",
        title="Norm",
        help="What follows the residual: layer norm normalises each step, batch norm each feature.",
    )


class RelativeParameters(SelfAttentionParameters):
    """Self-attention that knows how far apart steps are."""

    reach: int = number(
        8, low=1, high=64, title="Reach", help="From which distance between steps on all are alike."
    )


def _additive_flow(params: AdditiveSelfParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    return (
        *queries_and_keys(
            dense(features, params.units, "dense, of who asks", rows=(steps,)),
            dense(features, params.units, "dense, of who is asked", rows=(steps,), bias=False),
        ),
        Step("sum of every pair, tanh", (steps, steps, params.units)),
        dense(params.units, 1, "dense: scores", rows=(steps, steps), bias=False),
        Step(f"{params.normaliser} over steps", (steps, steps), weighs=True),
        contexts(shape, shape, "sum of the steps times their weights"),
    )


def _projections(shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    return tuple(
        dense(features, features, f"dense: {projection}", rows=(steps,))
        for projection in ("queries Q", "keys K", "values V")
    )


def _linear_flow(params: LinearAttentionParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    width = features // params.heads
    work = steps * features * width
    queries, keys, values = _projections(shape)
    return (
        *lane("queries", queries, Step("f = elu + 1 of Q", shape)),
        *lane("sums", *lane("keys", keys, Step("f = elu + 1 of K", shape)), *lane("v", values)),
        *lane("sums", Step("sum of f(K)ᵀ V", (params.heads, width, width), macs=work)),
        Step("f(Q) times that, in each head", shape, macs=work),
        Step("over f(Q) times the sum of f(K)", shape, macs=steps * features, weighs=True),
        dense(features, features, "dense", rows=(steps,)),
        norm_step(params, shape),
    )


def _relative_flow(params: RelativeParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    width = features // params.heads
    pairs, table = (params.heads, steps, steps), (2 * params.reach + 1) * width
    work = steps * steps * features
    queries, keys, values = _projections(shape)
    scores = (
        *queries_and_keys(queries, keys),
        products(steps, steps, features, "Q Kᵀ", heads=(params.heads,)),
        Step("plus Q times the vector of the distance", pairs, parameters=table, macs=work),
        Step(f"over √{width}, {params.normaliser} in each head", pairs, weighs=True),
    )
    return (
        *lane("scores", *scores),
        *lane("values", values),
        contexts(shape, shape, "weights times V"),
        Step("plus weights times vectors of distances", shape, parameters=table, macs=work),
        dense(features, features, "dense", rows=(steps,)),
        norm_step(params, shape),
    )


def _relative_parts(params: RelativeParameters) -> ablated_parts.Parts:
    """The distances; fewer heads would be wider ones, whose distances have more parameters."""
    return {"the distances": ablated_parts.arm("self-attention", params)}


SELF_ATTENTION = (
    ModuleEntry(
        name="additive-self",
        title="Additive self-attention",
        family="sequence",
        fits=STEPS,
        params=AdditiveSelfParameters,
        layer="attnlab.modules.self_attention:AdditiveSelfAttention",
        summary="A small network compares every step with every step.",
        about=About(
            explanation="Every step asks all steps, as in self-attention, but a small network "
            "instead of a product says how well two of them go together. The softmax makes weights "
            "of the scores, and each step becomes the weighted sum of all steps. It has one head, "
            "and nothing is added to the sum.",
            formula=(
                r"e_{ij} = v \cdot \tanh(W x_i + U x_j + b)",
                r"a_i = \mathrm{softmax}_j(e_{ij})",
                r"y_{i} = \textstyle\sum_j a_{ij}\, x_j",
            ),
            flow=_additive_flow,
            count="2*D*u + 2*u",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                Symbol("u", params.units, "attention units"),
            ),
            papers=(
                BAHDANAU,
                Paper(
                    "Zheng et al.: OpenTag, open attribute value extraction",
                    2018,
                    "https://arxiv.org/abs/1806.01264",
                ),
            ),
            deviations="The second paper weighs by a sigmoid, and what it adds to the score is "
            "left out; here the softmax makes weights that sum to one, as in the first.",
            task="keyword-text",
        ),
        source="Zheng et al. 2018 (arXiv 1806.01264), with the softmax of Bahdanau et al. 2015",
    ),
    ModuleEntry(
        name="linear",
        title="Linear attention",
        family="sequence",
        fits=STEPS,
        params=LinearAttentionParameters,
        layer="attnlab.modules.self_attention:LinearAttention",
        summary="Self-attention without a softmax, at a cost that grows with the steps.",
        about=About(
            explanation="In place of the softmax, queries and keys are made positive, and their "
            "product is the weight. Then the sum over the steps can be taken first, once for all "
            "that ask, and twice the steps cost twice as much, not four times. What was found is "
            "added to the step and normalised, as in self-attention.",
            formula=(
                r"f(z) = \mathrm{elu}(z) + 1, \quad"
                r" c_i = \frac{f(q_i)^\top \sum_j f(k_j)\, v_j^\top}{f(q_i)^\top \sum_j f(k_j)}",
                r"y = \mathrm{norm}\big(x + [c_1; \dots; c_h]\, W^O + b^O\big)",
            ),
            flow=_linear_flow,
            count="4*D**2 + 4*D + n*D",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                norm_symbol(params),
            ),
            papers=(
                Paper(
                    "Katharopoulos et al.: Transformers are RNNs, linear attention",
                    2020,
                    "https://arxiv.org/abs/2006.16236",
                ),
            ),
            deviations="What surrounds it is that of self-attention here. The weights of every "
            "pair of steps are computed only to be shown.",
            task="keyword-text",
        ),
        source="Katharopoulos et al. 2020 (arXiv 2006.16236)",
        size_rule=HEADS,
        parts=ablated_parts.without("linear", ablated_parts.HEADS),
    ),
    ModuleEntry(
        name="relative",
        title="Relative positions",
        family="sequence",
        fits=STEPS,
        params=RelativeParameters,
        layer="attnlab.modules.self_attention:RelativeSelfAttention",
        summary="Self-attention that knows how far apart two steps are.",
        about=About(
            explanation="Self-attention alone does not know the order of the steps. Here each "
            "distance between two steps, up to some reach, has two learned vectors: one that a "
            "query is compared with beside the key, and one that is taken in beside the value. So "
            "a step can look for its neighbours, wherever it stands.",
            formula=(
                r"A_i = \mathrm{softmax}\big((Q_i K_i^\top + Q_i P^\top) / \sqrt{D / h}\big)",
                r"c = [A_1 (V_1 + R); \dots; A_h (V_h + R)]\, W^O + b^O",
                r"y = \mathrm{norm}(x + c)",
            ),
            flow=_relative_flow,
            count="4*D**2 + 4*D + 2*(2*r + 1)*k + n*D",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                Symbol("k", shape[1] // params.heads, "features of a head"),
                Symbol("r", params.reach, "reach"),
                norm_symbol(params),
            ),
            papers=(
                Paper(
                    "Shaw et al.: Self-attention with relative position representations",
                    2018,
                    "https://arxiv.org/abs/1803.02155",
                ),
            ),
            deviations="What surrounds it is that of self-attention here, with biases and without "
            "dropout.",
            task="keyword-text",
        ),
        source="Shaw et al. 2018 (arXiv 1803.02155)",
        size_rule=HEADS,
        parts=_relative_parts,
    ),
)
