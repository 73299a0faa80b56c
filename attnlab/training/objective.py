"""What a network is trained for: its answers compared with the targets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np
import tensorflow as tf


class Objective:
    """A loss, an accuracy, and what else of the answers is counted.

    Axes before the batch, such as that of seeds that train together, stay separate: `...` below.
    `outputs` are the first outputs of a network's model, as many as it has `answers`;
    `extra_metrics` names the measures besides loss and accuracy that evaluation counts.
    `has_classes` says that every answer is one of the classes: then they are measured class by
    class at the end of a run.
    """

    extra_metrics: tuple[str, ...] = ()
    has_classes = False

    def __init__(self, classes: int, params: Any = None) -> None:
        """`classes` is the number of possible answers; `params` are those of the task."""
        self.classes = classes

    @property
    def key(self) -> str:
        """What this objective computes, as text: programs may share it if it is the same."""
        return f"{type(self).__name__} {self.classes}"

    def signature(self, lead: tuple[int, ...]) -> Any:
        """The type of the targets, with the axes `lead` before the batch."""
        return tf.TensorSpec([*lead, None], tf.int32)

    def loss(self, targets: Any, outputs: list[tf.Tensor]) -> tf.Tensor:
        """The mean loss (...) of a batch."""
        raise NotImplementedError

    def right(self, targets: Any, outputs: list[tf.Tensor]) -> tf.Tensor:
        """How right each sample is answered (..., B): 0 to 1."""
        raise NotImplementedError

    def answer(self, outputs: list[tf.Tensor], decoded: tf.Tensor | None) -> tf.Tensor:
        """The answers to keep (..., B, ...); `decoded` is what the network wrote itself."""
        return outputs[0]

    def extra_values(self, targets: Any, outputs: list[tf.Tensor], answer: tf.Tensor) -> tf.Tensor:
        """The `extra_metrics` of each sample (..., B, M)."""
        raise NotImplementedError

    def predictions(self, answers: np.ndarray) -> np.ndarray:
        """The answers as they are stored: probabilities (N, K), tokens (N, T), or numbers (N,)."""
        raise NotImplementedError

    def measured(
        self, means: np.ndarray, targets: Callable[[], np.ndarray], unit: float
    ) -> dict[str, float]:
        """The extra metrics by name, of the `means` (M,) of `extra_values` over a split.

        `targets` gives those of the split (N,), `unit` how much of its own unit a target of 1 is.
        """
        return dict(zip(self.extra_metrics, means.tolist(), strict=True))

    def classes_answered(self, answers: np.ndarray) -> np.ndarray:
        """The classes (N,) that answers stand for, where there are classes: the likeliest."""
        return answers.argmax(axis=-1)

    def sums(self, loss: tf.Tensor, targets: Any, outputs: list[tf.Tensor]) -> tf.Tensor:
        """The batch's loss times its size, and its right answers, as float64 (..., 2)."""
        right = tf.cast(self.right(targets, outputs), tf.float64)
        size = tf.cast(tf.shape(right)[-1], tf.float64)
        return tf.stack([tf.cast(loss, tf.float64) * size, tf.reduce_sum(right, axis=-1)], axis=-1)

    def evaluated(
        self, targets: Any, outputs: list[tf.Tensor], decoded: tf.Tensor | None
    ) -> tuple[tf.Tensor, tf.Tensor]:
        """`sums` followed by those of the extra metrics (..., 2 + M), and the answers."""
        answer = self.answer(outputs, decoded)
        sums = self.sums(self.loss(targets, outputs), targets, outputs)
        if self.extra_metrics:
            extra = tf.cast(self.extra_values(targets, outputs, answer), tf.float64)
            sums = tf.concat([sums, tf.reduce_sum(extra, axis=-2)], axis=-1)
        return sums, answer


