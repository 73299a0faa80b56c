"""Backbones on sequences."""

from __future__ import annotations

from typing import Any, Protocol

import keras
from keras import layers, ops

from attnlab.backbones.average import AverageSteps
from attnlab.backbones.network import Slots
from attnlab.backbones.shared import DENSE_UNITS, output_units
from attnlab.backbones.transformer import transformed
from attnlab.catalog import OwnSeriesParameters, PlantedStepsParameters
from attnlab.catalog.task_entries.transformers import TRANSFORMER

RECURRENT = {"lstm": layers.LSTM, "gru": layers.GRU}


def step_network(params: PlantedStepsParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, T, K + 1) → encoder of every step → slot → Dense 64 → logits.

    A module may reduce the steps to one vector itself. Where it does not, they are averaged; with a
    recurrent encoder and an empty slot its last state stands for them, as without attention, and
    with a Transformer its class token if it has one.
    """
    inputs = keras.Input((params.steps, params.classes + 1), name="sequence")
    token = None
    if params.encoder in RECURRENT:
        steps = RECURRENT[params.encoder](params.units, return_sequences=True, name="encoder")(
            inputs
        )  # (B, T, units)
    else:
        steps = layers.Dense(params.units, activation="relu", name="encoder")(inputs)
    if params.encoder == TRANSFORMER:
        steps, token = transformed(params, steps, None)
    x = slots(steps)
    if x is steps and token is not None:
        x = token
    if x is steps and params.encoder in RECURRENT:
        x = layers.Cropping1D((params.steps - 1, 0), name="last")(x)
    if len(x.shape) == 3:
        x = layers.GlobalAveragePooling1D(name="average")(x)  # (B, units)
    x = layers.Dense(DENSE_UNITS, activation="relu", name="hidden")(x)  # (B, 64)
    return inputs, layers.Dense(output_units(params.classes), name="logits")(x)


class EncoderParameters(Protocol):
    """The parameters of what reads the steps."""

    @property
    def encoder(self) -> str: ...

    @property
    def units(self) -> int: ...

    @property
    def depth(self) -> int: ...

    @property
    def heads(self) -> int: ...

    @property
    def positions(self) -> str: ...

    @property
    def pooling(self) -> str: ...


def one_vector(params: EncoderParameters, slots: Slots, x: Any, mask: Any, **slot: Any) -> Any:
    """Steps (B, T, D), of which the `mask` (B, T) is no padding, through a recurrent encoder or a
    Transformer, if the parameters ask for one, and the slot, to one vector (B, units)."""
    number, token = slot.get("number", ""), None
    if params.encoder == TRANSFORMER:
        x, token = transformed(params, x, mask, number)
    if params.encoder in RECURRENT:
        make = RECURRENT[params.encoder]
        x = make(params.units, return_sequences=True, name=f"encoder{number}")(x, mask=mask)
    weighed = slots(x, mask=mask, **slot)
    if weighed is x and token is not None:
        return token
    if weighed is x and params.encoder in RECURRENT:
        # Steps of padding repeat the state before them.
        return x[:, -1]
    if len(weighed.shape) == 3:
        weighed = AverageSteps(name=f"average{number}")(weighed, mask=mask)
    return weighed


def series_network(params: OwnSeriesParameters, slots: Slots) -> tuple[Any, Any]:
    """The network on one's own series, as long as these are."""
    return network_on_steps(params, slots, params.shape, params.classes)


def network_on_steps(
    params: EncoderParameters, slots: Slots, shape: tuple[int, ...], classes: int
) -> tuple[Any, Any]:
    """(B, T, C) and which steps there are (B, T) → encoder → slot → Dense 64 → logits.

    As `step_network`, with series of various lengths: steps behind the end are masked in the
    encoder, in the module, and in the average.
    """
    steps, channels = shape
    inputs = keras.Input((steps, channels), name="series")
    there = keras.Input((steps,), dtype="int32", name="there")
    mask = ops.not_equal(there, 0)
    x = inputs
    if params.encoder not in RECURRENT:
        x = layers.Dense(params.units, activation="relu", name="encoder")(x)
    x = one_vector(params, slots, x, mask)
    x = layers.Dense(DENSE_UNITS, activation="relu", name="hidden")(x)  # (B, 64)
    return [inputs, there], layers.Dense(output_units(classes), name="logits")(x)
