"""A model that somebody saved, with slots behind some of its layers."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import keras
from keras import layers

from attnlab.backbones.augmentation import augmented
from attnlab.backbones.network import Slots, is_taken
from attnlab.backbones.rebuilding import rebuilt
from attnlab.backbones.shared import output_units
from attnlab.backbones.tuning import tune
from attnlab.catalog import NetworkParameters
from attnlab.data.planned_file import PlannedFile
from attnlab.spec import SpecError
from attnlab.spec.parameters import closest, shown, some_of

_SQUASHING = ("softmax", "sigmoid")
_HEAD = ("average", "dropout", "logits")
"""What the layers of a head are called."""


def saved(
    shape: tuple[int, int, int], params: NetworkParameters, classes: int, slots: Slots
) -> tuple[Any, Any]:
    """(B, H, W, C) → a saved model, with slots behind the layers of `params.after` → logits.

    The model keeps its weights. One that ends in a map is averaged over places and gets a head; one
    that ends in as many numbers as are asked for answers itself, without a softmax or sigmoid at
    its end. Raises SpecError for a model that cannot be loaded, taken apart, or does not fit.
    """
    file = PlannedFile(params.saved)
    model = _loaded(file)
    _check_inputs(model, shape, file)
    wanted = params.after.split("+")
    _check_layers(model, wanted, file)
    # Slots are counted from the inputs, in whatever order they are named.
    ordered = [layer.name for layer in model.layers if layer.name in wanted]
    slots.several = len(ordered) > 1
    last = model.layers[-1]
    inputs = keras.Input(shape, name="image")
    prepared = augmented(inputs, params)
    renamed = _renamed(model, inputs, prepared)
    in_file = {new: name for name, new in renamed.items()}

    def call(layer: Any, *args: Any, **options: Any) -> Any:
        name = in_file.get(layer.name, layer.name)
        if name == last.name and isinstance(layer, layers.Softmax):
            return args[0]
        if name == last.name and _squashes(layer):
            layer.activation = keras.activations.linear
        x = layer(*args, **options)
        if name not in ordered:
            return x
        if len(getattr(x, "shape", ())) != 4:
            raise SpecError(
                f"{file.told}: a module for images takes (B, H, W, C), and the layer {name} "
                f"gives {_sizes(x)}"
            )
        return slots(x, number=1 + ordered.index(name), place=name)

    x, body = rebuilt(model, inputs, prepared, call=call, weights=True, renamed=renamed)
    tune(params, body, slots, given=True)
    units = output_units(classes)
    if len(x.shape) == 4:
        x = layers.GlobalAveragePooling2D(name="average")(x)
        x = layers.Dropout(params.dropout, name="dropout")(x)
        return inputs, layers.Dense(units, name="logits")(x)
    if tuple(x.shape) != (None, units):
        asked = "1 number, for two classes" if units == 1 else f"{units} numbers"
        raise SpecError(
            f"{file.told} ends in {_sizes(x)}, and the task asks for {asked}: save it without its "
            "last layers, so that it ends in a map (B, H, W, C), and gets a head for this task"
        )
    return inputs, x


def _renamed(model: keras.Model, inputs: Any, prepared: Any) -> dict[str, str]:
    """Other names for its layers that are called as layers around them, or as those in slots."""
    taken = {layer.name for layer in keras.Model(inputs, prepared).layers}
    if len(model.outputs[0].shape) == 4:
        taken.update(_HEAD)
    names = {layer.name for layer in model.layers}
    renamed = {}
    for name in sorted(each for each in names if each in taken or is_taken(each)):
        new = f"saved_{name}"
        while new in names:
            new = f"saved_{new}"
        names.add(new)
        renamed[name] = new
    return renamed


@lru_cache(maxsize=2)
def _loaded(file: PlannedFile) -> keras.Model:
    """The model of a file, as one that can be taken apart; nobody trains it."""
    place = file.place()
    try:
        model = keras.saving.load_model(place, compile=False, safe_mode=True)
    except Exception as error:  # a damaged or another file can raise anything
        raise SpecError(f"cannot load {file.path}: {_reason(error)}") from error
    if isinstance(model, keras.Sequential) and model.inputs:
        x = first = keras.Input(model.inputs[0].shape[1:], dtype=model.inputs[0].dtype)
        for layer in model.layers:
            x = layer(x)
        model = keras.Model(first, x)
    like = keras.Input((1,))
    if type(model) is not type(keras.Model(like, like)):
        raise SpecError(
            f"{file.path} is no functional model, whose layers are connected one by one, but a "
            f"{type(model).__name__}: nothing can be put between its layers. Write it as a "
            "function with slots instead: docs/own-backbones.md"
        )
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        raise SpecError(f"{file.path} must have one input and one output")
    return model


def _check_inputs(model: keras.Model, shape: tuple[int, int, int], file: PlannedFile) -> None:
    own = tuple(model.inputs[0].shape[1:])
    fits = len(own) == 3 and all(
        each in (None, size) for each, size in zip(own, shape, strict=True)
    )
    if not fits:
        raise SpecError(
            f"{file.told} takes {_sizes(model.inputs[0])}, and the images of the task are "
            f"(B, {', '.join(map(str, shape))}): change their size or colour"
        )


def _check_layers(model: keras.Model, wanted: list[str], file: PlannedFile) -> None:
    names = [layer.name for layer in model.layers]
    for name in wanted:
        if name not in names:
            raise SpecError(
                f"{file.told} has no layer {shown(name)}{closest(name, names)}; its layers are "
                f"{some_of(names)}"
            )


def _squashes(layer: Any) -> bool:
    return getattr(getattr(layer, "activation", None), "__name__", "") in _SQUASHING


def _sizes(tensor: Any) -> str:
    return f"({', '.join('B' if each is None else str(each) for each in tensor.shape)})"


def _reason(error: Exception) -> str:
    text = str(error)
    if "safe_mode" in text or "Lambda" in text:
        return "it brings Python code, as a Lambda layer does, and no file's code is run"
    if "Could not locate class" in text or "Could not deserialize class" in text:
        return f"it has a layer that Keras does not know ({text.strip().splitlines()[0]})"
    return next(iter(text.strip().splitlines()), type(error).__name__)
