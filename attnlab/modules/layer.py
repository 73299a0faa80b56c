"""What all attention layers that fill a slot have in common."""

from __future__ import annotations

from typing import Any

import keras

from attnlab.compat.tensors import BatchShape, Tensor
from attnlab.modules.checks import check_choice, check_positive
from attnlab.modules.masks import masked_softmax
from attnlab.modules.normalising import NORMALISERS, sum_to_one
from attnlab.modules.trace import Trace

FEATURES = ("batch", "features")
IMAGE = ("batch", "height", "width", "channels")
STEPS = ("batch", "steps", "features")
QUERIES = ("batch", "queries", "features")

Attended = Tensor | tuple[Tensor, Any]
"""What a layer returns: its outputs; if asked for scores, a pair of the outputs and the scores.

A layer with several scores has a tuple of them.
"""


class AttentionLayer(keras.layers.Layer):
    """A Keras layer that can return its scores; its outputs have the shape of its inputs, unless
    a subclass says otherwise.

    A subclass says what the `axes` of its inputs are and what its scores mean (`traces`, in the
    order in which they are returned), for all its instances or when one is built.
    """

    axes: tuple[str, ...]
    traces: tuple[Trace, ...]
    trainable: bool
    normaliser = "softmax"
    temperature = 1.0

    def normalise_by(self, normaliser: str, temperature: float) -> None:
        """Say what makes weights of this layer's scores, as its options were given.

        Raises ValueError for another normaliser than those of `sum_to_one`, and for a temperature
        that is not above 0.
        """
        check_choice("normaliser", normaliser, NORMALISERS)
        check_positive("temperature", temperature)
        self.normaliser = normaliser
        self.temperature = temperature

    def weights_of(self, scores: Tensor, mask: Tensor | None = None) -> Tensor:
        """The weights over the last axis, in float32; masked positions get exactly 0."""
        return masked_softmax(scores, mask, self.normaliser, self.temperature)

    def weights_of_all(self, scores: Tensor) -> Tensor:
        """The weights over the last axis where there is no padding, in the type of the scores."""
        return sum_to_one(scores, self.normaliser, self.temperature)

    def normalising(self) -> dict[str, Any]:
        """The options of `normalise_by`, for the configuration of a layer that has them."""
        return {"normaliser": self.normaliser, "temperature": self.temperature}

    def check_shape(self, input_shape: BatchShape) -> int:
        """Set `input_spec` to this shape of the inputs and return the size of the last axis.

        Raises ValueError unless the shape has the layer's axes and its last size is known.
        """
        self.input_spec, size = self.spec_and_size(input_shape, self.axes)
        return size

    def spec_and_size(
        self, shape: BatchShape, axes: tuple[str, ...]
    ) -> tuple[keras.layers.InputSpec, int]:
        """The spec of an input with these axes and the last size of its shape, and that size.

        Raises ValueError as `check_shape` does.
        """
        size = shape[-1] if len(shape) == len(axes) else None
        if size is None:
            raise ValueError(
                f"{type(self).__name__} expects inputs of shape ({', '.join(axes)}) with a "
                f"known number of {axes[-1]}, received shape {tuple(shape)}"
            )
        return keras.layers.InputSpec(ndim=len(axes), axes={-1: size}), size

    def compute_output_shape(self, input_shape: Any) -> BatchShape:
        # Any: a layer of several inputs gets their shapes, as a list or a tuple.
        return tuple(input_shape)

    def build_from_config(self, config: dict[str, Any]) -> None:
        super().build_from_config(config)
        if not self.trainable:  # it was frozen when saved, but what `build` creates is not yet
            self.trainable = True  # TensorFlow skips an assignment that seems to change nothing
            self.trainable = False

    def compute_output_spec(self, *args: Any, **kwargs: Any) -> Attended:
        # Traced from `call`: Keras would use the shape above for all outputs, scores or not.
        return keras.Operation.compute_output_spec(self, *args, **kwargs)
