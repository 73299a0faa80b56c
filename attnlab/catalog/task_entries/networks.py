"""The networks that tasks on images can choose from, and the channels at their slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import field_validator, model_validator

from attnlab.catalog.task_entries.applications import APPLICATIONS, SMALLEST, too_small
from attnlab.catalog.task_entries.backbones import SAVED, SIZES, BackboneParameters
from attnlab.catalog.task_entries.transformers import (
    OF_IMAGES,
    Pooling,
    Positions,
    check_heads,
    heads_field,
    pooling_field,
    positions_field,
)
from attnlab.data.paths import LONGEST_PATH
from attnlab.data.planned_file import PlannedFile
from attnlab.spec import Parameters, choice, number, text
from attnlab.spec.named_choices import named_choice

EXPANSION = 4
"""How many times more channels a mobile block has inside than at its entrance."""


class NetworkParameters(BackboneParameters):
    """Which network, and how large."""

    backbone: str = named_choice(
        "cnn",
        ("cnn", "residual", "mobile", "vit", *APPLICATIONS, SAVED),
        title="Network",
        help="Plain convolutions (cnn), blocks with a path around them (residual), blocks that "
        "widen, look at each channel on its own and narrow again (mobile), or layers of "
        "self-attention between the patches of the image (vit); large networks of Keras "
        "Applications, for images of 32 pixels and more; a model that you saved; or the name of "
        "one that you bring.",
    )
    saved: str = text(
        "",
        longest=LONGEST_PATH + 17,
        title="Saved model",
        advanced=True,
        quiet=True,
        only_if=("backbone", SAVED),
        help="A .keras file of a functional model, which takes images with pixels in 0..1.",
    )
    after: str = text(
        "",
        title="Slots behind layers",
        advanced=True,
        quiet=True,
        only_if=("backbone", SAVED),
        help="The names of its layers behind which a module may stand, such as conv1+conv2.",
    )
    weights: Literal["random", "imagenet", "file"] = choice(
        "random",
        title="Weights to start with",
        advanced=True,
        quiet=True,
        help="Those of a network of Keras Applications: random, those that ImageNet gave, which "
        "Keras fetches once and keeps, or those of a file.",
    )
    weights_file: str = text(
        "",
        longest=LONGEST_PATH + 17,
        title="File of weights",
        advanced=True,
        quiet=True,
        only_if=("weights", "file"),
        help="Written by Keras for this network without its top: .h5 or .weights.h5.",
    )
    tuned: Literal["all", "slower", "frozen", "head"] = choice(
        "all",
        title="Trained part",
        advanced=True,
        quiet=True,
        help="All layers alike; those of the network more slowly than modules and head (slower); "
        "modules and head alone (frozen); or the head alone (head).",
    )
    slower: float = number(
        0.1,
        low=0.0001,
        high=1.0,
        title="Learning rate of the network",
        choices=(0.001, 0.01, 0.03, 0.1, 0.3, 1.0),
        advanced=True,
        quiet=True,
        only_if=("tuned", "slower"),
        help="What part of the learning rate its own layers are trained with.",
    )

    @model_validator(mode="before")
    @classmethod
    def _named_by_its_file(cls, data: Any) -> Any:
        """The path of a saved model in place of a network's name, and its layers as a list."""
        if not isinstance(data, dict):
            return data
        data, named = dict(data), data.get("backbone")
        if isinstance(named, str) and named.lower().endswith(".keras"):
            data |= {"backbone": SAVED, "saved": data.get("saved") or named}
        if isinstance(data.get("after"), (list, tuple)):
            data["after"] = "+".join(map(str, data["after"]))
        return data

    @field_validator("after")
    @classmethod
    def _read_layers(cls, given: str) -> str:
        names = (each.strip() for each in given.replace(",", "+").split("+"))
        return "+".join(dict.fromkeys(filter(None, names)))

    @field_validator("saved", "weights_file")
    @classmethod
    def _named_file(cls, given: str) -> str:
        return PlannedFile.at(given)

    @property
    def lacks(self) -> str:
        """What is missing before the network can be built: files, layers, pixels."""
        if self.backbone == SAVED and not (self.saved and self.after):
            return (
                "a saved model needs its file and the layers behind which modules may stand: "
                "--backbone model.keras --slots conv1,conv2, or saved=… and after=conv1+conv2"
            )
        if self.backbone not in APPLICATIONS:
            return ""
        if self.weights == "file" and not self.weights_file:
            return "weights_file is missing: give the path of a file with weights"
        size = getattr(self, "size", SMALLEST)
        return too_small(self.backbone, size) if size < SMALLEST else ""

    @classmethod
    def is_used(cls, name: str, values: Mapping[str, Any]) -> bool:
        """Whether a parameter has an effect next to these values of the others."""
        is_application = values.get("backbone") in APPLICATIONS
        is_given = is_application or values.get("backbone") == SAVED
        if name in ("weights", "weights_file") and not is_application:
            return False
        if name in ("tuned", "slower") and not is_given:
            return False
        if is_given and name in SIZES:
            return name == "dropout"
        return super().is_used(name, values)

    where: Literal["standard", "pre", "post", "identity"] = choice(
        "standard",
        title="Slot in the block",
        advanced=True,
        only_if=("backbone", "residual"),
        help="At the end of the residual branch (standard), at its beginning (pre), after the "
        "addition (post), or on the path around the branch (identity).",
    )
    width: int = number(
        16,
        low=4,
        high=64,
        step=4,
        title="Width",
        advanced=True,
        help="Filters of the first block; every further block doubles them. Patches have four "
        "times as many features in all blocks.",
    )
    blocks: int = number(
        2,
        low=1,
        high=3,
        title="Blocks",
        advanced=True,
        help="How many blocks there are; every one, or every further one, halves the image, which "
        "patches keep.",
    )
    dropout: float = number(
        0.2,
        low=0.0,
        high=0.9,
        step=0.05,
        title="Dropout",
        advanced=True,
        help="The share of units dropped in each training step: before the answer, in the cnn "
        "after every block too.",
    )
    patches: int = number(
        4,
        low=2,
        high=12,
        title="Patches a side",
        advanced=True,
        only_if=OF_IMAGES,
        help="Into how many patches the image is cut along each side, at most.",
    )
    heads: int = heads_field(OF_IMAGES)
    positions: Positions = positions_field(OF_IMAGES)
    pooling: Pooling = pooling_field(OF_IMAGES)

    @model_validator(mode="after")
    def _heads_divide(self) -> NetworkParameters:
        if self.backbone == "vit":
            check_heads(self.heads, vit_units(self), "features of a patch")
        return self


