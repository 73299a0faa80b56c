"""Backbones on images."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import keras
from keras import layers

from attnlab.backbones.applications import application
from attnlab.backbones.augmentation import augmented
from attnlab.backbones.mobile import mobile
from attnlab.backbones.network import Slots
from attnlab.backbones.residual import residual
from attnlab.backbones.saved import saved
from attnlab.backbones.shared import output_units
from attnlab.backbones.transformer import vision_transformer
from attnlab.catalog import (
    PLACED_WIDENING,
    CNNParameters,
    NetworkParameters,
    PlantedChannelsParameters,
)


def convolutional(
    shape: tuple[int, int, int], size: CNNParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """The small CNN: blocks of convolution, pooling, slot and dropout, then a dense head.

    With shape (128, 128, 3), width 16, three blocks, head 512, two classes and `selayer` in the
    slots it has 8,414,484 parameters.
    """
    inputs = keras.Input(shape, name="image")  # (B, H, W, C)
    x = augmented(inputs, size)
    for block in range(1, size.blocks + 1):
        filters = size.width * 2 ** (block - 1)
        x = _convolution(filters, f"conv{block}")(x)
        x = layers.MaxPooling2D(name=f"pool{block}")(x)  # (B, H/2, W/2, filters)
        x = slots(x, number=block)
        x = layers.Dropout(size.dropout, name=f"dropout{block}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(size.dropout, name="dropout_flat")(x)
    x = layers.Dense(size.head, activation="relu", name="head")(x)
    x = layers.Dropout(size.dropout, name="dropout_head")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def placed(
    shape: tuple[int, int, int], size: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """A CNN with one slot, on a map of half the image's width that still separates places.

    Convolution, pooling, convolution, the slot; then a convolution for every further block, with
    pooling between them. Places are averaged at the end, so that one among noise counts for little
    unless attention lowers the others.
    """
    inputs = keras.Input(shape, name="image")  # (B, H, W, C)
    x = _convolution(size.width, "conv1")(augmented(inputs, size))
    x = layers.MaxPooling2D(name="pool1")(x)
    x = _convolution(PLACED_WIDENING * size.width, "conv2")(x)
    x = slots(x)  # (B, H/2, W/2, 2 × width)
    for block in range(2, size.blocks + 1):
        if block > 2:
            x = layers.MaxPooling2D(name=f"pool{block - 1}")(x)
        x = _convolution(size.width * 2 ** (block - 1), f"conv{block + 1}")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dropout(size.dropout, name="dropout_average")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


ImageNetwork = Callable[[tuple[int, int, int], Any, int, Slots], tuple[Any, Any]]

IMAGE_NETWORKS: Mapping[str, ImageNetwork] = {
    "cnn": convolutional,
    "residual": residual,
    "mobile": mobile,
    "vit": vision_transformer,
    "saved": saved,
}
"""The networks on images by what the parameter `backbone` calls them."""

PLACE_NETWORKS: Mapping[str, ImageNetwork] = {**IMAGE_NETWORKS, "cnn": placed}
"""The same where the truth is a place."""


def image_network(params: Any, slots: Slots) -> tuple[Any, Any]:
    """The network that the task's parameters choose, for its images and classes."""
    return _network(IMAGE_NETWORKS, params)(params.shape, params, params.classes, slots)


def place_network(params: Any, slots: Slots) -> tuple[Any, Any]:
    """The same for tasks whose truth is a place, with a CNN that still resolves it."""
    return _network(PLACE_NETWORKS, params)(params.shape, params, params.classes, slots)


def _network(networks: Mapping[str, ImageNetwork], params: Any) -> ImageNetwork:
    """The network that the parameters name: of these, or one of Keras Applications."""
    return networks.get(params.backbone, application)


def array_network(params: Any, slots: Slots) -> tuple[Any, Any]:
    """`place_network` for images with a truth, `image_network` for others."""
    return (place_network if params.truth else image_network)(params, slots)


def channel_network(params: PlantedChannelsParameters, slots: Slots) -> tuple[Any, Any]:
    """The network on channels for its images and classes."""
    return network_on_channels((params.size, params.size, params.channels), params.classes, slots)


def network_on_channels(shape: tuple[int, ...], classes: int, slots: Slots) -> tuple[Any, Any]:
    """(B, H, W, C) → slot on the input, where channels still mean something → a small CNN."""
    inputs = keras.Input(shape, name="image")
    x = slots(inputs)  # (B, H, W, C)
    x = _convolution(16, "conv1")(x)
    x = layers.MaxPooling2D(name="pool1")(x)  # (B, H/2, W/2, 16)
    x = _convolution(32, "conv2")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)  # (B, 32)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def _convolution(filters: int, name: str) -> layers.Conv2D:
    return layers.Conv2D(filters, 3, padding="same", activation="relu", name=name)
