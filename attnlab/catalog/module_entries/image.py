"""Attention over the channels and places of images."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attnlab.catalog.module_entries.shared import IMAGE, RATIO, ratio_field
from attnlab.spec import ModuleEntry, Parameters, SpecError, choice, number


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


class CBAMParameters(CBAMSpatialParameters):
    """Both halves of CBAM and their order."""

    ratio: int = ratio_field(16)
    order: Literal["channel-first", "spatial-first", "parallel"] = choice(
        "channel-first", title="Order", help="Which half weighs first, or both at once."
    )


ON_IMAGES = (
    ModuleEntry(
        name="se",
        title="Squeeze-and-excitation",
        family="channel",
        fits=IMAGE,
        params=SqueezeExciteParameters,
        layer="attnlab.modules.channel:SqueezeExcite",
        summary="Averages each channel, and gates channels through a narrow hidden layer.",
        source="Hu et al. 2018 (arXiv 1709.01507)",
        size_rule=RATIO,
    ),
    ModuleEntry(
        name="selayer",
        title="SE with batch norm",
        family="channel",
        fits=IMAGE,
        params=SELayerParameters,
        layer="attnlab.modules.channel:SELayer",
        summary="Squeeze-and-excitation with dropout and batch norm around its dense layers.",
        source="A widely copied Keras variant of Hu et al. 2018",
        size_rule=RATIO,
    ),
    ModuleEntry(
        name="eca",
        title="Efficient channel attention",
        family="channel",
        fits=IMAGE,
        params=ECAParameters,
        layer="attnlab.modules.channel:EfficientChannelAttention",
        summary="One short filter over neighbouring channels: a handful of parameters.",
        source="Wang et al. 2020 (arXiv 1910.03151)",
    ),
    ModuleEntry(
        name="cbam-channel",
        title="CBAM, channel half",
        family="channel",
        fits=IMAGE,
        params=CBAMChannelParameters,
        layer="attnlab.modules.channel:CBAMChannel",
        summary="Gates channels by their average and their maximum through one shared network.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
        size_rule=RATIO,
    ),
    ModuleEntry(
        name="cbam-spatial",
        title="CBAM, spatial half",
        family="spatial",
        fits=IMAGE,
        params=CBAMSpatialParameters,
        layer="attnlab.modules.spatial:CBAMSpatial",
        summary="Gates places by a convolution over the mean and maximum of all channels.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
    ),
    ModuleEntry(
        name="cbam",
        title="CBAM",
        family="mixed",
        fits=IMAGE,
        params=CBAMParameters,
        layer="attnlab.modules.mixed:CBAM",
        summary="Gates channels, then places of the refined image.",
        source="Woo et al. 2018 (arXiv 1807.06521)",
        size_rule=RATIO,
    ),
)
