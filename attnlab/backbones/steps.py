"""Backbones on sequences."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers

from attnlab.backbones.network import Slots
from attnlab.backbones.shared import DENSE_UNITS, output_units
from attnlab.catalog import PlantedStepsParameters

RECURRENT = {"lstm": layers.LSTM, "gru": layers.GRU}


def step_network(params: PlantedStepsParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, T, K + 1) → encoder of every step → slot → Dense 64 → logits.

    A module may reduce the steps to one vector itself. Where it does not, they are averaged; with a
    recurrent encoder and an empty slot its last state stands for them, as without attention.
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
