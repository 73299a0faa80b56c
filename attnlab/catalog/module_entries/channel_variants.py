"""Further attention over the channels of images."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.channel import ECAParameters, eca_flow, eca_kernel
from attnlab.catalog.module_entries.flow import batch_norm, convolution, dense, lane, weighed
from attnlab.catalog.module_entries.shared import (
    IMAGE,
    NoParameters,
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
    SizeRule,
    Step,
    Symbol,
    choice,
)


class ESEParameters(Parameters):
    """Squeeze-and-excitation by one dense layer."""

    gate: Literal["hard_sigmoid", "sigmoid"] = choice(
        "hard_sigmoid",
        title="Gate",
        help="What turns the scores into weights; the hard sigmoid reaches 0 and 1.",
    )


class SelectiveKernelParameters(Parameters):
    """A choice between a near and a far convolution, channel by channel."""

    ratio: int = ratio_field(16)
    split: bool = choice(
        True,
        title="Split channels",
        help="Whether each convolution sees half of the channels, or both see all of them.",
    )
    normaliser: Normaliser = normaliser_field()
    temperature: float = temperature_field()


def _ese_flow(params: ESEParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    gate = params.gate.replace("_", " ")
    return (
        Step("average over places", (channels,)),
        dense(channels, channels, f"dense, {gate}", weighs=True),
        weighed(shape),
    )


def _gct_flow(params: NoParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1:]
    return (
        Step("norm over places times alpha", channels, parameters=shape[-1]),
        Step("over the mean of all, times gamma", channels, parameters=shape[-1]),
        Step("plus beta, tanh, plus 1", channels, parameters=shape[-1], weighs=True),
        weighed(shape),
    )


def _selective_flow(params: SelectiveKernelParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    far = channels // 2 if params.split else channels
    near = channels - far if params.split else channels
    units, norm = max(8, channels // params.ratio), batch_norm(shape, "batch norm, relu")
    return (
        *lane("near", convolution(shape, near, 3, "near: convolution 3 × 3"), norm),
        *lane("far", convolution(shape, far, 3, "far: convolution 3 × 3 with gaps"), norm),
        Step("sum of both, average over places", (channels,)),
        dense(channels, units, bias=False),
        batch_norm((units,), "batch norm, relu"),
        dense(units, 2 * channels, bias=False),
        Step(f"{params.normaliser} over near and far", (2, channels), weighs=True),
        Step("near and far times their weights", shape),
    )


CHANNEL_VARIANTS = (
    ModuleEntry(
        name="ese",
        title="Effective squeeze-and-excitation",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=ESEParameters,
        layer="attnlab.modules.channel_variants:EffectiveSqueezeExcite",
        summary="Gates channels through one dense layer: nothing is lost in a bottleneck.",
        about=About(
            explanation="Each channel is averaged to one number, as in squeeze-and-excitation. One "
            "dense layer, as wide as there are channels, scores them, so that nothing is lost in a "
            "narrow layer between. A hard sigmoid, three straight lines, makes gates of the "
            "scores; they can be fully closed or fully open.",
            formula=(
                r"z_c = \tfrac{1}{HW} \textstyle\sum_{i,j} x_{ijc}",
                r"s = \mathrm{relu6}(W z + b + 3) / 6 \quad\text{(hard sigmoid)}",
                r"y = x \odot s",
            ),
            flow=_ese_flow,
            count="C**2 + C",
            symbols=lambda params, shape: (Symbol("C", shape[-1], "channels"),),
            papers=(
                Paper(
                    "Lee & Park: CenterMask, real-time anchor-free instance segmentation",
                    2020,
                    "https://arxiv.org/abs/1911.06667",
                ),
            ),
            deviations="None from PyTorch Image Models, which has the hard sigmoid, too.",
            task="planted-channels",
        ),
        source="Lee & Park 2020 (arXiv 1911.06667)",
    ),
    ModuleEntry(
        name="ceca",
        title="Circular channel attention",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=ECAParameters,
        layer="attnlab.modules.channel_variants:CircularEfficientChannelAttention",
        summary="Efficient channel attention whose channels lie in a circle.",
        about=About(
            explanation="As in efficient channel attention, one short filter slides over the "
            "averages of the channels and gives each a gate. Channels have no order, so none of "
            "them should stand at an end: here the first one is the neighbour of the last one, "
            "and the filter meets no zeros.",
            formula=(
                r"z_c = \tfrac{1}{HW} \textstyle\sum_{i,j} x_{ijc}",
                r"s_c = \sigma\big(\textstyle\sum_i w_i\, z_{(c + i) \bmod C}\big)",
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
            deviations="The circle is an idea of PyTorch Image Models, not of the paper. There, a "
            "filter picked by the number of channels has at least 3 weights; here, as in the "
            "paper, it may have 1.",
            task="planted-channels",
        ),
        source="The circular ECA of PyTorch Image Models, after Wang et al. 2020 (arXiv "
        "1910.03151)",
        size_rule=SizeRule(
            "kernel_size",
            lambda kernel, size: kernel <= size,
            "kernel_size must be at most the number of channels",
        ),
        parts=ablated_parts.without("ceca", ablated_parts.NEIGHBOURS),
    ),
    ModuleEntry(
        name="gct",
        title="Gated channel transformation",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=NoParameters,
        layer="attnlab.modules.channel_variants:GatedChannelTransform",
        summary="Channels compete or cooperate by their size: three numbers a channel.",
        about=About(
            explanation="The size of a channel, the root of the sum of its squares, is held "
            "against that of all channels. Two numbers of each channel say whether a large one is "
            "strengthened (the channels compete) or weakened (they cooperate), and by how much. "
            "The gates lie between 0 and 2, and shown is half of them; at the start they are 1.",
            formula=(
                r"e_c = \alpha_c \sqrt{\textstyle\sum_{i,j} x_{ijc}^2 + \epsilon}",
                r"n_c = \gamma_c\, e_c / \sqrt{\tfrac{1}{C} \textstyle\sum_k e_k^2 + \epsilon}",
                r"y_{c} = x_c \big(1 + \tanh(n_c + \beta_c)\big)",
            ),
            flow=_gct_flow,
            count="3*C",
            symbols=lambda params, shape: (Symbol("C", shape[-1], "channels"),),
            papers=(
                Paper(
                    "Yang et al.: Gated channel transformation for visual recognition",
                    2020,
                    "https://arxiv.org/abs/1909.11519",
                ),
            ),
            deviations="None in what it gives. The weights shown are half of the gates, so that "
            "they lie between 0 and 1 as those of other modules.",
            task="planted-channels",
        ),
        source="Yang et al. 2020 (arXiv 1909.11519)",
    ),
    ModuleEntry(
        name="selective-kernel",
        title="Selective kernel",
        family="channel",
        weights="gate",
        fits=IMAGE,
        params=SelectiveKernelParameters,
        layer="attnlab.modules.selective_kernel:SelectiveKernel",
        summary="Two convolutions, near and far; each channel chooses how far it looks.",
        about=About(
            explanation="Two convolutions look at the image, one at close neighbours and one, with "
            "gaps, farther. What both see is summed up, and a small network decides for each "
            "channel how much of either it takes. The weights shown are those of the far one: they "
            "say how far a channel looks, not how much it counts.",
            formula=(
                r"u_i = \mathrm{relu}\big(\mathrm{norm}(\mathrm{conv}_i(x))\big), \quad i = 1, 2",
                r"z = \mathrm{relu}\big(\mathrm{norm}(W\, \mathrm{avg}(u_1 + u_2))\big)",
                r"a = \mathrm{softmax}_i(W_i z)",
                r"y = a_1 \odot u_1 + a_2 \odot u_2",
            ),
            flow=_selective_flow,
            count="9*m*C**2 + 8*C + 3*C*h + 4*h",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol("m", 1 if params.split else 2, "1 with split channels, else 2"),
                Symbol(
                    "h", max(8, shape[-1] // params.ratio), "hidden units: C / ratio, at least 8"
                ),
            ),
            papers=(
                Paper(
                    "Li et al.: Selective kernel networks", 2019, "https://arxiv.org/abs/1903.06586"
                ),
            ),
            deviations="As in PyTorch Image Models, each convolution sees half of the channels, "
            "and the far one is of 3 by 3 places with gaps; the paper has neither split nor fewer "
            "than 32 hidden units. There are always two paths.",
            task="planted-channels",
        ),
        source="Li et al. 2019 (arXiv 1903.06586)",
    ),
)
