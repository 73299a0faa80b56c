"""What a classifier is trained for: its logits against class numbers."""

from __future__ import annotations

import keras
import numpy as np
import tensorflow as tf


class Objective:
    """Cross-entropy and accuracy of logits (..., B, K) for K classes, or (..., B, 1) for two.

    What stands before the batch, such as seeds that train together, is kept apart.
    """

    def __init__(self, classes: int) -> None:
        self.binary = classes == 2
        losses = keras.losses
        kind = losses.BinaryCrossentropy if self.binary else losses.SparseCategoricalCrossentropy
        self._loss = kind(from_logits=True, reduction=None)

    def loss(self, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """The mean loss (...) of a batch with class numbers `labels` (..., B)."""
        targets = tf.cast(labels, tf.float32)[..., None] if self.binary else labels
        return tf.reduce_mean(self._loss(targets, logits), axis=-1)

    def sums(self, loss: tf.Tensor, labels: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
        """The batch's loss times its size, and its right answers, as float64 (..., 2)."""
        if self.binary:
            answers = tf.cast(logits[..., 0] > 0, labels.dtype)
        else:
            answers = tf.argmax(logits, axis=-1, output_type=labels.dtype)
        correct = tf.reduce_sum(tf.cast(answers == labels, tf.float64), axis=-1)
        size = tf.cast(tf.shape(labels)[-1], tf.float64)
        return tf.stack([tf.cast(loss, tf.float64) * size, correct], axis=-1)

    def probabilities(self, logits: np.ndarray) -> np.ndarray:
        """Probabilities (N, K) of all classes, two of them for a single logit."""
        if self.binary:
            positive = tf.sigmoid(logits).numpy()
            return np.concatenate([1 - positive, positive], axis=-1)
        return tf.nn.softmax(logits).numpy()
