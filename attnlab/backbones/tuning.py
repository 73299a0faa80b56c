"""What of a network with weights that it was given is trained, and how fast."""

from __future__ import annotations

from collections.abc import Sequence

import keras

from attnlab.backbones.network import Slots
from attnlab.catalog import NetworkParameters


def tune(
    params: NetworkParameters, body: Sequence[keras.layers.Layer], slots: Slots, *, given: bool
) -> None:
    """Let the layers of the `body`, and the modules in the slots, be trained as the parameters say.

    With `given` the body starts from the weights that it has, at every seed.
    """
    if params.tuned in ("frozen", "head"):
        for layer in body:
            layer.trainable = False
    if params.tuned == "head":
        for layer in slots.layers:
            layer.trainable = False
    if params.tuned == "slower":
        slots.rates.update({layer.name: params.slower for layer in body if layer.weights})
    if given:
        slots.given.update(layer.name for layer in body)
