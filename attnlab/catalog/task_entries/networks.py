"""The networks that tasks on images can choose from, and the channels at their slots."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from attnlab.catalog.task_entries.transformers import (
    OF_IMAGES,
    Pooling,
    Positions,
    check_heads,
    heads_field,
    pooling_field,
    positions_field,
)
from attnlab.spec import Parameters, choice, number

EXPANSION = 4
"""How many times more channels a mobile block has inside than at its entrance."""


class NetworkParameters(Parameters):
    """Which network, and how large."""

    backbone: Literal["cnn", "residual", "mobile", "vit"] = choice(
        "cnn",
        title="Network",
        advanced=True,
        help="Plain convolutions (cnn), blocks with a path around them (residual), blocks that "
        "widen, look at each channel on its own and narrow again (mobile), or layers of "
        "self-attention between the patches of the image (vit).",
    )
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


def block_widths(params: NetworkParameters) -> tuple[int, ...]:
    """The channels that leave each block."""
    return tuple(params.width * 2**block for block in range(params.blocks))


def slot_widths(params: NetworkParameters) -> tuple[int, ...]:
    """The channels at the slot of each block."""
    if params.backbone == "vit":
        return (vit_units(params),) * params.blocks
    leaving = block_widths(params)
    entering = (params.width, *leaving[:-1])
    if params.backbone == "mobile":
        return tuple(EXPANSION * channels for channels in entering)
    return entering if (params.backbone, params.where) == ("residual", "pre") else leaving
