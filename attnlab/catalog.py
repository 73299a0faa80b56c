"""The catalogue: every module and task, with its parameters declared once.

A new module is one class, one entry here and one test; forms, command line, charts and engine
follow from the entry. Importing this file imports no TensorFlow.
"""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attnlab.spec import REGISTRY, ModuleEntry, Parameters, SpecError, TaskEntry, choice, number

FEATURES = frozenset({"features"})
IMAGE = frozenset({"image"})


def _ratio(default: int) -> int:
    return number(
        default,
        low=1,
        high=64,
        choices=(1, 2, 4, 8, 16, 32, 64),
        title="Reduction ratio",
        help="The hidden layer of the attention has this many times fewer units than its input.",
    )


# --- Modules -------------------------------------------------------------------------------------


class NoParameters(Parameters):
    """A module without anything to set."""


class DenseParameters(Parameters):
    """Softmax attention by a dense layer, with hidden layers before it."""

    depth: int = number(
        0,
        low=0,
        high=4,
        title="Extra layers",
        help="Hidden dense layers, as wide as the input, before the softmax.",
    )
    activation: Literal["relu", "tanh", "sigmoid", "softmax", "linear"] = choice(
        "relu", title="Activation", help="What the extra layers apply; without them it is unused."
    )


class BottleneckParameters(Parameters):
    """Feature attention through a narrow hidden layer."""

    ratio: int = _ratio(4)


class SqueezeExciteParameters(Parameters):
    """Squeeze-and-excitation, with the choices its paper ablates."""

    ratio: int = _ratio(16)
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

    ratio: int = _ratio(16)
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

    ratio: int = _ratio(16)


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

    ratio: int = _ratio(16)
    order: Literal["channel-first", "spatial-first", "parallel"] = choice(
        "channel-first", title="Order", help="Which half weighs first, or both at once."
    )


_MODULES = (
    ModuleEntry(
        name="none",
        title="No attention",
        family="control",
        fits=FEATURES | IMAGE,
        params=NoParameters,
        layer="",
        summary="The slot left empty: the network without attention.",
    ),
    ModuleEntry(
        name="dense",
        title="Dense attention",
        family="feature",
        fits=FEATURES,
        params=DenseParameters,
        layer="attnlab.modules.feature:DenseAttention",
        summary="A dense layer with softmax weighs every feature; the weights sum to one.",
        source="philipperemy/keras-attention, attention_dense.py (2017)",
    ),
    ModuleEntry(
        name="bottleneck-dense",
        title="Bottleneck attention",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:BottleneckDenseAttention",
        summary="Softmax attention over features computed through a narrow hidden layer.",
        source="philipperemy/keras-attention, with the bottleneck of Hu et al. 2018",
    ),
    ModuleEntry(
        name="feature-gate",
        title="Feature gate",
        family="feature",
        fits=FEATURES,
        params=BottleneckParameters,
        layer="attnlab.modules.feature:FeatureGate",
        summary="The same bottleneck with a sigmoid: each feature is gated on its own.",
        source="Hu et al. 2018 (arXiv 1709.01507), on features instead of channels",
    ),
    ModuleEntry(
        name="se",
        title="Squeeze-and-excitation",
        family="channel",
        fits=IMAGE,
        params=SqueezeExciteParameters,
        layer="attnlab.modules.channel:SqueezeExcite",
        summary="Averages each channel, and gates channels through a narrow hidden layer.",
        source="Hu et al. 2018 (arXiv 1709.01507)",
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
    ),
)


# --- Tasks ---------------------------------------------------------------------------------------


def _classes(default: int, high: int) -> int:
    return number(
        default,
        low=2,
        high=high,
        title="Classes",
        help="How many answers there are; guessing is right once in that many times.",
    )


class PlantedFeaturesParameters(Parameters):
    """Random columns, one of which is the answer."""

    features: int = number(
        32,
        low=4,
        high=256,
        title="Features",
        help="How many columns each sample has; all but one are noise.",
    )
    classes: int = _classes(5, 200)
    planted: int = number(
        1,
        low=0,
        high=255,
        title="Planted column",
        advanced=True,
        help="The column that holds the class number (counted from 0).",
    )
    samples: int = number(
        10_000,
        low=500,
        high=50_000,
        step=500,
        title="Samples",
        advanced=True,
        help="How many samples are drawn; a fifth of them is kept for validation.",
    )

    @model_validator(mode="after")
    def _planted_exists(self) -> PlantedFeaturesParameters:
        if self.planted >= self.features:
            raise SpecError(
                f"planted must be one of the {self.features} columns 0 to {self.features - 1}, "
                f"got {self.planted}"
            )
        return self


