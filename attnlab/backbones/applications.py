"""Networks of Keras Applications with slots inside their blocks."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import keras
from keras import layers

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots
from attnlab.backbones.pixels import ImageNetPixels
from attnlab.backbones.rebuilding import rebuilt
from attnlab.backbones.shared import output_units
from attnlab.backbones.tuning import tune
from attnlab.catalog import NetworkParameters
from attnlab.catalog.task_entries.applications import APPLICATIONS, SMALLEST, too_small
from attnlab.compat.keras import names_anew
from attnlab.data.planned_file import PlannedFile
from attnlab.spec import SpecError

MOMENTUM = 0.9
"""Of batch norms: Keras's 0.99 and 0.999 are for trainings of many thousand steps."""

DEVIATIONS = (0.229, 0.224, 0.225)
"""Of ImageNet's red, green and blue in 0..1: see `_efficientnet`."""


@dataclass(frozen=True)
class Places:
    """Where a network has its slots: `before` or `after` the layers with such names, whose first
    group names the block. Layers with names as in `dropped` give what enters them first: attention
    that the network has itself makes room for the slot."""

    pattern: re.Pattern[str]
    where: Literal["before", "after"]
    pixels: Literal["caffe", "bytes"] = "bytes"
    dropped: re.Pattern[str] = re.compile(r"(?!)")


PLACES: Mapping[str, Places] = {
    "resnet50": Places(re.compile(r"(conv\d_block\d+)_3_bn"), "after", "caffe"),
    "mobilenetv3": Places(
        re.compile(r"expanded_conv_?(\d*)_project"),
        "before",
        dropped=re.compile(r"expanded_conv_.*squeeze_excite_mul"),
    ),
    "efficientnet": Places(
        re.compile(r"(block\d[a-z])_project_conv"),
        "before",
        dropped=re.compile(r"block\d[a-z]_se_excite"),
    ),
    "convnext": Places(re.compile(r"convnext_tiny_(stage_\d_block_\d+)_pointwise_conv_2"), "after"),
}
"""By what a plan calls the network.

ResNet-50: at the end of the branch of each bottleneck, behind its last batch norm and before the
addition, as Hu et al. 2018 put squeeze-and-excitation. MobileNetV3 and EfficientNet: in every block
between the depthwise convolution and the narrowing one, in place of their own
squeeze-and-excitation, as Howard et al. 2019 and Tan and Le 2019 have it. ConvNeXt (Liu et al.
2022), which has no attention: at the end of the branch of each block, before its scale.
"""


def application(
    shape: tuple[int, int, int], params: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """(B, H, W, C) → the network without its top → average over places → dropout → logits.

    Deviations: batch norms forget as fast as in attnlab's own networks, and of MobileNetV3 the
    dense layer of 1,024 before the answer is left out. Raises SpecError for weights that cannot be
    had.
    """
    name, places = params.backbone, PLACES[params.backbone]
    if min(shape[:2]) < SMALLEST:
        raise SpecError(too_small(name, min(shape[:2])))
    inputs = keras.Input(shape, name="image")
    prepared = ImageNetPixels(places.pixels, name="pixels")(augmented(inputs, params))
    numbers = iter(range(1, 1 + len(APPLICATIONS[name].widths)))

    def fill(matched: re.Match[str], x: Any) -> Any:
        block = matched[1] or "0"
        place = f"block{block}" if block.isdecimal() else block
        return slots(x, number=next(numbers), place=place)

    def call(layer: Any, x: Any, *further: Any, **options: Any) -> Any:
        if places.dropped.fullmatch(layer.name):
            return x[0] if isinstance(x, (list, tuple)) else x
        matched = places.pattern.fullmatch(layer.name)
        if matched is not None and places.where == "before":
            x = fill(matched, x)
        x = layer(x, *further, **options)
        if matched is not None and places.where == "after":
            x = fill(matched, x)
        if given and name == "efficientnet" and isinstance(layer, layers.Normalization):
            x = _as_trained(x)
        return x

    given = params.weights != "random"
    template = _template(name, shape[:2], params.weights, params.weights_file)
    x, body = rebuilt(template, inputs, prepared, call=call, momentum=MOMENTUM, weights=given)
    for layer in body:
        if hasattr(layer, "init_values"):  # ConvNeXt's scale keeps what it starts with so
            start = keras.initializers.Constant(layer.init_values)
            for variable in layer.weights:
                setattr(layer, f"{variable.name}_initializer", start)
    x = layers.GlobalAveragePooling2D(name="average")(x)
    if name == "convnext":
        x = layers.LayerNormalization(epsilon=1e-6, name="average_norm")(x)
    x = layers.Dropout(params.dropout, name="dropout")(x)
    tune(params, body, slots, given=given)
    return inputs, layers.Dense(output_units(classes), name="logits")(x)


def _said(error: Exception) -> str:
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


def _as_trained(x: Any) -> Any:
    """EfficientNet's weights were trained with pixels that Keras divides once more."""
    scale = [1 / math.sqrt(each) for each in DEVIATIONS]
    return layers.Rescaling(scale, name="pixels_as_trained")(x)


@lru_cache(maxsize=4)
def _template(name: str, size: tuple[int, int], weights: str, file: str) -> keras.Model:
    """The network as Keras has it, without its top; nobody trains it."""
    make: Callable[..., keras.Model] = getattr(keras.applications, APPLICATIONS[name].name)
    shape = (*size, 3)
    with names_anew():
        model = make(weights=None, include_top=False, input_shape=shape)
    if weights == "imagenet":
        _fetch_into(model, make, name, shape)
    if weights == "file":
        _read_into(model, PlannedFile(file), name)
    return model


def _fetch_into(
    model: keras.Model, make: Callable[..., keras.Model], name: str, shape: tuple[int, ...]
) -> None:
    """Give the network the weights of ImageNet, by Keras's own loader: from what it has kept, or
    from the network."""
    try:
        with names_anew():
            fetched = make(weights="imagenet", include_top=False, input_shape=shape)
        # One by one, in their order: layers without a name may be called otherwise, and Keras
        # puts a layer that has no weights into EfficientNet: see `_as_trained`.
        weighted = ([layer for layer in each.layers if layer.weights] for each in (model, fetched))
        for layer, given in zip(*weighted, strict=True):
            layer.set_weights(given.get_weights())
    except Exception as error:  # a network, a proxy or a disk can raise anything
        raise SpecError(
            f"cannot fetch the weights of ImageNet for {name}: {_said(error)}. Give them as a "
            "file, with weights=file,weights_file=PATH, or take weights=random"
        ) from error


def _read_into(model: keras.Model, file: PlannedFile, name: str) -> None:
    """Give the network the weights of a file."""
    place = file.place()
    try:
        model.load_weights(place)
    except Exception as error:  # a damaged or another file can raise anything
        raise SpecError(
            f"cannot read weights for {name} without its top from {file.path}: {_said(error)}"
        ) from error
