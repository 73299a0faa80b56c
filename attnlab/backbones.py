"""The networks of the tasks, with slots that an arm's module fills.

Every backbone answers with logits: (B, K) for K classes, (B, 1) for two. A layer keeps its name
whatever stands in the slots, because its start is drawn from a stream of that name.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import keras
import numpy as np
from keras import layers

from attnlab.catalog import (
    CNNParameters,
    PlantedChannelsParameters,
    PlantedFeaturesParameters,
    PlantedStepsParameters,
)
from attnlab.spec import ModuleSpec, TaskSpec, load

MODULE_PREFIX = "attention"
DENSE_UNITS = 64


@dataclass(frozen=True)
class TraceSpec:
    """One trace of a network: its axis ("channel", or "block2/channel"), kind and shape."""

    axis: str
    kind: str
    shape: tuple[int, ...]


@dataclass
class Slots:
    """Fills the slots of one backbone with an arm's module and collects its scores."""

    module: ModuleSpec
    several: bool
    scores: list[Any] = field(default_factory=list)
    traces: list[TraceSpec] = field(default_factory=list)

    def __call__(self, x: Any, number: int = 1) -> Any:
        """Put the module on `x`; the empty slot gives `x` back."""
        entry = self.module.entry
        if not entry.layer:
            return x
        name = f"{MODULE_PREFIX}{number}" if self.several else MODULE_PREFIX
        layer = load(entry.layer)(**self.module.params.model_dump(), name=name)
        x, scores = layer(x, return_attention_scores=True)
        scores = scores if isinstance(scores, tuple) else (scores,)
        for trace, score in zip(layer.traces, scores, strict=True):
            axis = f"block{number}/{trace.axis}" if self.several else trace.axis
            self.traces.append(TraceSpec(axis, trace.kind, tuple(score.shape[1:])))
            self.scores.append(score)
        return x


@dataclass(frozen=True)
class Network:
    """Two models that share all weights, and what their traces mean.

    `model` maps inputs to logits; `traced` (None without attention) to [logits, *scores], with the
    scores in the order of `traces`.
    """

    model: keras.Model
    traced: keras.Model | None
    traces: tuple[TraceSpec, ...]

    @property
    def full(self) -> keras.Model:
        """The model that gives all there is: [logits, *scores], or logits alone."""
        return self.traced or self.model

    @cached_property
    def modules(self) -> tuple[keras.layers.Layer, ...]:
        """The layers that stand in the slots."""
        return tuple(layer for layer in self.model.layers if is_module(layer))

    @property
    def parameters(self) -> int:
        """All parameters of the network, moving statistics counted."""
        return self.model.count_params()

    @property
    def attention_parameters(self) -> int:
        """The parameters of the modules in the slots."""
        return sum(layer.count_params() for layer in self.modules)

    @cached_property
    def built(self) -> tuple[np.ndarray, ...]:
        """What `model.variables` were built with; stays so when `file_with` assigns others."""
        return tuple(variable.numpy() for variable in self.model.variables)

    def file_with(self, weights: Sequence[np.ndarray]) -> bytes:
        """The bytes of a .keras file of the model with these weights, in `model.variables` order.

        The model keeps them.
        """
        _ = self.built  # kept before it is gone
        for variable, value in zip(self.model.variables, weights, strict=True):
            variable.assign(value)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, "model.keras")
            self.model.save(path)
            return path.read_bytes()

    def describe(self) -> list[dict[str, Any]]:
        """The layers in order, for a picture: name, type, output shape, parameters, in a slot?"""
        return [
            {
                "name": layer.name,
                "type": type(layer).__name__,
                "shape": [int(size) for size in layer.output[0].shape[1:]]
                if isinstance(layer.output, (list, tuple))
                else [int(size) for size in layer.output.shape[1:]],
                "parameters": layer.count_params(),
                "module": is_module(layer),
            }
            for layer in self.model.layers
        ]


def is_module(layer: keras.layers.Layer) -> bool:
    """Whether a layer of a backbone stands in a slot."""
    return layer.name.startswith(MODULE_PREFIX)


def build(task: TaskSpec, module: ModuleSpec) -> Network:
    """Build the task's backbone with the module in its slots."""
    backbone: Callable[[Any, Slots], tuple[Any, Any]] = load(task.entry.backbone)
    slots = Slots(module, several=len(task.entry.slot_sizes(task.params)) > 1)
    inputs, logits = backbone(task.params, slots)
    model = keras.Model(inputs, logits, name="network")
    traced = keras.Model(inputs, [logits, *slots.scores], name="traced") if slots.traces else None
    return Network(model, traced, tuple(slots.traces))


def output_units(classes: int) -> int:
    """Two classes need one logit, more need one each."""
    return 1 if classes == 2 else classes


def feature_network(params: PlantedFeaturesParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, D) → slot → Dense 64, linear → logits.

    With `dense` attention, 32 features and two classes it has 3,233 parameters.
    Source: philipperemy/keras-attention, attention_dense.py (2017).
    """
    inputs = keras.Input((params.features,), name="features")  # (B, D)
    x = slots(inputs)  # (B, D)
    x = layers.Dense(DENSE_UNITS, name="hidden")(x)  # (B, 64)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)


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
        x = slots(x, block)
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


RECURRENT = {"lstm": layers.LSTM, "gru": layers.GRU}


def step_network(params: PlantedStepsParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, T, K + 1) → encoder of every step → slot → Dense 64 → logits.

    A module may sum the steps up itself. Where they are left, they are averaged; with a recurrent
    encoder and an empty slot its last state speaks for them, as it does without attention.
    """
    inputs = keras.Input((params.steps, params.classes + 1), name="sequence")
    if params.encoder in RECURRENT:
        encoder = RECURRENT[params.encoder](params.units, return_sequences=True, name="encoder")
    else:
        encoder = layers.Dense(params.units, activation="relu", name="encoder")
    steps = encoder(inputs)  # (B, T, units)
    x = slots(steps)
    if x is steps and params.encoder in RECURRENT:
        x = layers.Cropping1D((params.steps - 1, 0), name="last")(x)
    if len(x.shape) == 3:
        x = layers.GlobalAveragePooling1D(name="average")(x)  # (B, units)
    x = layers.Dense(DENSE_UNITS, activation="relu", name="hidden")(x)  # (B, 64)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)
