"""Tokens as vectors."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="attnlab")
class Embedding(keras.layers.Embedding):
    """Keras's embedding with a dense gradient: tokens (B, ...) to vectors (B, ..., D).

    Keras's own gives the optimiser a gradient for each use of a row, and each updates the moments:
    a run would depend on whether its seed trains alone or with others. Here, and in `model.fit`, it
    does not; and with a few hundred rows dense is no slower.
    """

    def call(self, inputs: Any) -> Any:
        # The gradient of a product is dense.
        return ops.take(ops.multiply(self.embeddings, 1.0), inputs, axis=0)
