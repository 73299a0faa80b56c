"""The tasks of the catalogue, each with its parameters."""

from __future__ import annotations

from typing import Literal

from pydantic import model_validator

from attnlab.spec import Parameters, SpecError, TaskEntry, choice, number


def _classes(default: int, high: int) -> int:
    return number(
        default,
        low=2,
        high=high,
        title="Classes",
        help="How many answers there are; guessing is right once in that many times.",
    )


class LabelParameters(Parameters):
    """How the training data of a task are made harder to learn from; every task has these."""

    label_noise: float = number(
        0.0,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Label noise",
        advanced=True,
        help="The share of training labels replaced by a wrong class, drawn at random; validation "
        "and test keep the true ones.",
    )
    imbalance: int = number(
        1,
        low=1,
        high=100,
        choices=(1, 2, 5, 10, 20, 50, 100),
        title="Class imbalance",
        advanced=True,
        help="How many times rarer the last class is than the first in training, where a fixed "
        "data set leaves samples out; validation and test stay balanced, so that guessing the "
        "common class does not pay and chance stays the same.",
    )


class PlantedFeaturesParameters(LabelParameters):
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


class DigitsParameters(LabelParameters, CNNParameters):
    """Handwritten digits, eight by eight pixels."""

    classes: int = _classes(10, 10)


class PlantedChannelsParameters(LabelParameters):
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


class PlantedStepsParameters(LabelParameters):
    """Sequences of random symbols, two of which are marked and decide the class."""

    steps: int = number(
        20, low=4, high=100, title="Steps", help="How long each sequence is; two steps matter."
    )
    classes: int = _classes(4, 10)
    encoder: Literal["dense", "lstm", "gru"] = choice(
        "dense",
        title="Encoder",
        help="What reads the steps before the attention: each on its own, or in turn with a "
        "memory (LSTM, GRU).",
    )
    units: int = number(
        32,
        low=8,
        high=128,
        step=8,
        title="Encoder units",
        advanced=True,
        help="How many features the encoder gives to every step.",
    )
    samples: int = number(
        4_000,
        low=500,
        high=20_000,
        step=500,
        title="Samples",
        advanced=True,
        help="How many sequences are drawn; a fifth of them is kept for validation.",
    )


def planted_steps(params: PlantedStepsParameters) -> tuple[int, int]:
    """The two marked steps: at a quarter and three quarters, the same for every seed."""
    return params.steps // 4, 3 * params.steps // 4


DIGITS_PER_CLASS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
"""How many of scikit-learn's 1,797 scans show each digit."""


def _nbytes(samples: int, values: int) -> int:
    """Bytes of so many samples, each of `values` float32 numbers and an int32 class number."""
    return 4 * samples * (values + 1)


def _drawn(
    params: PlantedFeaturesParameters | PlantedChannelsParameters | PlantedStepsParameters,
) -> int:
    """How many samples are drawn: those asked for, and as many for testing as for validation."""
    return params.samples + params.samples // 5


def _cnn_widths(params: CNNParameters) -> tuple[int, ...]:
    return tuple(params.width * 2**block for block in range(params.blocks))


TASKS = (
    TaskEntry(
        name="planted-features",
        title="Planted feature",
        slot="features",
        params=PlantedFeaturesParameters,
        data="attnlab.tasks.features:planted_features",
        backbone="attnlab.backbones:feature_network",
        slot_sizes=lambda params: (params.features,),
        chance=lambda params: 1 / params.classes,
        nbytes=lambda params: _nbytes(_drawn(params), params.features),
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
        nbytes=lambda params: _nbytes(sum(DIGITS_PER_CLASS[: params.classes]), 8 * 8),
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
        nbytes=lambda params: _nbytes(_drawn(params), params.size**2 * params.channels),
        truth_axis="channel",
        truth=planted_channels,
        truth_words="the planted channels",
        arms=("none", "se:ratio=4"),
        summary="Noisy images; a few channels carry the class pattern. Does attention pick them?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 2e-3},
    ),
    TaskEntry(
        name="planted-steps",
        title="Planted steps",
        slot="steps",
        params=PlantedStepsParameters,
        data="attnlab.tasks.steps:planted_steps",
        backbone="attnlab.backbones:step_network",
        slot_sizes=lambda params: (params.units,),
        chance=lambda params: 1 / params.classes,
        nbytes=lambda params: _nbytes(_drawn(params), params.steps * (params.classes + 1)),
        truth_axis="step",
        truth=planted_steps,
        truth_words="the planted steps",
        arms=("none", "attention-pool"),
        summary="Random symbols; two marked steps decide the class. Does attention find them?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 3e-3},
    ),
)
