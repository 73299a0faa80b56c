"""Attention over the channels of images, but for squeeze-and-excitation."""

from __future__ import annotations

import math

from pydantic import model_validator

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.channel_flows import cbam_channel_flow, channel_symbols
from attnlab.catalog.module_entries.flow import weighed
from attnlab.catalog.module_entries.papers import WOO
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
    number,
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


def eca_kernel(params: ECAParameters, channels: int) -> int:
    """The kernel size as chosen, or as ECA picks it for a number of channels."""
    nearest = int(abs((math.log2(channels) + 1) / 2))
    return params.kernel_size or (nearest if nearest % 2 else nearest + 1)


def eca_flow(params: ECAParameters, shape: Shape) -> tuple[Step, ...]:
    """The flow of ECA, whatever its filter meets at the ends."""
    channels = shape[-1]
    width = eca_kernel(params, channels)
    label = f"one filter over {width} neighbours, sigmoid"
    return (
        Step("average over places", (channels,)),
        Step(label, (channels,), parameters=width, macs=channels * width, weighs=True),
        weighed(shape),
    )


CHANNEL = (
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
            flow=eca_flow,
            count="k",
            symbols=lambda params, shape: (
                Symbol(
                    "k",
                    eca_kernel(params, shape[-1]),
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
            papers=(WOO,),
            deviations="There are no biases, as in the equation of the paper; the released code "
            "has them. By one of the two alone, it is squeeze-and-excitation without biases.",
            task="planted-channels",
        ),
        source="Woo et al. 2018 (arXiv 1807.06521)",
        size_rule=RATIO,
        parts=ablated_parts.pooled("cbam-channel", ablated_parts.BOTTLENECK),
    ),
)
