"""Tasks on images that show what matters at one place, another in every sample."""

from __future__ import annotations

from pydantic import model_validator

from attnlab.catalog.task_entries.networks import (
    AugmentationParameters,
    NetworkParameters,
    slot_widths,
)
from attnlab.catalog.task_entries.shared import (
    LabelParameters,
    array_bytes,
    class_field,
    drawn_samples,
    numbered_classes,
    test_samples_field,
)
from attnlab.spec import SpecError, TaskEntry, number

DIGIT_SIZE = 8
"""Width and height of a scan of scikit-learn's digits."""


PLACED_WIDENING = 2
"""How many times more channels enter the slot of these tasks' cnn than its first layer has."""


class PlantedLocationParameters(LabelParameters, NetworkParameters):
    """Noise, with the glyph of the class at one place of each image."""

    classes: int = class_field(4, 20)
    size: int = number(
        20, low=8, high=64, step=2, title="Image size", help="Width and height in pixels."
    )
    glyph: int = number(
        5,
        low=3,
        high=16,
        title="Glyph size",
        help="Width and height of the place that shows the class; all else is noise.",
    )
    channels: int = number(
        1,
        low=1,
        high=8,
        title="Channels",
        advanced=True,
        help="How many channels each image has; the glyph is in all of them.",
    )
    noise: float = number(
        0.7,
        low=0.0,
        high=4.0,
        step=0.1,
        title="Noise",
        advanced=True,
        help="Standard deviation of the noise; the glyph's peak is 2.",
    )
    samples: int = number(
        3_000,
        low=200,
        high=20_000,
        step=200,
        title="Samples",
        advanced=True,
        help="How many images are drawn; a fifth of them is kept for validation.",
    )
    test_samples: int = test_samples_field()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        return self.size, self.size, self.channels

    @model_validator(mode="after")
    def _glyph_has_room(self) -> PlantedLocationParameters:
        if self.glyph >= self.size:
            raise SpecError(
                f"glyph must be smaller than the {self.size} pixels of the image, got {self.glyph}"
            )
        return self


class ClutteredDigitsParameters(LabelParameters, AugmentationParameters, NetworkParameters):
    """A handwritten digit somewhere among fragments of others."""

    classes: int = class_field(5, 10)
    size: int = number(
        20,
        low=10,
        high=64,
        step=2,
        title="Image size",
        help="Width and height in pixels; the digit takes 8 of them each way.",
    )
    fragments: int = number(
        4,
        low=0,
        high=64,
        title="Fragments",
        help="How many pieces of other digits, 4 pixels wide and high, lie about.",
    )
    samples: int = number(
        3_000,
        low=200,
        high=20_000,
        step=200,
        title="Samples",
        advanced=True,
        help="How many images are made; a fifth of them is kept for validation. A scan is shown "
        "several times, at other places, but never in two of the splits.",
    )
    test_samples: int = test_samples_field()

    @property
    def shape(self) -> tuple[int, int, int]:
        """Of one image."""
        return self.size, self.size, 1


def place_slots(params: NetworkParameters) -> tuple[int, ...]:
    """The channels at each slot: the cnn of these tasks has one, where places still differ."""
    return (PLACED_WIDENING * params.width,) if params.backbone == "cnn" else slot_widths(params)


AT_PLACES = (
    TaskEntry(
        name="planted-location",
        title="Planted location",
        slot="image",
        params=PlantedLocationParameters,
        data="attnlab.tasks.places:planted_location",
        example="attnlab.tasks.places:place_example",
        backbone="attnlab.backbones.images:place_network",
        slot_sizes=place_slots,
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.size**2 * params.channels),
        truth_axis="place",
        truth_words="the planted place",
        arms=("none", "cbam-spatial:batch_norm=true", "cbam:batch_norm=true,ratio=4"),
        summary="Noise, but for a glyph at one place of each image. Does attention go there?",
        training={"epochs": 12, "batch_size": 32, "learning_rate": 3e-3},
    ),
    TaskEntry(
        name="cluttered-digits",
        title="Cluttered digits",
        slot="image",
        params=ClutteredDigitsParameters,
        data="attnlab.tasks.places:cluttered_digits",
        example="attnlab.tasks.places:place_example",
        asks="drawing",
        asked="attnlab.tasks.asking.drawing:asked_in_clutter",
        backbone="attnlab.backbones.images:place_network",
        slot_sizes=place_slots,
        chance=lambda params: 1 / params.classes,
        class_names=numbered_classes,
        nbytes=lambda params: array_bytes(drawn_samples(params), params.size**2),
        truth_axis="place",
        truth_words="the place of the digit",
        arms=("none", "cbam-spatial:batch_norm=true", "cbam:batch_norm=true,ratio=4"),
        summary="A real scanned digit somewhere among pieces of others. Does attention find it?",
        training={"epochs": 15, "batch_size": 32, "learning_rate": 2e-3},
    ),
)
