"""Backbones on images."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from attnlab.backbones.network import Slots
from attnlab.backbones.shared import output_units
from attnlab.catalog import CNNParameters, PlantedChannelsParameters


def convolutional(
    shape: tuple[int, int, int], size: CNNParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """The small CNN: blocks of convolution, pooling, slot and dropout, then a dense head.

    With shape (128, 128, 3), width 16, three blocks, head 512, two classes and `selayer` in the
    slots it has 8,414,484 parameters.
    """
    inputs = keras.Input(shape, name="image")  # (B, H, W, C)
    x = inputs
    for block in range(1, size.blocks + 1):
        filters = size.width * 2 ** (block - 1)
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", name=f"conv{block}")(x)
        x = layers.MaxPooling2D(name=f"pool{block}")(x)  # (B, H/2, W/2, filters)
        x = slots(x, number=block)
        x = layers.Dropout(size.dropout, name=f"dropout{block}")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dropout(size.dropout, name="dropout_flat")(x)
    x = layers.Dense(size.head, activation="relu", name="head")(x)
    x = layers.Dropout(size.dropout, name="dropout_head")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def small_cnn(params: Any, slots: Slots) -> tuple[Any, Any]:
    """The small CNN on 8 × 8 digits."""
    return convolutional((8, 8, 1), params, params.classes, slots)


def channel_network(params: PlantedChannelsParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, H, W, C) → slot on the input, where channels still mean something → a small CNN."""
    inputs = keras.Input((params.size, params.size, params.channels), name="image")
    x = slots(inputs)  # (B, H, W, C)
    x = layers.Conv2D(16, 3, padding="same", activation="relu", name="conv1")(x)
    x = layers.MaxPooling2D(name="pool1")(x)  # (B, H/2, W/2, 16)
    x = layers.Conv2D(32, 3, padding="same", activation="relu", name="conv2")(x)
    x = layers.GlobalAveragePooling2D(name="average")(x)  # (B, 32)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)
