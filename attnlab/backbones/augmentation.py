"""Random changes of training images, by Keras's own layers, in front of a network."""

from __future__ import annotations

from typing import Any

from keras import layers

from attnlab.catalog import AugmentationParameters, NetworkParameters

FLIPS = {
    "horizontal": "horizontal",
    "vertical": "vertical",
    "both": "horizontal_and_vertical",
}
"""Keras's names for the flips."""

EDGE = "nearest"
"""What comes in at the sides repeats the edge: Keras's own choice would mirror what is there."""


def augmented(inputs: Any, size: NetworkParameters) -> Any:
    """The images (B, H, W, C) in 0..1, changed at random in training, as they are otherwise.

    Every image of a batch is changed in a way of its own. The numbers come from the seed alone, so
    that an image is changed alike in all arms of a study. Without anything to change there is no
    layer. The order is that of the parameters: flip, shift, rotate, crop, brightness.
    """
    if not isinstance(size, AugmentationParameters):
        return inputs
    x = inputs
    if size.flip != "none":
        x = layers.RandomFlip(FLIPS[size.flip], name="flip")(x)
    if size.shift:
        x = layers.RandomTranslation(size.shift, size.shift, fill_mode=EDGE, name="shift")(x)
    if size.rotate:
        x = layers.RandomRotation(size.rotate / 360, fill_mode=EDGE, name="rotate")(x)
    if size.crop:
        x = layers.RandomZoom((-size.crop, 0.0), fill_mode=EDGE, name="crop")(x)
    if size.brightness:
        x = layers.RandomBrightness(size.brightness, value_range=(0, 1), name="brightness")(x)
    return x