_AUGMENTATION: dict[str, Any] = {"advanced": True, "fold": "Augmentation", "quiet": True}


class AugmentationParameters(Parameters):
    """How training images, with pixels in 0..1, are changed at random each time they are shown."""

    flip: Literal["none", "horizontal", "vertical", "both"] = choice(
        "none",
        title="Flip",
        help="Mirror every second training image at random: left to right, upside down, or each of "
        "both.",
        **_AUGMENTATION,
    )
    shift: float = number(
        0.0,
        low=0.0,
        high=0.5,
        step=0.05,
        title="Shift",
        help="Move each training image at random, each way by up to this share of its size; its "
        "edge is drawn out.",
        **_AUGMENTATION,
    )
    rotate: int = number(
        0,
        low=0,
        high=180,
        choices=(0, 5, 10, 15, 20, 30, 45, 90, 180),
        title="Rotate",
        help="Turn each training image at random, by up to so many degrees to either side.",
        **_AUGMENTATION,
    )
    crop: float = number(
        0.0,
        low=0.0,
        high=0.5,
        step=0.05,
        title="Crop",
        help="Enlarge the middle of each training image at random, so that up to this share of its "
        "width and height is cut off; with a shift it is not always the middle.",
        **_AUGMENTATION,
    )
    brightness: float = number(
        0.0,
        low=0.0,
        high=0.5,
        step=0.05,
        title="Brightness",
        help="Make each training image brighter or darker at random, by up to this share of white.",
        **_AUGMENTATION,
    )


class CNNParameters(AugmentationParameters, NetworkParameters):
    """With the dense head that the small CNN has where a place in the image means something."""

    head: int = number(
        64,
        low=8,
        high=512,
        step=8,
        title="Head units",
        advanced=True,
        only_if=("backbone", "cnn"),
        help="Units of the dense layer before the answer.",
    )


def vit_units(params: NetworkParameters) -> int:
    """The features of a patch of the Transformer on images."""
    return EXPANSION * params.width


def patch_sizes(shape: tuple[int, ...], patches: int) -> tuple[int, int]:
    """The height and width of a patch, of which an image of this shape has so many a side."""
    return -(-shape[0] // patches), -(-shape[1] // patches)


def slot_widths(params: NetworkParameters) -> tuple[int, ...]:
    """The channels at the slot of each block."""
    if params.backbone == "vit":
        return (vit_units(params),) * params.blocks
    if params.backbone in APPLICATIONS:
        return APPLICATIONS[params.backbone].widths
    if params.backbone == SAVED:
        return ()  # the model tells when it is loaded
    leaving = tuple(params.width * 2**block for block in range(params.blocks))
    entering = params.width, *leaving[:-1]
    if params.backbone == "mobile":
        return tuple(EXPANSION * channels for channels in entering)
    return entering if (params.backbone, params.where) == ("residual", "pre") else leaving
