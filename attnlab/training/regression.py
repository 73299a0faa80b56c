"""What a network is trained for whose answer is a number."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import tensorflow as tf

from attnlab.training.objective import Objective


class Regression(Objective):
    """Squared error of a number (..., B, 1), standardised by the training split; no accuracy.

    `mae` and `rmse` are the mean absolute error and the root of the mean squared one in the
    target's own unit, `r2` the share of a split's variance that is explained: 0 for whoever always
    says its mean, and below 0 for worse.
    """

    extra_metrics = ("rmse", "mae", "r2")

    def signature(self, lead: tuple[int, ...]) -> tf.TensorSpec:
        return tf.TensorSpec([*lead, None], tf.float32)

    def loss(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        return tf.reduce_mean(tf.square(outputs[0][..., 0] - targets), axis=-1)

    def right(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        """Not a number: no answer is right or wrong."""
        return tf.fill(tf.shape(targets), np.float32(np.nan))

    def extra_values(
        self, targets: tf.Tensor, outputs: list[tf.Tensor], answer: tf.Tensor
    ) -> tf.Tensor:
        """The absolute and the squared error of each sample (..., B, 2)."""
        errors = tf.cast(answer[..., 0] - targets, tf.float64)
        return tf.stack([tf.abs(errors), tf.square(errors)], axis=-1)

    def measured(
        self, means: np.ndarray, targets: Callable[[], np.ndarray], unit: float
    ) -> dict[str, float]:
        absolute, squared = means.tolist()
        variance = float(targets().var(dtype=np.float64))
        return {
            "rmse": unit * math.sqrt(squared),
            "mae": unit * absolute,
            "r2": 1 - squared / variance if variance else math.nan,
        }

    def predictions(self, answers: np.ndarray) -> np.ndarray:
        """The standardised numbers (N,)."""
        return answers[..., 0]
