"""Attention that sums up the steps of a sequence, or weighs them."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import dense, queries_and_keys, summed, weighed
from attnlab.catalog.module_entries.papers import BAHDANAU, LUONG, VASWANI
from attnlab.catalog.module_entries.shared import (
    STEPS,
    Normalised,
    NormalisedParameters,
    Normaliser,
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


class HierarchicalParameters(Parameters):
    """Attention over steps through a small network and a learned context."""

    units: int = number(
        32,
        low=4,
        high=128,
        step=4,
        title="Attention units",
        help="How wide the layer is that compares each step with the learned context.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class LastQueryParameters(Parameters):
    """Attention of the last step to all others."""

    score: Literal["luong", "bahdanau"] = choice(
        "luong",
        title="Score",
        help="How the last step is compared with the others: by a product (Luong) or by a small "
        "network (Bahdanau).",
    )
    units: int = number(
        0,
        low=0,
        high=128,
        step=8,
        title="Output units",
        advanced=True,
        help="How wide the answer is that joins the summary with the last step; 0 makes it as wide "
        "as a step.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class StepDenseParameters(Parameters):
    """Attention by a dense layer over time."""

    shared: bool = choice(
        False,
        title="Shared by features",
        help="Whether all features weigh the steps alike, or each has weights of its own.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _over_steps(params: Normalised, steps: int) -> Step:
    return Step(f"{params.normaliser} over steps", (steps,), weighs=True)


def _pool_flow(params: Normalised, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    scores = dense(features, 1, "product with one query / √D", rows=(steps,), bias=False)
    return scores, _over_steps(params, steps), summed(steps, features)


def _step_dense_flow(params: StepDenseParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    scores = dense(
        steps,
        steps,
        f"dense over time, {params.normaliser}",
        rows=(features,),
        weighs=not params.shared,
    )
    mean = Step("mean over features", (steps,), weighs=True)
    transposed = Step("turned: time last", (features, steps))
    return transposed, scores, *([mean] if params.shared else []), weighed(shape)


def _last_query_flow(params: LastQueryParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    keys = dense(features, features, "dense", rows=(steps,), bias=False)
    comparison: tuple[Step, ...]
    if params.score == "luong":
        comparison = (keys, Step("product with the last step", (steps,), macs=steps * features))
    else:
        last = dense(features, features, "dense, of the last step", bias=False)
        comparison = (
            *queries_and_keys(last, keys),
            Step("sum of both, tanh", shape),
            dense(features, 1, "dense", rows=(steps,), bias=False),
        )
    return (
        *comparison,
        _over_steps(params, steps),
        summed(steps, features),
        Step("joined with the last step", (2 * features,)),
        dense(2 * features, params.units or features, "dense, tanh", bias=False),
    )


def _hierarchical_flow(params: HierarchicalParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    return (
        dense(features, params.units, "dense, tanh", rows=(steps,)),
        dense(params.units, 1, "product with the context", rows=(steps,), bias=False),
        _over_steps(params, steps),
        summed(steps, features),
    )


TEMPORAL = (
    ModuleEntry(
        name="attention-pool",
        title="Attention pooling",
        family="temporal",
        fits=STEPS,
        params=NormalisedParameters,
        layer="attnlab.modules.temporal:AttentionPool",
        summary="One learned query weighs every step; the weighted sum is the answer.",
        about=About(
            explanation="The module learns one query, a vector that says what to look for. Each "
            "step of the sequence is compared with it, and the softmax turns the scores into "
            "weights that sum to one. The answer is the weighted sum of the steps, so that a "
            "sequence of any length becomes one vector. Padded steps weigh exactly 0.",
            formula=(
                r"\alpha = \mathrm{softmax}_t\big(h_t \cdot w / \sqrt{D}\big)",
                r"y = \textstyle\sum_t \alpha_t h_t",
            ),
            flow=_pool_flow,
            count="D",
            symbols=lambda params, shape: (Symbol("D", shape[1], "features of a step"),),
            papers=(VASWANI,),
            deviations="The paper computes its queries from the sequence; here one query is "
            "learned for all samples.",
            task="planted-steps",
        ),
        source="The scaled dot product of Vaswani et al. 2017 (arXiv 1706.03762)",
    ),
    ModuleEntry(
        name="step-dense",
        title="Dense attention over time",
        family="temporal",
        fits=STEPS,
        params=StepDenseParameters,
        layer="attnlab.modules.step_dense:StepDenseAttention",
        summary="A dense layer over time with softmax weighs the steps of every feature.",
        about=About(
            explanation="A dense layer looks at one feature at all times and gives every step a "
            "weight; the softmax makes the weights of a feature sum to one. Each step is "
            "multiplied by its weight and the sequence is kept, for a later layer to sum up. The "
            "layer has one weight for each pair of steps, so the length of the sequence is fixed.",
            formula=(
                r"a_d = \mathrm{softmax}_t(W x_{\cdot d} + b)",
                r"y_{td} = x_{td}\, a_{dt}",
            ),
            flow=_step_dense_flow,
            count="T**2 + T",
            symbols=lambda params, shape: (Symbol("T", shape[0], "steps"),),
            papers=(
                Paper(
                    "philipperemy/keras-attention, attention_lstm.py",
                    2017,
                    "https://github.com/philipperemy/keras-attention",
                ),
            ),
            deviations="Padded steps weigh exactly 0, which the original does not care for. As "
            "there, the outputs are not scaled up again: at the start they are about T times "
            "smaller than the inputs.",
            task="planted-steps",
        ),
        source="philipperemy/keras-attention, attention_lstm.py (2017)",
    ),
    ModuleEntry(
        name="last-query",
        title="Last step asks",
        family="temporal",
        fits=STEPS,
        params=LastQueryParameters,
        layer="attnlab.modules.temporal:LastQueryAttention",
        summary="Compares every step with the last one, and answers with both.",
        about=About(
            explanation="The last step of the sequence asks which earlier steps matter to it. "
            "Every step is scored against it, by a product (Luong) or by a small network "
            "(Bahdanau), and the softmax makes weights of the scores. The weighted sum of the "
            "steps and the last step together become the answer.",
            formula=(
                r"e_t = h_T \cdot W h_t \quad\text{(Luong)}",
                r"e_t = v \cdot \tanh(W_1 h_T + W_2 h_t) \quad\text{(Bahdanau)}",
                r"\alpha = \mathrm{softmax}_t(e_t)",
                r"y = \tanh\big(W_c\, [\textstyle\sum_t \alpha_t h_t;\, h_T]\big)",
            ),
            flow=_last_query_flow,
            count="(1 + s)*D**2 + s*D + 2*D*u",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                Symbol("u", params.units or shape[1], "output units"),
                Symbol("s", int(params.score == "bahdanau"), "1 for Bahdanau, 0 for Luong"),
            ),
            papers=(LUONG, BAHDANAU),
            deviations="Both papers translate, and a decoder asks; here the last step asks about "
            "its own sequence, to classify it, as philipperemy/keras-attention does.",
            task="planted-steps",
        ),
        source="Luong et al. 2015 (arXiv 1508.04025); Bahdanau et al. 2015 (arXiv 1409.0473)",
    ),
    ModuleEntry(
        name="han",
        title="Hierarchical attention",
        family="temporal",
        fits=STEPS,
        params=HierarchicalParameters,
        layer="attnlab.modules.temporal:HierarchicalPool",
        summary="A small network compares every step with a learned context; sums them up.",
        about=About(
            explanation="A dense layer looks at each step on its own, and the result is compared "
            "with a learned context, a vector that stands for what is informative. The softmax "
            "makes weights of the scores, and the answer is the weighted sum of the steps. In "
            "documents it is used twice: over the words of a sentence, then over the sentences.",
            formula=(
                r"u_t = \tanh(W h_t + b)",
                r"\alpha = \mathrm{softmax}_t(u_t \cdot u_w)",
                r"y = \textstyle\sum_t \alpha_t h_t",
            ),
            flow=_hierarchical_flow,
            count="D*a + 2*a",
            symbols=lambda params, shape: (
                Symbol("D", shape[1], "features of a step"),
                Symbol("a", params.units, "attention units"),
            ),
            papers=(
                Paper(
                    "Yang et al.: Hierarchical attention networks for document classification",
                    2016,
                    "https://aclanthology.org/N16-1174",
                ),
            ),
            deviations="None in the module itself; the paper stacks two of them on recurrent "
            "layers.",
            task="documents",
        ),
        source="Yang et al. 2016 (aclanthology.org/N16-1174)",
        parts=ablated_parts.han,
    ),
)
