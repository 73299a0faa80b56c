"""What a network answers, made comparable: probabilities, or a number."""

from __future__ import annotations

from typing import Any

import numpy as np
import tensorflow as tf

from attnlab.analysis.divergence import total_variation
from attnlab.inspection.errors import InspectionError
from attnlab.training.objective import Classification, Guided, Objective, Writing
from attnlab.training.regression import Regression

_SMALL = 1e-7


class Answering:
    """How the outputs of a network are read for its objective.

    Predictions are (N, M, K): the probabilities of K classes, of the one answer (M = 1) or of each
    of M tokens; of a number K is 1 and it is the number itself. Raises InspectionError for an
    objective that gives neither.
    """

    def __init__(self, objective: Objective) -> None:
        if not isinstance(objective, (Classification, Guided, Regression, Writing)):
            raise InspectionError(
                "expected a network that answers with classes, tokens or a number; "
                f"{type(objective).__name__} gives something else"
            )
        self.objective = objective
        self.is_number = isinstance(objective, Regression)
        self.has_tokens = isinstance(objective, Writing)

    def predictions(self, outputs: list[Any]) -> Any:
        """The predictions (B, M, K) of a batch, as a tensor with gradients."""
        answer = outputs[0] if self.has_tokens else self.objective.answer(outputs, None)
        if self.is_number:
            return tf.cast(answer, tf.float32)[:, None, :]
        if self.has_tokens:
            return tf.nn.softmax(answer)
        if isinstance(self.objective, Guided):
            return answer[:, None, :]
        if getattr(self.objective, "binary", False):
            positive = tf.sigmoid(answer)
            return tf.concat([1 - positive, positive], axis=-1)[:, None, :]
        return tf.nn.softmax(answer)[:, None, :]

    def margin(self, outputs: list[Any], chosen: Any, shares: Any) -> Any:
        """How far the chosen answer (B, M) is ahead: its log-odds, the mean over tokens by their
        `shares` (B, M), or the number itself: (B,). Unlike a probability it does not saturate."""
        answer = outputs[0] if self.has_tokens else self.objective.answer(outputs, None)
        if self.is_number:
            return answer[:, 0]
        if isinstance(self.objective, Guided):
            picked = tf.gather(answer, chosen[:, 0], batch_dims=1)
            return tf.math.log(picked + _SMALL) - tf.math.log(1 - picked + _SMALL)
        if getattr(self.objective, "binary", False):
            sign = tf.cast(2 * chosen[:, 0] - 1, answer.dtype)
            return sign * answer[:, 0]
        logits = answer if self.has_tokens else answer[:, None, :]
        picked = tf.gather(logits, chosen, batch_dims=2)
        one_hot = tf.one_hot(chosen, tf.shape(logits)[-1], dtype=logits.dtype)
        others = tf.reduce_logsumexp(logits - 1e9 * one_hot, axis=-1)
        return tf.reduce_sum(shares * (picked - others), axis=-1)

    def chosen(self, predictions: np.ndarray) -> np.ndarray:
        """The answers (N, M) that predictions stand for: the likeliest; 0 of a number."""
        return predictions.argmax(axis=-1).astype(np.int32)

    def shares(self, targets: Any, answers: int) -> np.ndarray:
        """What each of so many answers of an example counts, (N, M): every token as much that is
        no padding."""
        first = np.asarray(targets[0] if isinstance(targets, tuple) else targets)
        if not self.has_tokens:
            return np.ones((len(first), answers), np.float32)
        counted = (first != 0).astype(np.float32)
        return counted / np.maximum(counted.sum(axis=-1, keepdims=True), 1)

    def score(self, predictions: np.ndarray, whole: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """How much is left (N,) of the answers of the `whole` network.

        The probability of the class that it answers, the mean over tokens by their `shares`; of a
        number minus the distance to it.
        """
        if self.is_number:
            return -self.distance(predictions, whole, shares)
        picked = np.take_along_axis(predictions, self.chosen(whole)[..., None], axis=-1)
        return (shares * picked[..., 0]).sum(axis=-1)

    def distance(self, first: np.ndarray, second: np.ndarray, shares: np.ndarray) -> np.ndarray:
        """How far two predictions are apart (N,): the total variation, the mean over tokens by
        their `shares`; of a number the absolute difference, in standard deviations of the training
        targets."""
        if self.is_number:
            return np.abs(first - second)[:, 0, 0]
        return (shares * total_variation(first, second)).sum(axis=-1)
