"""What all attention layers that fill a slot have in common."""

from __future__ import annotations

from typing import ClassVar

import keras

from attnlab.modules.trace import Trace

FEATURES = ("batch", "features")
IMAGE = ("batch", "height", "width", "channels")
STEPS = ("batch", "steps", "features")
QUERIES = ("batch", "queries", "features")


class AttentionLayer(keras.layers.Layer):
    """A Keras layer which has scores to return; its outputs have the shape of its inputs, if the
    subclass does not say otherwise.

    A subclass says what the `axes` of its inputs are and what its scores mean (`traces`, in the
    order in which they are returned).
    """

    axes: ClassVar[tuple[str, ...]]
    traces: ClassVar[tuple[Trace, ...]]

    def check_shape(self, input_shape) -> int:
        """Hold the layer to this shape of inputs and return the size of the last axis.

        Raises ValueError unless the shape has the layer's axes and its last size is known.
        """
        self.input_spec = self.spec_of(input_shape, self.axes)
        return input_shape[-1]

    def spec_of(self, shape, axes: tuple[str, ...]) -> keras.layers.InputSpec:
        """What holds an input to these axes and to the last size of its shape.

        Raises ValueError as `claim` does.
        """
        if len(shape) != len(axes) or shape[-1] is None:
            raise ValueError(
                f"{type(self).__name__} expects inputs of shape ({', '.join(axes)}) with a "
                f"known number of {axes[-1]}, received shape {tuple(shape)}"
            )
        return keras.layers.InputSpec(ndim=len(axes), axes={-1: shape[-1]})

    def compute_output_shape(self, input_shape):
        return tuple(input_shape)

    def build_from_config(self, config):
        super().build_from_config(config)
        if not self.trainable:  # it was frozen when saved, and what `build` has made is not yet
            self.trainable = True  # TensorFlow skips an assignment that seems to change nothing
            self.trainable = False

    def compute_output_spec(self, *args, **kwargs):
        # Traced from `call`: Keras would take the shape above for all it returns, scores or not.
        return keras.Operation.compute_output_spec(self, *args, **kwargs)
