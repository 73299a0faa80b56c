"""Columns of categories as learned vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="attnlab")
class EmbeddedColumns(keras.layers.Layer):
    """Features (B, N), in which each block of one-hot inputs becomes a vector: (B, D).

    `blocks` are pairs of the first input of a block and the one after its last, in their order;
    `width` is how many numbers a vector has. All other inputs stay as they are, and the order is
    kept. A category that no input stands for is the zero vector.
    """

    def __init__(
        self,
        blocks: Sequence[tuple[int, int]],
        width: int,
        embeddings_initializer: Any = "random_normal",
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.blocks = tuple((int(start), int(stop)) for start, stop in blocks)
        self.width = width
        self.embeddings_initializer = keras.initializers.get(embeddings_initializer)

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        rows = sum(stop - start for start, stop in self.blocks)
        self.embeddings = self.add_weight(
            shape=(rows, self.width),
            initializer=self.embeddings_initializer,
            name="embeddings",
        )

    def call(self, inputs: Any) -> Any:
        parts, done, row = [], 0, 0
        for start, stop in self.blocks:
            if start > done:
                parts.append(inputs[:, done:start])
            vectors = self.embeddings[row : row + stop - start]
            parts.append(ops.matmul(inputs[:, start:stop], vectors))
            done, row = stop, row + stop - start
        if inputs.shape[-1] > done:
            parts.append(inputs[:, done:])
        return ops.concatenate(parts, axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, ...]) -> tuple[int | None, ...]:
        size = input_shape[-1]
        assert size is not None
        less = sum(stop - start - self.width for start, stop in self.blocks)
        return (input_shape[0], size - less)

    def get_config(self) -> dict[str, Any]:
        return {
            **super().get_config(),
            "blocks": self.blocks,
            "width": self.width,
            "embeddings_initializer": keras.initializers.serialize(self.embeddings_initializer),
        }
