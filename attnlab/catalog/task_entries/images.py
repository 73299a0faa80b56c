"""Tasks on images."""

from __future__ import annotations

from typing import ClassVar

from pydantic import model_validator

from attnlab.catalog.task_entries.backbones import BackboneParameters
from attnlab.catalog.task_entries.networks import CNNParameters, slot_widths
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    splits_of,
    test_samples_field,
)
from attnlab.spec import SpecError, TaskEntry, number


class DigitsParameters(LabelParameters, CNNParameters):
    """Handwritten digits, eight by eight pixels."""

    size: ClassVar[int] = 8

    classes: int = class_field(10, 10)

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        return self.size, self.size, 1


class PlantedChannelsParameters(BackboneParameters, LabelParameters):
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
    classes: int = class_field(5, 20)
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
    test_samples: int = test_samples_field()

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


DIGITS_PER_CLASS = (178, 182, 177, 183, 181, 182, 181, 179, 174, 180)
"""How many of scikit-learn's 1,797 scans show each digit."""

ON_IMAGES = (
    TaskEntry(
        name="digits",
        fixed_data=(),
        split_sizes=lambda params: splits_of(DIGITS_PER_CLASS[: params.classes], params),
        title="Handwritten digits",
        slot="image",
        params=DigitsParameters,
        data="attnlab.tasks.images:digits",
        example="attnlab.tasks.images:digits_example",
        asks="drawing",
        asked="attnlab.tasks.asking.drawing:asked_digit",
        backbone="attnlab.backbones.images:image_network",
        slot_sizes=slot_widths,
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(sum(DIGITS_PER_CLASS[: params.classes]), 8 * 8),
        arms=("none", "se:ratio=4"),
        summary="1,797 real scanned digits, 8 × 8 pixels, for a small network.",
        training={"epochs": 8, "batch_size": 32, "learning_rate": 2e-3},
    ),
    TaskEntry(
        name="planted-channels",
        title="Planted channels",
        slot="image",
        params=PlantedChannelsParameters,
        data="attnlab.tasks.images:planted_channels",
        example="attnlab.tasks.images:planted_channels_example",
        backbone="attnlab.backbones.images:channel_network",
        slot_sizes=lambda params: (params.channels,),
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.size**2 * params.channels),
        truth_axis="channel",
        truth=planted_channels,
        truth_words="the planted channels",
        arms=("none", "se:ratio=4"),
        summary="Noisy images; a few channels carry the class pattern. Does attention pick them?",
        training={"epochs": 15, "batch_size": 64, "learning_rate": 2e-3},
    ),
)
