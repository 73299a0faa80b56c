"""Attention over the channels of images."""

from __future__ import annotations

import math
from typing import Literal

from pydantic import model_validator

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import batch_norm, dense, hidden_units, weighed
from attnlab.catalog.module_entries.shared import (
    IMAGE,
    RATIO,
    Pooling,
    pooling_field,
    ratio_field,
)
from attnlab.spec import (
    About,
    ModuleEntry,
    Paper,
    Parameters,
    Shape,
    SpecError,
    Step,
    Symbol,
    choice,
    number,
)

_HU = Paper(
    "Hu, Shen & Sun: Squeeze-and-excitation networks", 2018, "https://arxiv.org/abs/1709.01507"
)
CBAM_PAPER = Paper(
    "Woo et al.: CBAM, convolutional block attention module",
    2018,
    "https://arxiv.org/abs/1807.06521",
)


class SqueezeExciteParameters(Parameters):
    """Squeeze-and-excitation, with the choices its paper ablates."""

    ratio: int = ratio_field(16)
    activation: Literal["relu", "swish"] = choice(
        "relu",
        title="Hidden activation",
        advanced=True,
        help="What the narrow hidden layer applies.",
    )
    gate: Literal["sigmoid", "hard_sigmoid"] = choice(
        "sigmoid",
        title="Gate",
        advanced=True,
        help="What turns the scores into weights between 0 and 1.",
    )
    squeeze: Literal["avg", "max"] = choice(
        "avg", title="Squeeze", advanced=True, help="How each channel is summed up over all places."
    )
    bias: bool = choice(
        True, title="Bias", advanced=True, help="Whether both dense layers have a bias."
    )


class SELayerParameters(Parameters):
    """Squeeze-and-excitation with dropout and batch normalisation in its branch."""

    ratio: int = ratio_field(16)
    dropout: float = number(
        0.5,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Dropout",
        advanced=True,
        help="The share of the attention's units dropped in each training step.",
    )


class ECAParameters(Parameters):
    """Efficient channel attention: one short filter over neighbouring channels."""

    kernel_size: int = number(
        0,
        low=0,
        high=15,
        choices=(0, 1, 3, 5, 7, 9, 11, 13, 15),
        title="Kernel size",
        help="How many neighbouring channels one weight looks at (odd); 0 follows their number.",
    )

    @model_validator(mode="after")
    def _odd(self) -> ECAParameters:
        if self.kernel_size and self.kernel_size % 2 == 0:
            raise SpecError(
                f"kernel_size must be odd, or 0 to pick it by the number of channels; "
                f"got {self.kernel_size}"
            )
        return self


class CBAMChannelParameters(Parameters):
    """The channel half of CBAM."""

    ratio: int = ratio_field(16)
    pooling: Pooling = pooling_field(
        "What sums up a channel over all places: its average, its maximum, or both."
    )


def cbam_channel_flow(params: CBAMChannelParameters, shape: Shape) -> tuple[Step, ...]:
    """The flow of CBAM's channel half, up to the image times the weights of its channels."""
    channels = shape[-1]
    units = hidden_units(channels, params.ratio)
    if params.pooling != "both":
        summed = "average" if params.pooling == "avg" else "maximum"
        return (
            Step(f"{summed} over places", (channels,)),
            dense(channels, units, "dense, relu", bias=False),
            dense(units, channels, "dense, sigmoid", bias=False, weighs=True),
            weighed(shape),
        )
    return (
        Step("average and maximum over places", (2, channels)),
        dense(channels, units, "dense, relu, the same for both", rows=(2,), bias=False),
        dense(units, channels, "dense, the same for both", rows=(2,), bias=False),
        Step("sum, sigmoid", (channels,), weighs=True),
        weighed(shape),
    )


def channel_symbols(params: Parameters, shape: Shape) -> tuple[Symbol, ...]:
    """The channels of an image, and how wide the hidden layer of their attention is."""
    return (
        Symbol("C", shape[-1], "channels"),
        Symbol("h", hidden_units(shape[-1], params.ratio), "hidden units: C / ratio, at least 1"),
    )


