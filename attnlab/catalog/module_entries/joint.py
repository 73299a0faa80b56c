"""Gates with a weight for every place of every channel of an image."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.flow import (
    batch_norm,
    convolution,
    dense,
    hidden_units,
    lane,
    weighed,
)
from attnlab.catalog.module_entries.shared import IMAGE, RATIO, ratio_field
from attnlab.spec import About, ModuleEntry, Paper, Parameters, Shape, Step, Symbol, choice, number


class BAMParameters(Parameters):
    """A channel and a place branch, added up."""

    ratio: int = ratio_field(16)
    dilation: Literal[1, 2, 4] = choice(
        4, title="Dilation", help="How far apart the places are that the convolutions look at."
    )


class SimAMParameters(Parameters):
    """A gate without weights."""

    regularisation: float = number(
        1e-4,
        low=1e-6,
        high=1.0,
        choices=(1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0),
        title="Regularisation",
        advanced=True,
        help="What is added to the variance of a channel: more of it makes the gates more alike.",
    )


class TripletParameters(Parameters):
    """Three gates, one for each side of an image."""

    kernel_size: Literal[3, 5, 7] = choice(
        7, title="Kernel size", help="How wide a neighbourhood decides a weight, on each side."
    )


def _bam_flow(params: BAMParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    units = hidden_units(channels, params.ratio)
    narrow = (height, width, units)
    look = convolution(narrow, units, 3, "convolution 3 × 3 with gaps", bias=True)
    by_channel = (
        Step("channels: average over places", (channels,)),
        dense(channels, units),
        batch_norm((units,), "batch norm, relu"),
        dense(units, channels),
    )
    by_place = (
        dense(channels, units, "places: dense", rows=(height, width)),
        batch_norm(narrow, "batch norm, relu"),
        *(2 * (look, batch_norm(narrow, "batch norm, relu"))),
        dense(units, 1, rows=(height, width)),
    )
    return (
        *lane("channels", *by_channel),
        *lane("places", *by_place),
        Step("sum of both, sigmoid", shape, weighs=True),
        Step("x plus x times the weights", shape),
    )


def _simam_flow(params: SimAMParameters, shape: Shape) -> tuple[Step, ...]:
    return (
        Step("square of x less the mean of its channel", shape),
        Step("over 4 times its variance, plus ½", shape),
        Step("sigmoid", shape, weighs=True),
        weighed(shape),
    )


def _triplet_flow(params: TripletParameters, shape: Shape) -> tuple[Step, ...]:
    height, width, channels = shape
    steps: list[Step] = []
    for name, side in (
        ("places", (height, width)),
        ("columns", (width, channels)),
        ("rows", (height, channels)),
    ):
        steps += lane(
            name,
            Step(f"{name}: maximum and mean", (*side, 2)),
            convolution((*side, 1), 2, params.kernel_size, "convolution"),
            batch_norm((*side, 1), "batch norm, sigmoid", weighs=True),
        )
    return *steps, Step("mean of the three gates", shape, weighs=True), weighed(shape)


JOINT = (
    ModuleEntry(
        name="bam",
        title="Bottleneck attention module",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=BAMParameters,
        layer="attnlab.modules.joint:BAM",
        summary="A channel and a place branch are added up to one gate.",
        about=About(
            explanation="One branch scores the channels from their averages, another one the "
            "places through convolutions that see far. Both scores are added for every place of "
            "every channel, and a sigmoid makes one gate of the sum. The gate is put on top of the "
            "image, which passes on in any case: the weights only strengthen.",
            formula=(
                r"c = W_2\, \mathrm{relu}(\mathrm{norm}(W_1\, \mathrm{avg}(x)))",
                r"p = \mathrm{conv}(\mathrm{conv}_{3 \times 3}(\mathrm{conv}_{3 \times 3}"
                r"(\mathrm{conv}(x))))",
                r"y = x + x \odot \sigma(c + p)",
            ),
            flow=_bam_flow,
            count="3*C*h + C + 18*h**2 + 21*h + 1",
            symbols=lambda params, shape: (
                Symbol("C", shape[-1], "channels"),
                Symbol(
                    "h",
                    hidden_units(shape[-1], params.ratio),
                    "hidden units: C / ratio, at least 1",
                ),
            ),
            papers=(
                Paper(
                    "Park et al.: BAM, bottleneck attention module",
                    2018,
                    "https://arxiv.org/abs/1807.06514",
                ),
            ),
            deviations="The branches are added, as in the paper; its released code multiplies "
            "them. Batch norm stands where the code has it, after the hidden layers.",
            task="planted-location",
        ),
        source="Park et al. 2018 (arXiv 1807.06514)",
        size_rule=RATIO,
        parts=ablated_parts.without("bam", ablated_parts.BOTTLENECK),
    ),
    ModuleEntry(
        name="simam",
        title="SimAM",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=SimAMParameters,
        layer="attnlab.modules.joint:SimAM",
        summary="Opens where a value stands out from its channel; nothing to learn.",
        learns=False,
        about=About(
            explanation="A value that differs from the others in its channel is taken to be "
            "important, as a nerve cell that fires when its neighbours do not. How far it is from "
            "the mean, held against the spread of the channel, makes its gate. There is nothing to "
            "learn, and no gate is below 0.62.",
            formula=(
                r"d = (x - \mu_c)^2, \quad v_c = \tfrac{1}{HW - 1} \textstyle\sum_{i,j} d_{ijc}",
                r"s = \sigma\big(d / (4 (v + \lambda)) + \tfrac{1}{2}\big)",
                r"y = x \odot s",
            ),
            flow=_simam_flow,
            count="0",
            symbols=lambda params, shape: (),
            papers=(
                Paper(
                    "Yang et al.: SimAM, a simple, parameter-free attention module",
                    2021,
                    "https://proceedings.mlr.press/v139/yang21o.html",
                ),
            ),
            deviations="None, except that a single place has a variance of 0, where the released "
            "code divides by 0.",
            task="planted-location",
        ),
        source="Yang et al. 2021 (proceedings.mlr.press/v139/yang21o)",
    ),
    ModuleEntry(
        name="triplet",
        title="Triplet attention",
        family="mixed",
        weights="gate",
        fits=IMAGE,
        params=TripletParameters,
        layer="attnlab.modules.joint:TripletAttention",
        summary="Gates an image from its three sides; the mean of the gates counts.",
        about=About(
            explanation="An image is a block with three sides: rows and columns, rows and "
            "channels, columns and channels. On each side, the maximum and the mean over what lies "
            "behind it go through a convolution and a sigmoid, as in the spatial half of CBAM. The "
            "mean of the three gates weighs every place of every channel.",
            formula=(
                r"s_i = \sigma\big(\mathrm{norm}(\mathrm{conv}_{k \times k}"
                r"[\mathrm{max}_i(x); \mathrm{mean}_i(x)])\big)",
                r"y = \tfrac{1}{3}\, x \odot (s_{c} + s_{h} + s_{w})",
            ),
            flow=_triplet_flow,
            count="6*k**2 + 12",
            symbols=lambda params, shape: (Symbol("k", params.kernel_size, "kernel size"),),
            papers=(
                Paper(
                    "Misra et al.: Rotate to attend, convolutional triplet attention module",
                    2021,
                    "https://arxiv.org/abs/2010.03045",
                ),
            ),
            deviations="None, except for the moving variance of batch norm, which Keras counts "
            "with as many values as there are, PyTorch with one less.",
            task="planted-location",
        ),
        source="Misra et al. 2021 (arXiv 2010.03045)",
    ),
)
