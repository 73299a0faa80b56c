"""The mean over the steps of a sequence."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="attnlab")
class AverageSteps(keras.layers.Layer):
    """The mean of the steps (B, T, D) that are not padding, (B, D); zeros where all are.

    Keras's GlobalAveragePooling1D divides by zero there.
    """

    def call(self, inputs: Any, mask: Any = None) -> Any:
        if mask is None:
            return ops.mean(inputs, axis=1)
        counted = ops.cast(mask, inputs.dtype)[..., None]
        return ops.sum(inputs * counted, axis=1) / ops.maximum(ops.sum(counted, axis=1), 1)

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> None:
        return None  # there are no steps left to mask

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        return (input_shape[0], input_shape[2])