def _squeeze_excite_flow(params: SqueezeExciteParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    units = hidden_units(channels, params.ratio)
    squeeze = "average over places" if params.squeeze == "avg" else "maximum over places"
    gate = f"dense, {params.gate.replace('_', ' ')}"
    return (
        Step(squeeze, (channels,)),
        dense(channels, units, f"dense, {params.activation}", bias=params.bias),
        dense(units, channels, gate, bias=params.bias, weighs=True),
        weighed(shape),
    )


def _se_layer_flow(params: SELayerParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    units = hidden_units(channels, params.ratio)
    return (
        Step("average over places", (channels,)),
        dense(channels, units, "dense, dropout"),
        batch_norm((units,), "batch norm, relu"),
        dense(units, channels, "dense, dropout"),
        batch_norm((channels,), "batch norm, sigmoid", weighs=True),
        weighed(shape),
    )


def _eca_kernel(params: ECAParameters, channels: int) -> int:
    nearest = int(abs((math.log2(channels) + 1) / 2))
    return params.kernel_size or (nearest if nearest % 2 else nearest + 1)


def _eca_flow(params: ECAParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    width = _eca_kernel(params, channels)
    words = f"one filter over {width} neighbours, sigmoid"
    return (
        Step("average over places", (channels,)),
        Step(words, (channels,), parameters=width, macs=channels * width, weighs=True),
        weighed(shape),
    )


CHANNEL = (
    ModuleEntry(
        name="se",
        title="Squeeze-and-excitation",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=SqueezeExciteParameters,
        layer="attnlab.modules.squeeze_excite:SqueezeExcite",
        summary="Averages each channel, and gates channels through a narrow hidden layer.",
        about=About(
            explanation="Squeeze: each channel of the image is averaged to one number, so that "
            "the module sees how strongly every feature map responds at all. Excitation: a narrow "
            "and a wide dense layer turn these numbers into one gate between 0 and 1 for every "
            "channel. Each channel is multiplied by its gate, at all places alike.",
            formula=(
                r"z_c = \tfrac{1}{HW} \textstyle\sum_{i,j} x_{ijc}",
                r"s = \sigma\big(W_2\, \delta(W_1 z + b_1) + b_2\big)",
                r"y = x \odot s",
            ),
            flow=_squeeze_excite_flow,
            count="2*C*h + b*(h + C)",
            symbols=lambda params, shape: (
                *channel_symbols(params, shape),
                Symbol("b", int(params.bias), "1 with bias, 0 without"),
            ),
            papers=(_HU,),
            deviations="The equations of the paper have no biases; many implementations add them, "
            "as here by default. The hidden width is not rounded to multiples of 8 as in "
            "MobileNetV3.",
            task="digits",
        ),
        source="Hu et al. 2018 (arXiv 1709.01507)",
        size_rule=RATIO,
        parts=ablated_parts.without("se", ablated_parts.BOTTLENECK, ablated_parts.BIAS),
    ),
    ModuleEntry(
        name="selayer",
        title="SE with batch norm",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=SELayerParameters,
        layer="attnlab.modules.squeeze_excite:SELayer",
        summary="Squeeze-and-excitation with dropout and batch norm around its dense layers.",
        about=About(
            explanation="It is squeeze-and-excitation with dropout and batch normalisation behind "
            "both of its dense layers. They keep the gates from fitting single training images. "
            "While training, the gates of an image therefore depend on the other images of its "
            "batch.",
            formula=(
                r"z_c = \tfrac{1}{HW} \textstyle\sum_{i,j} x_{ijc}",
                r"h = \mathrm{relu}\big(\mathrm{norm}(\mathrm{drop}(W_1 z + b_1))\big)",
                r"s = \sigma\big(\mathrm{norm}(\mathrm{drop}(W_2 h + b_2))\big)",
                r"y = x \odot s",
            ),
            flow=_se_layer_flow,
            count="2*C*h + 5*h + 5*C",
            symbols=channel_symbols,
            papers=(_HU,),
            deviations="The paper has neither dropout nor batch normalisation; this is a widely "
            "copied variant. Its dense layers keep their biases, which the normalisation takes "
            "away again.",
            task="digits",
        ),
        source="A widely copied Keras variant of Hu et al. 2018",
        size_rule=RATIO,
        parts=ablated_parts.se_layer,
    ),
    ModuleEntry(
        name="eca",
        title="Efficient channel attention",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=ECAParameters,
        layer="attnlab.modules.channel:EfficientChannelAttention",
        summary="One short filter over neighbouring channels: a handful of parameters.",
        about=About(
            explanation="Each channel is averaged to one number, as in squeeze-and-excitation. "
            "Instead of dense layers, one short filter slides over the channels and gives each "
            "channel a gate that depends on its neighbours. The filter is the same everywhere, so "
            "that the module has only a handful of parameters.",
            formula=(
                r"z_c = \tfrac{1}{HW} \textstyle\sum_{i,j} x_{ijc}",
                r"s = \sigma\big(\mathrm{conv}_k(z)\big)",
                r"y = x \odot s",
            ),
            flow=_eca_flow,
            count="k",
            symbols=lambda params, shape: (
                Symbol(
                    "k",
                    _eca_kernel(params, shape[-1]),
                    "kernel size: as chosen, or the odd number near (log2(channels) + 1) / 2",
                ),
            ),
            papers=(
                Paper(
                    "Wang et al.: ECA-Net, efficient channel attention",
                    2020,
                    "https://arxiv.org/abs/1910.03151",
                ),
            ),
            deviations="None from the released code. Figure 3 of the paper leaves the sigmoid out; "
            "its equation 9 has it, as here.",
            task="digits",
        ),
        source="Wang et al. 2020 (arXiv 1910.03151)",
        parts=ablated_parts.without("eca", ablated_parts.NEIGHBOURS),
    ),
    ModuleEntry(
        name="cbam-channel",
        title="CBAM, channel half",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=CBAMChannelParameters,
        layer="attnlab.modules.channel:CBAMChannel",
        summary="Gates channels by their average and their maximum through one shared network.",
        about=About(
            explanation="Each channel is summed up twice, by its average and by its maximum over "
            "all places. One small network, the same for both, scores the channels; the two scores "
            "are added and become a gate. The maximum lets a channel through that responds "
            "strongly at a single place. Either of the two can be left out.",
            formula=(
                r"m(z) = W_2\, \mathrm{relu}(W_1 z)",
                r"s = \sigma\big(m(\mathrm{avg}(x)) + m(\max(x))\big) \quad\text{(both)}",
                r"s = \sigma\big(m(\mathrm{avg}(x))\big) \quad\text{(avg)}",
                r"s = \sigma\big(m(\max(x))\big) \quad\text{(max)}",
                r"y = x \odot s",
            ),
            flow=cbam_channel_flow,
            count="2*C*h",
            symbols=channel_symbols,
            papers=(CBAM_PAPER,),
            deviations="There are no biases, as in the equation of the paper; the released code "
            "has them. By one of the two alone, it is squeeze-and-excitation without biases.",
            task="planted-channels",
        ),
        source="Woo et al. 2018 (arXiv 1807.06521)",
        size_rule=RATIO,
        parts=ablated_parts.pooled("cbam-channel", ablated_parts.BOTTLENECK),
    ),
)
