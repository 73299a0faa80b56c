"""A small residual network with the slot in every block."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots
from attnlab.backbones.shared import batch_norm, output_units, stem_stride
from attnlab.catalog import NetworkParameters


def residual(
    shape: tuple[int, int, int], size: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """(B, H, W, C) → convolution → residual blocks → average over places → dropout → logits.

    Every block is y = relu(branch(x) + shortcut(x)); from the second on it halves the image and
    doubles the channels. `size.where` says where the slot is:

    - "standard": branch(x) is weighed before the addition, after its last batch norm.
    - "pre": the input of the branch is weighed; the shortcut bypasses the slot.
    - "post": y is weighed, after the addition and its ReLU.
    - "identity": shortcut(x) is weighed, in parallel to the branch.

    Source: He et al. 2016, https://arxiv.org/abs/1512.03385, the blocks of two 3×3 convolutions;
    the places of the slot after Hu et al. 2018, https://arxiv.org/abs/1709.01507, section 6.6.
    Deviations: one block a stage, no max pooling after the stem, and where a shortcut has to change
    the shape by a 1×1 convolution, "identity" weighs the output of that.
    """
    inputs = keras.Input(shape, name="image")  # (B, H, W, C)
    stride = stem_stride(shape)
    x = layers.Conv2D(
        size.width, 3, strides=stride, padding="same", use_bias=False, name="stem_conv"
    )(augmented(inputs, size))
    x = batch_norm("stem_norm")(x)
    x = layers.ReLU(name="stem_relu")(x)  # (B, H, W, width)
    for block in range(1, size.blocks + 1):
        filters = size.width * 2 ** (block - 1)
        x = _block(x, filters, 1 if block == 1 else 2, size.where, slots, block)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dropout(size.dropout, name="dropout")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def _block(x: Any, filters: int, stride: int, where: str, slots: Slots, number: int) -> Any:
    name = f"block{number}"
    branch = slots(x, number=number) if where == "pre" else x
    branch = layers.Conv2D(
        filters, 3, strides=stride, padding="same", use_bias=False, name=f"{name}_conv1"
    )(branch)
    branch = batch_norm(f"{name}_norm1")(branch)
    branch = layers.ReLU(name=f"{name}_relu1")(branch)
    branch = layers.Conv2D(filters, 3, padding="same", use_bias=False, name=f"{name}_conv2")(branch)
    branch = batch_norm(f"{name}_norm2")(branch)  # (B, H/stride, W/stride, filters)
    if where == "standard":
        branch = slots(branch, number=number)
    shortcut = x
    if stride > 1 or x.shape[-1] != filters:
        shortcut = layers.Conv2D(
            filters, 1, strides=stride, use_bias=False, name=f"{name}_shortcut"
        )(shortcut)
        shortcut = batch_norm(f"{name}_shortcut_norm")(shortcut)
    if where == "identity":
        shortcut = slots(shortcut, number=number)
    x = layers.Add(name=f"{name}_add")([branch, shortcut])
    x = layers.ReLU(name=f"{name}_relu2")(x)
    return slots(x, number=number) if where == "post" else x
