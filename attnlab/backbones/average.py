"""The mean over the steps of a sequence."""

from __future__ import annotations

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="attnlab")
class AverageSteps(keras.layers.Layer):
    """The mean of the steps (B, T, D) that are not padding, (B, D); zeros where all are.

    Keras's GlobalAveragePooling1D divides by zero there.
    """

    def call(self, inputs, mask=None):
        if mask is None:
            return ops.mean(inputs, axis=1)
        counted = ops.cast(mask, inputs.dtype)[..., None]
        return ops.sum(inputs * counted, axis=1) / ops.maximum(ops.sum(counted, axis=1), 1)

    def compute_mask(self, inputs, previous_mask=None):
        return None  # there are no steps left to mask

    def compute_output_shape(self, input_shape):
        return (input_shape[0], input_shape[2])
