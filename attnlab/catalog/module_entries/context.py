"""Attention whose gates or sums come from a neighbourhood, or from the whole image."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import batch_norm, by_channel, dense, hidden_units, weighed
from attnlab.catalog.module_entries.shared import (
    IMAGE,
    RATIO,
    Normaliser,
    normaliser_field,
    ratio_field,
    temperature_field,
)
from attnlab.spec import About, ModuleEntry, Paper, Parameters, Shape, Step, Symbol, choice


class GatherExciteParameters(Parameters):
    """Gates from what a neighbourhood gathers."""

    extent: Literal[0, 2, 4, 8] = choice(
        0,
        title="Extent",
        help="How far apart places are where a neighbourhood is gathered; 0 is the whole image.",
    )
    weights: bool = choice(
        False,
        title="Learned gathering",
        help="Whether filters with weights gather, or plain averages.",
    )
    mlp: bool = choice(
        True, title="Dense layers", help="Whether dense layers mix the channels after gathering."
    )
    ratio: int = ratio_field(16)


class GlobalContextParameters(Parameters):
    """The places summed up by attention, for all channels."""

    ratio: int = ratio_field(8)
    fuse: Literal["scale", "add", "both"] = choice(
        "scale",
        title="Fusion",
        help="Whether the sum gates the channels (scale), is added to every place, or both.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _filters(params: GatherExciteParameters) -> int:
    """How many filters gather."""
    return max(1, params.extent.bit_length() - 1)


def _gather_flow(params: GatherExciteParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    gathered: Shape = (1, 1, channels)
    steps: list[Step] = []
    if params.weights:
        for number in range(1, _filters(params) + 1):
            if params.extent:
                height, width = (height + 1) // 2, (width + 1) // 2
                gathered = (height, width, channels)
            kernel = 9 if params.extent else height * width
            steps += [
                by_channel(gathered, kernel, "filter of each channel"),
                batch_norm(gathered, "batch norm" if number == _filters(params) else "norm, relu"),
            ]
    else:
        if params.extent:
            sides = (-(-side // params.extent) for side in (height, width))
            gathered = (*sides, channels)
        steps += [Step("averages of neighbourhoods" if params.extent else "average", gathered)]
    if params.mlp:
        units, rows = hidden_units(channels, params.ratio), gathered[:2]
        steps += [
            dense(channels, units, "dense, relu", rows=rows),
            dense(units, channels, rows=rows),
        ]
    return *steps, Step("sigmoid, at the nearest places", shape, weighs=True), weighed(shape)


def _gather_symbols(params: GatherExciteParameters, shape: Shape) -> tuple[Symbol, ...]:
    height, width, channels = shape
    gathering = 13 * _filters(params) if params.extent else height * width + 4
    return (
        Symbol("C", channels, "channels"),
        Symbol("h", hidden_units(channels, params.ratio), "hidden units: C / ratio, at least 1"),
        Symbol("m", int(params.mlp), "1 with dense layers, 0 without"),
        Symbol("g", gathering * params.weights, "weights a channel gathers with"),
    )


def _gather_parts(params: GatherExciteParameters) -> ablated_parts.Parts:
    switches = [
        ablated_parts.Switch("the learned gathering", "weights", False),
        ablated_parts.Switch("the dense layers", "mlp", False),
        *([ablated_parts.BOTTLENECK] if params.mlp else []),
    ]
    return ablated_parts.without("gather-excite", *switches)(params)


def _context_flow(params: GlobalContextParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    units = hidden_units(channels, params.ratio)

    def layers(purpose: str) -> list[Step]:
        return [
            dense(channels, units, f"dense, to {purpose}"),
            Step("layer norm, relu", (units,), parameters=2 * units),
            dense(units, channels, "dense, sigmoid" if purpose == "scale" else "dense"),
        ]

    steps = [
        dense(channels, 1, "dense: a score a place", rows=(height, width)),
        Step(f"{params.normaliser} over places", (height, width), weighs=True),
        Step("sum of the places", (channels,), macs=height * width * channels),
    ]
    if params.fuse != "add":
        steps += [*layers("scale"), weighed(shape)]
    if params.fuse != "scale":
        steps += [*layers("add"), Step("plus that, at every place", shape)]
    return tuple(steps)


CONTEXT = (
    ModuleEntry(
        name="gather-excite",
        title="Gather-excite",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=GatherExciteParameters,
        layer="attnlab.modules.gather_excite:GatherExcite",
        summary="Gates each channel by what a neighbourhood of each place gathers.",
        about=About(
            explanation="Each channel is gathered in neighbourhoods: in the whole image, or in "
            "squares a few places apart, by averages or by learned filters. Two dense layers may "
            "mix the channels of what was gathered. The gate of a place is that of the nearest "
            "neighbourhood; with the whole image and averages it is squeeze-and-excitation.",
            formula=(
                r"z = \mathrm{gather}_{e}(x)",
                r"s = \sigma\big(\mathrm{nearest}(W_2\, \mathrm{relu}(W_1 z + b_1) + b_2)\big)",
                r"y = x \odot s",
            ),
            flow=_gather_flow,
            count="m*(2*C*h + h + C) + g*C",
            symbols=_gather_symbols,
            papers=(
                Paper(
                    "Hu et al.: Gather-excite, exploiting feature context in CNNs",
                    2018,
                    "https://arxiv.org/abs/1810.12348",
                ),
            ),
            deviations="PyTorch Image Models pads the filter that is as large as the image; here "
            "it is not padded, as in the paper, and gives one gate a channel. The hidden width is "
            "not rounded.",
            task="planted-channels",
        ),
        source="Hu et al. 2018 (arXiv 1810.12348)",
        size_rule=RATIO,
        parts=_gather_parts,
    ),
    ModuleEntry(
        name="global-context",
        title="Global context",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=GlobalContextParameters,
        layer="attnlab.modules.context:GlobalContext",
        summary="Sums up the places by attention, and gates the channels by the sum.",
        about=About(
            explanation="Every place of the image gets a score, and the softmax makes weights of "
            "the scores that sum to one. The weighted sum of the places is a vector for the whole "
            "image. A small network makes gates of it for the channels, or adds it to every place; "
            "both are weighed by what was looked at.",
            formula=(
                r"c = \textstyle\sum_{i,j} \mathrm{softmax}_{ij}(x W + b)\, x_{ij}",
                r"f(c) = W_2\, \mathrm{relu}(\mathrm{norm}(W_1 c + b_1)) + b_2",
                r"y = x \odot \sigma(f(c)) \quad\text{(scale)}, \qquad "
                r"y = x + g(c) \quad\text{(add)}",
            ),
            flow=_context_flow,
            count="C + 1 + n*(2*C*h + 3*h + C)",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol("h", hidden_units(shape[-1], params.ratio), "hidden units: C / ratio"),
                Symbol("n", 2 if params.fuse == "both" else 1, "networks: 2 for both, else 1"),
            ),
            papers=(
                Paper(
                    "Cao et al.: GCNet, non-local networks meet squeeze-excitation networks",
                    2019,
                    "https://arxiv.org/abs/1904.11492",
                ),
            ),
            deviations="The paper adds; as in PyTorch Image Models, gates are the default here. "
            "The hidden width is not rounded; of a single hidden unit its norm leaves nothing, so "
            "the ratio should be at most half of the channels.",
            task="planted-location",
        ),
        source="Cao et al. 2019 (arXiv 1904.11492)",
        size_rule=RATIO,
    ),
)
