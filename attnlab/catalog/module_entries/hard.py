"""Attention that chooses instead of weighing."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import dense
from attnlab.catalog.module_entries.shared import (
    STEPS,
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
)


class HardParameters(Parameters):
    """Attention that looks at one step alone."""

    mode: Literal["straight-through", "sampled"] = choice(
        "sampled",
        title="Learns by",
        help="Straight-through takes the likeliest step and learns as if it had weighed them all; "
        "sampled draws a step in half of the training samples.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _hard_flow(params: HardParameters, shape: Shape) -> tuple[Step, ...]:
    steps, features = shape
    return (
        dense(features, 1, "product with one query / √D", rows=(steps,), bias=False),
        Step(f"{params.normaliser} over steps", (steps,), weighs=True),
        Step("1 for the likeliest step, 0 for others", (steps,)),
        Step("that step alone", (features,), macs=steps * features),
    )


HARD = (
    ModuleEntry(
        name="hard",
        title="Hard attention",
        family="hard",
        fits=STEPS,
        params=HardParameters,
        layer="attnlab.modules.hard:HardAttention",
        summary="Chooses one step and looks at nothing else.",
        about=About(
            explanation="The steps are scored as in attention pooling, but only the likeliest step "
            "is let through; nothing of the others is seen. A choice has no gradient, so the "
            "module learns in another way: it draws steps at random in half of the training "
            "samples (sampled), or pretends to have weighed all of them (straight-through).",
            formula=(
                r"p = \mathrm{softmax}_t\big(h_t \cdot w / \sqrt{D}\big)",
                r"i = \mathrm{argmax}_t\; p_t \quad\text{(or drawn: } i \sim p\text{)}",
                r"y = h_i",
            ),
            flow=_hard_flow,
            count="D",
            symbols=lambda params, shape: (Symbol("D", shape[1], "features of a step"),),
            papers=(
                Paper(
                    "Bengio et al.: Estimating or propagating gradients through stochastic neurons",
                    2013,
                    "https://arxiv.org/abs/1308.3432",
                ),
                Paper("Xu et al.: Show, attend and tell", 2015, "https://arxiv.org/abs/1502.03044"),
            ),
            deviations="The paper rewards a drawn step by how likely it made the answer, less a "
            "moving average. A layer does not see the loss; here the gradient of the loss says how "
            "much better the drawn step was than the weighted sum.",
            task="keyword-text",
        ),
        source="Xu et al. 2015 (arXiv 1502.03044); Bengio et al. 2013 (arXiv 1308.3432)",
        parts=ablated_parts.hard,
    ),
)
