"""What a module has to keep in a network: saved and read, started anew, stacked."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from attnlab.own_modules.subject import Refused, TriedLayer, array, moved
from attnlab.training.initial_weights import drawn_weights


def saved(subject: TriedLayer) -> None:
    """A copy from its configuration, with the same weights, gives the same."""
    layer, inputs = moved(subject.made()), subject.inputs()
    config = keras.saving.serialize_keras_object(layer)
    copy = keras.saving.deserialize_keras_object(config)
    subject.answered(copy, inputs)
    if [tuple(each.shape) for each in copy.weights] != [
        tuple(each.shape) for each in layer.weights
    ]:
        raise Refused("has other weights once it is made again from its configuration")
    copy.set_weights(layer.get_weights())
    first, second = array(layer(inputs)), array(copy(inputs))
    if not np.allclose(first, second, atol=1e-5):
        raise Refused(
            "gives other outputs once it is made again from its configuration with its weights"
        )


def starts(subject: TriedLayer) -> None:
    """Every weight can be drawn anew for a seed, from an initialiser that the layer keeps."""
    try:
        drawn_weights(_network(subject, 0), 0)
    except ValueError as error:
        raise Refused(
            f"cannot start anew: {error}. Write self.NAME_initializer = "
            "keras.initializers.Zeros(), or another one, and give it to add_weight"
        ) from None


def seeds(subject: TriedLayer) -> None:
    """Several seeds can be trained in one program, and give what each gives alone."""
    logging.getLogger("tensorflow").setLevel(logging.ERROR)  # it tells of each new trace
    models = [_network(subject, seed) for seed in range(2)]
    inputs = [subject.inputs(seed=seed) for seed in range(2)]

    def stacked(groups: Iterable[Sequence[Any]]) -> list[Any]:
        return [tf.stack([tf.convert_to_tensor(each) for each in group]) for group in groups]

    trained = [[each.value for each in model.trainable_variables] for model in models]
    carried = [[each.value for each in model.non_trainable_variables] for model in models]
    pairs = zip(*inputs, strict=True) if subject.slot == "alignment" else [inputs]
    given = stacked(pairs)
    values = (stacked(zip(*trained, strict=True)), stacked(zip(*carried, strict=True)), given)

    for training in (True, False):

        def answered(seat: Any, training: bool = training) -> Any:
            weights, others, of_seat = seat
            of_seat = of_seat if subject.slot == "alignment" else of_seat[0]
            return models[0].stateless_call(weights, others, of_seat, training=training)[0]

        together = tf.vectorized_map(answered, values, fallback_to_while_loop=False)
    for place, (model, each) in enumerate(zip(models, inputs, strict=True)):
        if not np.allclose(array(together[place]), array(model(each)), atol=1e-4):
            raise Refused("gives other numbers")


def _network(subject: TriedLayer, seed: int) -> Any:
    """A model of nothing but the layer."""
    shapes = subject.shape if subject.slot == "alignment" else [subject.shape]
    inputs = [keras.Input(each[1:]) for each in shapes]
    given = inputs if subject.slot == "alignment" else inputs[0]
    outputs = subject.kind(**subject.defaults, name="attention")(given)
    return moved(keras.Model(given, outputs), seed=seed)