class CNNParameters(Parameters):
    """The size of the small convolutional network that several tasks share."""

    width: int = number(
        16,
        low=4,
        high=64,
        step=4,
        title="Width",
        advanced=True,
        help="Filters of the first block; every further block doubles them.",
    )
    blocks: int = number(
        2,
        low=1,
        high=3,
        title="Blocks",
        advanced=True,
        help="Convolution and pooling blocks; attention stands after each pooling.",
    )
    head: int = number(
        64,
        low=8,
        high=512,
        step=8,
        title="Head units",
        advanced=True,
        help="Units of the dense layer before the answer.",
    )
    dropout: float = number(
        0.2,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Dropout",
        advanced=True,
        help="The share of units dropped in each training step, after every block and in the head.",
    )


class DigitsParameters(CNNParameters):
    """Handwritten digits, eight by eight pixels."""

    classes: int = _classes(10, 10)


class PlantedChannelsParameters(Parameters):
    """Images whose channels are noise, but for a few that show the class pattern."""

    channels: int = number(
        16, low=4, high=64, title="Channels", help="How many channels each image has."
    )
    signal: int = number(
        2,
        low=1,
        high=16,
        title="Planted channels",
        help="How many channels show the pattern of the class; the others are noise.",
    )
    classes: int = _classes(5, 20)
    size: int = number(
        8,
        low=6,
        high=32,
        step=2,
        title="Image size",
        advanced=True,
        help="Width and height in pixels.",
    )
    noise: float = number(
        1.0,
        low=0.0,
        high=4.0,
        step=0.1,
        title="Noise",
        advanced=True,
        help="Standard deviation of the noise in every channel; the pattern's peak is 2.",
    )
    samples: int = number(
        2_000,
        low=200,
        high=20_000,
        step=200,
        title="Samples",
        advanced=True,
        help="How many images are drawn; a fifth of them is kept for validation.",
    )

    @model_validator(mode="after")
    def _fewer_signals(self) -> PlantedChannelsParameters:
        if self.signal >= self.channels:
            raise SpecError(
                f"signal must be fewer than the {self.channels} channels, got {self.signal}"
            )
        return self


def planted_channels(params: PlantedChannelsParameters) -> tuple[int, ...]:
    """The channels that carry the pattern: spread evenly, the same for every seed."""
    return tuple(
        int((position + 0.5) * params.channels / params.signal) for position in range(params.signal)
    )


def _cnn_widths(params: CNNParameters) -> tuple[int, ...]:
    return tuple(params.width * 2**block for block in range(params.blocks))


_TASKS = (
    TaskEntry(
        name="planted-features",
        title="Planted feature",
        slot="features",
        params=PlantedFeaturesParameters,
        data="attnlab.tasks.features:planted_features",
        backbone="attnlab.backbones:feature_network",
        slot_sizes=lambda params: (params.features,),
        chance=lambda params: 1 / params.classes,
        truth_axis="feature",
        truth=lambda params: (params.planted,),
        truth_words="the planted column",
        arms=("none", "dense"),
        summary="Columns of noise, one of which is the class number. Does attention find it?",
        training={"epochs": 20, "batch_size": 64, "learning_rate": 1e-3},
    ),
    TaskEntry(
        name="digits",
        title="Handwritten digits",
        slot="image",
        params=DigitsParameters,
        data="attnlab.tasks.images:digits",
        backbone="attnlab.backbones:small_cnn",
        slot_sizes=_cnn_widths,
        chance=lambda params: 1 / params.classes,
        arms=("none", "se:ratio=4"),
        summary="1,797 real scanned digits, 8 × 8 pixels, for a small convolutional network.",
        training={"epochs": 8, "batch_size": 32, "learning_rate": 2e-3},
    ),
    TaskEntry(
        name="planted-channels",
        title="Planted channels",
        slot="image",
        params=PlantedChannelsParameters,
        data="attnlab.tasks.images:planted_channels",
        backbone="attnlab.backbones:channel_network",
        slot_sizes=lambda params: (params.channels,),
        chance=lambda params: 1 / params.classes,
        truth_axis="channel",
        truth=planted_channels,
        truth_words="the planted channels",
        arms=("none", "se:ratio=4"),
        summary="Noisy images; a few channels carry the class pattern. Does attention pick them?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 2e-3},
    ),
)

for _entry in (*_MODULES, *_TASKS):
    REGISTRY.add(_entry)


def modules() -> tuple[ModuleEntry, ...]:
    """All declared modules, in the order of the catalogue."""
    return tuple(REGISTRY.modules.values())


def tasks() -> tuple[TaskEntry, ...]:
    """All declared tasks, in the order of the catalogue."""
    return tuple(REGISTRY.tasks.values())
