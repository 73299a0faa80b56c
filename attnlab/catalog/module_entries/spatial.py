"""Attention over the places of images, alone and together with their channels."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.channel_flows import cbam_channel_flow, channel_symbols
from attnlab.catalog.module_entries.flow import batch_norm, weighed
from attnlab.catalog.module_entries.papers import WOO
from attnlab.catalog.module_entries.shared import (
    IMAGE,
    RATIO,
    Pooling,
    pooling_field,
    ratio_field,
)
from attnlab.spec import About, ModuleEntry, Parameters, Shape, Step, Symbol, choice


class CBAMSpatialParameters(Parameters):
    """The spatial half of CBAM."""

    kernel_size: Literal[3, 7] = choice(
        7, title="Spatial kernel", help="How wide a neighbourhood decides the weight of a place."
    )
    batch_norm: bool = choice(
        False,
        title="Batch norm",
        advanced=True,
        help="Whether the spatial scores are normalised before the gate, as in the released code.",
    )
    pooling: Pooling = pooling_field(
        "What sums up the channels at a place: their mean (avg), their maximum, or both."
    )


class CBAMParameters(CBAMSpatialParameters):
    """Both halves of CBAM and their order."""

    pooling: Pooling = pooling_field(
        "What both halves sum up by: averages, maxima, or both of them."
    )
    ratio: int = ratio_field(16)
    order: Literal["channel-first", "spatial-first", "parallel"] = choice(
        "channel-first", title="Order", help="Which half weighs first, or both at once."
    )


def _maps(params: CBAMSpatialParameters) -> int:
    """How many images of one channel the convolution looks at."""
    return 2 if params.pooling == "both" else 1


def _spatial_flow(params: CBAMSpatialParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, _ = shape
    maps = _maps(params)
    weights = maps * params.kernel_size**2
    summed = {"both": "mean and maximum", "avg": "mean", "max": "maximum"}[params.pooling]
    label = f"convolution {params.kernel_size} × {params.kernel_size}"
    weighs = not params.batch_norm
    convolution = Step(
        f"{label}, sigmoid" if weighs else label,
        (height, width, 1),
        parameters=weights,
        macs=height * width * weights,
        weighs=weighs,
    )
    norm = batch_norm((height, width, 1), "batch norm, sigmoid", weighs=True)
    return (
        Step(f"{summed} over channels", (height, width, maps)),
        convolution,
        *([] if weighs else [norm]),
        weighed(shape),
    )


def _spatial_symbols(params: CBAMSpatialParameters, shape: Shape) -> tuple[Symbol, ...]:
    return (
        Symbol("p", _maps(params), "maps that the spatial half looks at: mean, maximum or both"),
        Symbol("k", params.kernel_size, "spatial kernel"),
        Symbol("b", int(params.batch_norm), "1 with batch norm, 0 without"),
    )


def _cbam_flow(params: CBAMParameters, shape: Shape) -> tuple[Step, ...]:
    halves = (cbam_channel_flow(params, shape), _spatial_flow(params, shape))
    first, second = reversed(halves) if params.order == "spatial-first" else halves
    if params.order == "parallel":
        product = Step("x times the weights of both", shape)
        return *first[:-1], *second[:-1], product
    return *first, *second[:-1], Step("that times the new weights", shape)


SPATIAL = (
    ModuleEntry(
        name="cbam-spatial",
        title="CBAM, spatial half",
        family="spatial",
        weights="gate",
        fits=IMAGE,
        params=CBAMSpatialParameters,
        layer="attnlab.modules.spatial:CBAMSpatial",
        summary="Gates places by a convolution over the mean and maximum of all channels.",
        about=About(
            explanation="At every place of the image, the mean and the maximum of all channels "
            "say how much is going on there. A convolution looks at a neighbourhood of these two "
            "numbers and gives every place a gate between 0 and 1. All channels are multiplied by "
            "it: the module says where to look, not at what. Mean or maximum can be left out.",
            formula=(
                r"z = [\mathrm{mean}_c(x);\; \mathrm{max}_c(x)] \quad\text{(both)}",
                r"z = \mathrm{mean}_c(x) \quad\text{(avg)}, "
                r"\qquad z = \mathrm{max}_c(x) \quad\text{(max)}",
                r"s = \sigma\big(\mathrm{conv}_{k \times k}(z)\big)",
                r"y = x \odot s",
            ),
            flow=_spatial_flow,
            count="p*k**2 + 4*b",
            symbols=_spatial_symbols,
            papers=(WOO,),
            deviations="The released code stacks the maximum before the mean, and always "
            "normalises the scores; here batch norm is off unless asked for, as in the equation "
            "of the paper. There, mean and maximum always stand together.",
            task="planted-location",
        ),
        source="Woo et al. 2018 (arXiv 1807.06521)",
        parts=ablated_parts.pooled("cbam-spatial", ablated_parts.BATCH_NORM),
    ),
    ModuleEntry(
        name="cbam",
        title="CBAM",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=CBAMParameters,
        layer="attnlab.modules.mixed:CBAM",
        summary="Gates channels, then places of the refined image.",
        about=About(
            explanation="Both halves of CBAM in one module: the channel half (c in the formula) "
            "decides which feature maps matter, the spatial half (s) where in the image to look. "
            "By default the channels are weighed first and the places of the refined image after "
            "them, the order that the paper found best.",
            formula=(
                r"x' = x \odot c(x), \quad y = x' \odot s(x') \quad\text{(channel-first)}",
                r"x' = x \odot s(x), \quad y = x' \odot c(x') \quad\text{(spatial-first)}",
                r"y = x \odot c(x) \odot s(x) \quad\text{(parallel)}",
            ),
            flow=_cbam_flow,
            count="2*C*h + p*k**2 + 4*b",
            symbols=lambda params, shape: (
                *channel_symbols(params, shape),
                *_spatial_symbols(params, shape),
            ),
            papers=(WOO,),
            deviations="The paper does not say how its parallel order combines the halves; here "
            "both gates are multiplied. It compares averages and maxima in the channel half only; "
            "here one choice is for both halves. The skip connection around CBAM belongs to the "
            "network and is not part of the module.",
            task="planted-location",
        ),
        source="Woo et al. 2018 (arXiv 1807.06521)",
        size_rule=RATIO,
        parts=ablated_parts.cbam,
    ),
)
