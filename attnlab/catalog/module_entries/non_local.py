"""Attention of every place of an image to all others."""

from __future__ import annotations

from attnlab.catalog.module_entries.flow import (
    batch_norm,
    contexts,
    dense,
    hidden_units,
    lane,
    products,
    queries_and_keys,
)
from attnlab.catalog.module_entries.shared import (
    IMAGE,
    RATIO,
    Normaliser,
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
    number,
)


class NonLocalParameters(Parameters):
    """Self-attention of an image."""

    ratio: int = ratio_field(8)
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class DoubleAttentionParameters(Parameters):
    """Summaries gathered and dealt out."""

    ratio: int = ratio_field(4)
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


class ExternalParameters(Parameters):
    """Comparison with a learned memory."""

    memory: int = number(
        64,
        low=4,
        high=256,
        step=4,
        title="Memory",
        help="How many keys and values the memory has that all images share.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _non_local_units(params: NonLocalParameters, channels: int) -> int:
    return max(8, channels // params.ratio)


def _non_local_flow(params: NonLocalParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    units, places = _non_local_units(params, channels), height * width
    rows, row = (height, width), (places, units)
    queries, keys, values = (
        dense(channels, units, f"dense: {name}", rows=rows)
        for name in ("queries T", "keys P", "values G")
    )
    scores = (
        *queries_and_keys(queries, keys),
        products(places, places, units, f"T Pᵀ / √{channels}"),
        Step(f"{params.normaliser} over places", (places, places), weighs=True),
    )
    return (
        *lane("scores", *scores),
        *lane("values", values),
        contexts(row, row, "weights times G"),
        dense(units, channels, rows=rows),
        batch_norm(shape),
        Step("plus x", shape),
    )


def _double_flow(params: DoubleAttentionParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    units, places = hidden_units(channels, params.ratio), height * width
    rows = (height, width)
    gather = (
        *lane("a", dense(channels, units, "dense: values A", rows=rows)),
        *lane("b", dense(channels, units, "dense: B", rows=rows)),
        *lane("b", Step(f"B: {params.normaliser} over places", (units, places), weighs=True)),
        contexts((units, places), (places, units), "summaries: sums of A"),
    )
    return (
        *lane("summaries", *gather),
        *lane("v", dense(channels, units, "dense: V", rows=rows)),
        *lane("v", Step(f"V: {params.normaliser} over summaries", (places, units))),
        contexts((places, units), (units, units), "sums of the summaries"),
        dense(units, channels, rows=rows),
        Step("plus x", shape),
    )


def _external_flow(params: ExternalParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    rows = (height, width)
    return (
        dense(channels, channels, "dense", rows=rows),
        dense(channels, params.memory, "product with every key", rows=rows, bias=False),
        Step(f"{params.normaliser} over places", (params.memory, height * width), weighs=True),
        Step("over their sum at each place", (*rows, params.memory)),
        dense(params.memory, channels, "sum of the values", rows=rows, bias=False),
        dense(channels, channels, "dense", rows=rows, bias=False),
        batch_norm(shape),
        Step("plus x, relu", shape),
    )


NON_LOCAL = (
    ModuleEntry(
        name="non-local",
        title="Non-local block",
        family="spatial",
        fits=IMAGE,
        params=NonLocalParameters,
        layer="attnlab.modules.non_local:NonLocal",
        summary="Every place looks at all places: self-attention of an image.",
        about=About(
            explanation="Every place of the image asks with a query and is found by its key; the "
            "softmax makes weights of how well they go together. A place takes in the weighted sum "
            "of what all places have to say, however far away they are. It is added to the place; "
            "at the start nothing is. Shown is the mean over all that look.",
            formula=(
                r"A = \mathrm{softmax}\big((x W_T)(x W_P)^\top / \sqrt{C}\big)",
                r"y = x + \mathrm{norm}\big(A\, (x W_G)\, W_Z\big)",
            ),
            flow=_non_local_flow,
            count="4*C*h + 3*h + 5*C",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol("h", _non_local_units(params, shape[-1]), "features: C / ratio, at least 8"),
            ),
            papers=(
                Paper("Wang et al.: Non-local networks", 2018, "https://arxiv.org/abs/1711.07971"),
            ),
            deviations="As in PyTorch Image Models, an eighth of the channels is compared (the "
            "paper has a half), and the products are divided by the root of the channels. The "
            "number of features is not rounded to a multiple of 8.",
            task="planted-location",
        ),
        source="Wang et al. 2018 (arXiv 1711.07971)",
    ),
    ModuleEntry(
        name="double-attention",
        title="Double attention",
        family="spatial",
        fits=IMAGE,
        params=DoubleAttentionParameters,
        layer="attnlab.modules.non_local:DoubleAttention",
        summary="Gathers a few summaries of the image, and deals them out to its places.",
        about=About(
            explanation="In a first step a few summaries of the whole image are gathered, each "
            "with weights of its own over the places. In a second step every place gets a mixture "
            "of the summaries, with weights that it chooses. All places see all others that way, "
            "at a fraction of the cost. Shown is the mean of the gathering weights.",
            formula=(
                r"G = \mathrm{softmax}_{ij}(x W_B)^\top (x W_A)",
                r"y = x + \mathrm{softmax}_k(x W_V)\, G\, W_Z",
            ),
            flow=_double_flow,
            count="4*C*h + 3*h + C",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol(
                    "h", hidden_units(shape[-1], params.ratio), "summaries: C / ratio, at least 1"
                ),
            ),
            papers=(
                Paper(
                    "Chen et al.: A2-Nets, double attention networks",
                    2018,
                    "https://arxiv.org/abs/1810.11579",
                ),
            ),
            deviations="All dense layers have biases, and there is no batch norm. The paper may "
            "choose the number of features apart from that of summaries; here they are as many.",
            task="planted-location",
        ),
        source="Chen et al. 2018 (arXiv 1810.11579)",
        size_rule=RATIO,
    ),
    ModuleEntry(
        name="external",
        title="External attention",
        family="spatial",
        fits=IMAGE,
        params=ExternalParameters,
        layer="attnlab.modules.non_local:ExternalAttention",
        summary="Compares every place with a small memory that all images share.",
        about=About(
            explanation="Places are not compared with each other but with a learned memory, a few "
            "dozen keys that stand for what occurs in all images. For each key the weights of the "
            "places sum to one; then they are divided so that at each place the keys do. Every "
            "place takes in the values of the keys it resembles.",
            formula=(
                r"A = \mathrm{softmax}_{ij}\big((x W_1 + b_1) M_k^\top\big), \quad"
                r" \hat{A}_{ijk} = A_{ijk} / \textstyle\sum_l A_{ijl}",
                r"y = \mathrm{relu}\big(x + \mathrm{norm}(\hat{A} M_v W_2)\big)",
            ),
            flow=_external_flow,
            count="2*C**2 + 2*C*k + 5*C",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol("k", params.memory, "keys and values of the memory"),
            ),
            papers=(
                Paper(
                    "Guo et al.: Beyond self-attention, external attention",
                    2021,
                    "https://arxiv.org/abs/2105.02358",
                ),
            ),
            deviations="None in what is computed by its released code; keys and values begin with "
            "weights of their own, where there the values begin as the keys.",
            task="planted-location",
        ),
        source="Guo et al. 2021 (arXiv 2105.02358)",
    ),
)