class Classification(Objective):
    """Cross-entropy of logits (..., B, K) for K classes, or (..., B, 1) for two."""

    has_classes = True

    def __init__(self, classes: int, params: Any = None) -> None:
        super().__init__(classes, params)
        self.binary = classes == 2
        losses = keras.losses
        kind = losses.BinaryCrossentropy if self.binary else losses.SparseCategoricalCrossentropy
        self._loss = kind(from_logits=True, reduction=None)

    def loss(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        labels = tf.cast(targets, tf.float32)[..., None] if self.binary else targets
        return tf.reduce_mean(self._loss(labels, outputs[0]), axis=-1)

    def right(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        logits = outputs[0]
        if self.binary:
            answers = tf.cast(logits[..., 0] > 0, targets.dtype)
        else:
            answers = tf.argmax(logits, axis=-1, output_type=targets.dtype)
        return answers == targets

    def classes_answered(self, answers: np.ndarray) -> np.ndarray:
        if self.binary:
            return (answers[..., 0] > 0).astype(np.int64)
        return super().classes_answered(answers)

    def predictions(self, answers: np.ndarray) -> np.ndarray:
        """Probabilities (N, K) of all classes, two of them for a single logit."""
        if self.binary:
            positive = tf.sigmoid(answers).numpy()
            return np.concatenate([1 - positive, positive], axis=-1)
        return tf.nn.softmax(answers).numpy()


class Writing(Objective):
    """Cross-entropy of every token of a text, (..., B, T, K); token 0 is padding, not counted.

    The network sees the right tokens before each one (teacher forcing), for the loss and for the
    accuracy, the share of right tokens. `exact_match` counts the samples where the text that it
    writes by itself is right from the first token to the end token.
    """

    extra_metrics = ("exact_match",)

    def signature(self, lead: tuple[int, ...]) -> tf.TensorSpec:
        return tf.TensorSpec([*lead, None, None], tf.int32)

    def loss(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        return tf.reduce_mean(token_losses(targets, outputs[0]), axis=-1)

    def right(self, targets: tf.Tensor, outputs: list[tf.Tensor]) -> tf.Tensor:
        return right_tokens(targets, outputs[0])

    def answer(self, outputs: list[tf.Tensor], decoded: tf.Tensor | None) -> tf.Tensor:
        return decoded

    def extra_values(
        self, targets: tf.Tensor, outputs: list[tf.Tensor], answer: tf.Tensor
    ) -> tf.Tensor:
        return tf.cast(exact_matches(targets, answer), tf.float64)[..., None]

    def predictions(self, answers: np.ndarray) -> np.ndarray:
        """The tokens (N, T) that the network wrote."""
        return answers


def token_losses(targets: tf.Tensor, logits: tf.Tensor) -> tf.Tensor:
    """The cross-entropy of the tokens (..., B, T) of each sample, their mean (..., B)."""
    losses = tf.nn.sparse_softmax_cross_entropy_with_logits(targets, logits)
    return _mean_of_tokens(losses, targets)


def right_tokens(targets: tf.Tensor, logits: tf.Tensor, never: int | None = None) -> tf.Tensor:
    """The share (..., B) of tokens (..., B, T) that are the likeliest by their logits; the token
    `never` is not right even then."""
    answers = tf.argmax(logits, axis=-1, output_type=targets.dtype)
    right = answers == targets
    if never is not None:
        right &= targets != never
    return _mean_of_tokens(tf.cast(right, tf.float32), targets)


def exact_matches(targets: tf.Tensor, written: tf.Tensor, never: int | None = None) -> tf.Tensor:
    """Which samples (..., B) are written without any mistake; padding may be anything. A text with
    the token `never` is not right."""
    right = (written == targets) | (targets == 0)
    if never is not None:
        right &= targets != never
    return tf.reduce_all(right, axis=-1)


def _mean_of_tokens(values: tf.Tensor, tokens: tf.Tensor) -> tf.Tensor:
    """The mean (..., B) of values (..., B, T) over tokens that are not padding."""
    counted = tf.cast(tokens != 0, values.dtype)
    return tf.reduce_sum(values * counted, axis=-1) / tf.reduce_sum(counted, axis=-1)


class Guided(Objective):
    """Classes answered place by place, behind a gate that is trained to mark the object.

    The outputs are logits of every place (..., B, h, w, K) and a gate's logits (..., B, h, w). The
    loss of a place is weighed by how open its gate is, so the network learns to answer only there;
    `guidance` times the cross-entropy between the gate and the coarse mask of the object is added.
    In it the object's places count as much as all others together: the object is small, and a gate
    that stays shut would be right nearly everywhere. The answer is the mean of the places'
    probabilities, weighed by the gate. `mask_overlap` is the intersection over union of the places
    where the gate is more than half open with those of the mask.
    """

    extra_metrics = ("mask_overlap",)
    has_classes = True

    def __init__(self, classes: int, params: Any) -> None:
        super().__init__(classes, params)
        self.guidance = float(params.guidance)

    @property
    def key(self) -> str:
        return f"{super().key} {self.guidance}"

    def signature(self, lead: tuple[int, ...]) -> tuple[tf.TensorSpec, tf.TensorSpec]:
        return (
            tf.TensorSpec([*lead, None], tf.int32),
            tf.TensorSpec([*lead, None, None, None], tf.float32),
        )

    def loss(self, targets: Any, outputs: list[tf.Tensor]) -> tf.Tensor:
        labels, mask = targets
        fine, coarse = place_losses(labels, *outputs), gate_losses(mask, outputs[1])
        return tf.reduce_mean(fine + self.guidance * coarse, axis=-1)

    def right(self, targets: Any, outputs: list[tf.Tensor]) -> tf.Tensor:
        labels = targets[0]
        answers = tf.argmax(self.answer(outputs, None), axis=-1, output_type=labels.dtype)
        return answers == labels

    def answer(self, outputs: list[tf.Tensor], decoded: tf.Tensor | None) -> tf.Tensor:
        return gated_answers(*outputs)

    def extra_values(self, targets: Any, outputs: list[tf.Tensor], answer: tf.Tensor) -> tf.Tensor:
        return mask_overlaps(targets[1], outputs[1])[..., None]

    def predictions(self, answers: np.ndarray) -> np.ndarray:
        """Probabilities (N, K) of all classes."""
        return answers


def place_losses(labels: tf.Tensor, logits: tf.Tensor, gate_logits: tf.Tensor) -> tf.Tensor:
    """The cross-entropy (..., B) of what every place answers, weighed by how open its gate is."""
    each = tf.nn.sparse_softmax_cross_entropy_with_logits(
        tf.broadcast_to(labels[..., None, None], tf.shape(gate_logits)), logits
    )
    return tf.reduce_sum(_gate_shares(gate_logits) * each, axis=(-2, -1))


def gate_losses(mask: tf.Tensor, gate_logits: tf.Tensor) -> tf.Tensor:
    """The cross-entropy (..., B) between gate and mask, half of it that of the object's places."""
    each = tf.nn.sigmoid_cross_entropy_with_logits(mask, gate_logits)
    return (_mean_over(mask, each) + _mean_over(1 - mask, each)) / 2


def gated_answers(logits: tf.Tensor, gate_logits: tf.Tensor) -> tf.Tensor:
    """The mean (..., B, K) of the places' probabilities, weighed by their gates."""
    share = _gate_shares(gate_logits)
    return tf.reduce_sum(share[..., None] * tf.nn.softmax(logits), axis=(-3, -2))


def mask_overlaps(mask: tf.Tensor, gate_logits: tf.Tensor) -> tf.Tensor:
    """The intersection over union (..., B) of the mask with the gates more than half open."""
    inside, is_open = mask > 0.5, gate_logits > 0
    both = tf.reduce_sum(tf.cast(inside & is_open, tf.float64), axis=(-2, -1))
    either = tf.reduce_sum(tf.cast(inside | is_open, tf.float64), axis=(-2, -1))
    return tf.math.divide_no_nan(both, either)


def _mean_over(mask: tf.Tensor, values: tf.Tensor) -> tf.Tensor:
    """The mean (...) of values (..., h, w) where the mask is on; 0 for an empty mask."""
    total = tf.reduce_sum(mask * values, axis=(-2, -1))
    return tf.math.divide_no_nan(total, tf.reduce_sum(mask, axis=(-2, -1)))


def _gate_shares(logits: tf.Tensor) -> tf.Tensor:
    """The share of a sample's open gates (..., B, h, w) that each place has.

    That is the gate over the sum of all, by logarithms, because all gates may be nearly shut.
    """
    shape = tf.shape(logits)
    flat = tf.concat([shape[:-2], [shape[-2] * shape[-1]]], axis=0)
    return tf.reshape(tf.nn.softmax(tf.reshape(tf.math.log_sigmoid(logits), flat)), shape)
