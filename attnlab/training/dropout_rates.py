"""Dropout rates that a traced program reads when it runs, so that other rates need no new trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager

import keras
import numpy as np
import tensorflow as tf

from attnlab.compat.keras import layer_and_sublayers, replaced_call


class DropoutRates:
    """The rates of a network's dropout layers as variables."""

    def __init__(self, model: keras.Model) -> None:
        self._layers = dropouts(model)
        self.numbers = [tf.Variable(_numbers(layer.rate)) for layer in self._layers]

    def set(self, model: keras.Model) -> None:
        """Set the rates of another model of the same shape."""
        for numbers, layer in zip(self.numbers, dropouts(model), strict=True):
            numbers.assign(_numbers(layer.rate))

    @contextmanager
    def connected(self) -> Iterator[None]:
        """Functions traced within this context read the variables."""
        with ExitStack() as stack:
            for layer, numbers in zip(self._layers, self.numbers, strict=True):
                stack.enter_context(replaced_call(layer, _call_with(layer, numbers)))
            yield


def _numbers(rate: float) -> np.ndarray:
    """The rate, and the factor of the units that stay; rounded as Keras rounds them."""
    return np.array([rate, 1 / (1 - rate)], np.float32)


def _call_with(layer: keras.layers.Dropout, numbers: tf.Variable) -> Callable[..., tf.Tensor]:
    """What Keras's Dropout does, bit for bit; Keras itself bakes the rate into the graph."""

    def call(inputs: tf.Tensor, training: bool = False) -> tf.Tensor:
        if not training:
            return inputs
        drawn = keras.random.uniform(
            tf.shape(inputs), dtype=inputs.dtype, seed=layer.seed_generator
        )
        rate, scale = tf.unstack(tf.cast(numbers, inputs.dtype))
        return tf.where(drawn >= rate, inputs * scale, tf.zeros((), inputs.dtype))

    return call


def dropouts(parts: keras.Model | Sequence[keras.layers.Layer]) -> list[keras.layers.Dropout]:
    """The dropout layers that drop single units, of a model or of some layers, in their order."""
    return [
        layer
        for part in ([parts] if isinstance(parts, keras.Model) else parts)
        for layer in layer_and_sublayers(part)
        if type(layer) is keras.layers.Dropout and layer.rate > 0 and not layer.noise_shape
    ]
