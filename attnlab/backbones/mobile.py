"""A small network of inverted residual blocks with the slot inside."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots
from attnlab.backbones.shared import batch_norm, output_units, stem_stride
from attnlab.catalog import EXPANSION, NetworkParameters


def mobile(
    shape: tuple[int, int, int], size: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """(B, H, W, C) → convolution → inverted residual blocks → average over places → logits.

    Every block widens its channels four times by a 1×1 convolution, convolves each of them on its
    own (3×3), weighs them in the slot, and narrows them by a linear 1×1 convolution; where its
    shape stays, it is added to what entered. From the second block on it halves the image and
    doubles the channels.

    Source: Howard et al. 2019, https://arxiv.org/abs/1905.02244, MobileNetV3, with the slot where
    that has squeeze-and-excitation. Deviations: one block a stage, 3×3 and hard-swish throughout,
    one expansion, no dense layer of 1,280 before the answer; batch norm as in the residual network.
    """
    inputs = keras.Input(shape, name="image")  # (B, H, W, C)
    stride = stem_stride(shape)
    x = layers.Conv2D(
        size.width, 3, strides=stride, padding="same", use_bias=False, name="stem_conv"
    )(augmented(inputs, size))
    x = _normalised(x, "stem")  # (B, H, W, width)
    for block in range(1, size.blocks + 1):
        filters = size.width * 2 ** (block - 1)
        x = _block(x, filters, 1 if block == 1 else 2, slots, block)
    x = layers.Conv2D(EXPANSION * x.shape[-1], 1, use_bias=False, name="last_conv")(x)
    x = _normalised(x, "last")
    x = layers.GlobalAveragePooling2D(name="average")(x)
    x = layers.Dropout(size.dropout, name="dropout")(x)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def _block(x: Any, filters: int, stride: int, slots: Slots, number: int) -> Any:
    name, entering = f"block{number}", x
    x = layers.Conv2D(EXPANSION * x.shape[-1], 1, use_bias=False, name=f"{name}_expand_conv")(x)
    x = _normalised(x, f"{name}_expand")
    x = layers.DepthwiseConv2D(
        3, strides=stride, padding="same", use_bias=False, name=f"{name}_depth_conv"
    )(x)
    x = _normalised(x, f"{name}_depth")  # (B, H/stride, W/stride, 4 × entering)
    x = slots(x, number=number)
    x = layers.Conv2D(filters, 1, use_bias=False, name=f"{name}_project_conv")(x)
    x = batch_norm(f"{name}_project_norm")(x)
    if stride == 1 and entering.shape[-1] == filters:
        x = layers.Add(name=f"{name}_add")([x, entering])
    return x


def _normalised(x: Any, name: str) -> Any:
    return layers.Activation("hard_swish", name=f"{name}_swish")(batch_norm(f"{name}_norm")(x))
