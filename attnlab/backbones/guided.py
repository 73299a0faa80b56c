"""The network that learns where and what in separate branches."""

from __future__ import annotations

from typing import Any

import keras
from keras import layers, ops

from attnlab.backbones.network import Slots
from attnlab.catalog import GuidedParameters, gate_size

GATE = "gate"


def two_branches(params: GuidedParameters, slots: Slots) -> tuple[Any, Any]:
    """(B, S, S, 1) → a shallow branch for what is at every place, a deep one for where.

    Its answers are the logits of every place (B, h, w, K), of K classes also where there are two,
    and those of the gate (B, h, w). The slot is in the deep branch. The gate is a trace of the
    network in every arm, "gate/place", with any module in the slot.
    Source: ours, after the decoupling of tasks by an attention mask: a coarse task finds the
    object, and a fine one is learned only there.
    """
    inputs = keras.Input((params.size, params.size, 1), name="image")
    shallow = deep = inputs
    for number in (1, 2):
        filters = number * params.width
        shallow = _convolution(filters, 5, f"shallow{number}")(shallow)
        shallow = layers.MaxPooling2D(name=f"shallow_pool{number}")(shallow)
        deep = _convolution(filters, 3, f"deep{number}")(deep)
        deep = layers.MaxPooling2D(name=f"deep_pool{number}")(deep)  # (B, h, w, 2 * width)
    what = layers.Conv2D(params.classes, 1, name="what")(shallow)  # (B, h, w, K)
    deep = slots(deep)
    deep = _convolution(2 * params.width, 3, "deep3")(deep)
    where = layers.Conv2D(1, 1, name="where")(deep)
    where = layers.Reshape((gate_size(params),) * 2, name="gate")(where)  # (B, h, w)
    slots.watch(ops.sigmoid(where), "place", "gate", place=GATE)
    return inputs, [what, where]


def _convolution(filters: int, kernel: int, name: str) -> layers.Conv2D:
    return layers.Conv2D(filters, kernel, padding="same", activation="relu", name=name)
