"""How the inputs of a batch get into a traced program: from arrays, or from images on disk.

Both give the same numbers, bit for bit.
"""

from __future__ import annotations

from typing import TypeAlias

import tensorflow as tf

Nest: TypeAlias = tf.Tensor | tuple[tf.Tensor, ...]
"""The inputs or the targets of a batch, of a split: one tensor or several."""

Lead: TypeAlias = tuple[int, ...]
"""The axes before the samples: none, or that of the seats."""


class ArrayFeed:
    """Inputs are float32 arrays (..., N, ...), as the network takes them."""

    key = "arrays"

    def signature(self, inputs: Nest, lead: Lead) -> Nest:
        """The types of a split's inputs, of those of a batch (..., B, ...)."""
        return inputs

    def batch(self, x: Nest, rows: tf.Tensor, lead: Lead) -> Nest:
        """The inputs (..., B, ...) of these rows (..., B) of a split."""
        return tf.nest.map_structure(lambda each: tf.gather(each, rows, batch_dims=len(lead)), x)

    def cut(self, x: Nest, part: tuple[slice, ...]) -> Nest:
        """A part of a split."""
        return tf.nest.map_structure(lambda each: each[part], x)

    def inputs(self, x: Nest) -> Nest:
        """All inputs of a part of a split."""
        return x


class ImageFeed(ArrayFeed):
    """Inputs are images (M, H, W, C) of uint8 in a file that is mapped into memory, for all splits
    and seats, and the numbers (..., N) of those in this split.

    The gather reads them where they are, and stays on the processor: what goes to a GPU is a batch
    of bytes.
    """

    key = "images"

    def signature(self, inputs: Nest, lead: Lead) -> Nest:
        shape = tf.nest.flatten(inputs)[0].shape[len(lead) + 1 :]
        return tf.TensorSpec([None, *shape], tf.uint8), tf.TensorSpec([*lead, None], tf.int32)

    def batch(self, x: Nest, rows: tf.Tensor, lead: Lead) -> Nest:
        images, numbers = x
        return self.inputs((images, tf.gather(numbers, rows, batch_dims=len(lead))))

    def cut(self, x: Nest, part: tuple[slice, ...]) -> Nest:
        images, numbers = x
        return images, numbers[part]

    def inputs(self, x: Nest) -> Nest:
        images, numbers = x
        with tf.device("CPU:0"):
            read = tf.gather(images, numbers)
        # A plain division by a constant becomes a product with its reciprocal: other last bits.
        return tf.math.divide_no_nan(tf.cast(read, tf.float32), 255.0)


ARRAYS, IMAGES = ArrayFeed(), ImageFeed()
