"""Squeeze-and-excitation, plain and with batch norm."""

from __future__ import annotations

from typing import Literal

from attnlab.catalog.module_entries import ablated_parts
from attnlab.catalog.module_entries.channel_flows import channel_symbols
from attnlab.catalog.module_entries.flow import batch_norm, dense, hidden_units, weighed
from attnlab.catalog.module_entries.papers import HU
from attnlab.catalog.module_entries.shared import IMAGE, RATIO, ratio_field
from attnlab.spec import About, ModuleEntry, Parameters, Shape, Step, Symbol, choice, number
from attnlab.wording import spaced


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


def _squeeze_excite_flow(params: SqueezeExciteParameters, shape: Shape) -> tuple[Step, ...]:
    channels = shape[-1]
    units = hidden_units(channels, params.ratio)
    squeeze = "average over places" if params.squeeze == "avg" else "maximum over places"
    gate = f"dense, {spaced(params.gate)}"
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


def _se_layer_parts(params: SELayerParameters) -> ablated_parts.Parts:
    """One of what it adds to squeeze-and-excitation: the dropout first, then the batch norm."""
    norm = {} if params.dropout else {"the batch norm": ablated_parts.arm("se", params)}
    return norm | ablated_parts.without("selayer", ablated_parts.DROPOUT, ablated_parts.BOTTLENECK)(
        params
    )


SQUEEZE_EXCITE = (
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
            papers=(HU,),
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
            papers=(HU,),
            deviations="The paper has neither dropout nor batch normalisation; this is a widely "
            "copied variant. Its dense layers keep their biases, which the normalisation takes "
            "away again.",
            task="digits",
        ),
        source="A widely copied Keras variant of Hu et al. 2018",
        size_rule=RATIO,
        parts=_se_layer_parts,
    ),
)
