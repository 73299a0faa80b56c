"""One arm's epoch as traced functions over data that is already in memory.

`model.fit` spends a short training around the arithmetic: callbacks, an iterator, a call for each
step. Here a loop inside one traced function gathers its batches itself, and the optimiser is
Keras's own. One trace serves all seeds, whose starting weights are assigned into it.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.tasks import Split

CHUNK_SECONDS = 0.15
EVALUATION_BATCH = 256


class Pace:
    """Chooses how many steps one call takes, so that a stop is never far away.

    It starts with a single step and grows at most fourfold at a time towards `CHUNK_SECONDS`, so
    that a network of unknown cost cannot hold the program for long.
    """

    def __init__(self) -> None:
        self.steps = 1
        self._warm = False

    def chunks(self, total: int) -> Iterator[tuple[int, int]]:
        """Yield (first, last) step ranges that cover `total` steps, timing the caller's work."""
        first = 0
        while first < total:
            last = min(total, first + self.steps)
            began = time.perf_counter()
            yield first, last
            self._learn(last - first, time.perf_counter() - began)
            first = last

    def _learn(self, steps: int, seconds: float) -> None:
        if not self._warm:  # the first call also traced the function
            self._warm = True
            return
        affordable = int(CHUNK_SECONDS * steps / max(seconds, 1e-6))
        if affordable < self.steps or steps == self.steps:
            self.steps = max(1, min(affordable, 4 * self.steps))


class Sums:
    """Loss and hits summed over samples, in float64.

    The sums travel through the traced loop rather than being added up chunk by chunk, so that the
    result doesn't depend on where an epoch was cut.
    """

    def __init__(self) -> None:
        self.tensors = (tf.constant(0.0, tf.float64), tf.constant(0.0, tf.float64))

    @property
    def loss(self) -> float:
        """The loss times the number of samples."""
        return float(self.tensors[0])

    @property
    def correct(self) -> float:
        """How many samples were answered rightly."""
        return float(self.tensors[1])


class Program:
    """The traced training of one network: steps, evaluation, probe and predictions."""

    def __init__(self, network: Network, training: Training, classes: int) -> None:
        self.network = network
        self.batch_size = training.batch_size
        self.train_pace, self.evaluation_pace = Pace(), Pace()
        self._binary = classes == 2
        self._loss = (
            keras.losses.BinaryCrossentropy(from_logits=True)
            if self._binary
            else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        self._optimizer = keras.optimizers.Adam(training.learning_rate)
        self._optimizer.build(network.model.trainable_variables)
        self._optimizer_start = [variable.numpy() for variable in self._optimizer.variables]
        self._train = tf.function(self._train_steps, autograph=False)
        self._evaluate = tf.function(self._evaluate_batches, autograph=False)
        self._predict = tf.function(self._predict_batch, autograph=False, reduce_retracing=True)
        self._probe = tf.function(self._probe_scores, autograph=False)

    def load(self, start: list[np.ndarray]) -> None:
        """Begin a run: assign its starting weights and forget the optimiser's moments."""
        for variable, value in zip(self.network.model.variables, start, strict=True):
            variable.assign(value)
        for variable, value in zip(self._optimizer.variables, self._optimizer_start, strict=True):
            variable.assign(value)

    def steps(self, samples: int) -> int:
        """How many batches an epoch over `samples` has, the last one perhaps smaller."""
        return -(-samples // self.batch_size)

    def train_epoch(
        self, data: tuple[tf.Tensor, tf.Tensor], order: np.ndarray, sums: Sums
    ) -> Iterator[float]:
        """Take every step of one epoch in `order`, adding to `sums`; yields the share done."""
        total = self.steps(len(order))
        order = tf.constant(order, tf.int32)
        for first, last in self.train_pace.chunks(total):
            rows = (tf.constant(first), tf.constant(last))
            sums.tensors = self._train(*data, order, *rows, *sums.tensors)
            yield last / total

    def evaluate(self, data: tuple[tf.Tensor, tf.Tensor], sums: Sums) -> Iterator[float]:
        """Measure loss and hits over `data`, adding to `sums`; yields the share done."""
        total = -(-int(data[1].shape[0]) // EVALUATION_BATCH)
        for first, last in self.evaluation_pace.chunks(total):
            rows = (tf.constant(first), tf.constant(last))
            sums.tensors = self._evaluate(*data, *rows, *sums.tensors)
            yield last / total

    def mean_traces(self, inputs: tf.Tensor) -> list[np.ndarray]:
        """Each trace averaged over `inputs`."""
        return [np.mean(scores, axis=0, dtype=np.float32) for scores in self.traces(inputs)]

    def traces(self, inputs: tf.Tensor) -> list[np.ndarray]:
        """Each trace with a row for each of `inputs`."""
        if self.network.traced is None:
            return []
        return [scores.numpy() for scores in self._probe(inputs)]

    def predict(self, inputs: np.ndarray) -> np.ndarray:
        """Probabilities (N, K) for `inputs`."""
        logits = np.concatenate(
            [
                self._predict(tf.constant(inputs[first : first + EVALUATION_BATCH])).numpy()
                for first in range(0, len(inputs), EVALUATION_BATCH)
            ]
        )
        if self._binary:
            positive = tf.sigmoid(logits).numpy()
            return np.concatenate([1 - positive, positive], axis=1)
        return tf.nn.softmax(logits).numpy()

    def model_file(self) -> bytes:
        """The network with its present weights as the bytes of a .keras file."""
        handle, name = tempfile.mkstemp(suffix=".keras")
        os.close(handle)
        try:
            self.network.model.save(name)
            return Path(name).read_bytes()
        finally:
            os.unlink(name)

    # --- what is traced ---

    def _train_steps(self, x, y, order, first, last, loss_sum, correct):
        model, batch = self.network.model, self.batch_size
        weights = [variable.value for variable in model.trainable_variables]

        def step(index, loss_sum, correct):
            rows = order[index * batch : tf.minimum((index + 1) * batch, tf.size(order))]
            inputs, labels = tf.gather(x, rows), tf.gather(y, rows)
            with tf.GradientTape() as tape:
                logits = model(inputs, training=True)
                loss = self._loss(self._targets(labels), logits)
                loss += tf.add_n(model.losses) if model.losses else 0.0
            gradients = tape.gradient(loss, weights)
            self._optimizer.apply(gradients, model.trainable_variables)
            sums = self._sums(loss, labels, logits)
            return index + 1, loss_sum + sums[0], correct + sums[1]

        return _loop(step, first, last, loss_sum, correct)

    def _evaluate_batches(self, x, y, first, last, loss_sum, correct):
        size = EVALUATION_BATCH

        def step(index, loss_sum, correct):
            rows = slice(index * size, tf.minimum((index + 1) * size, tf.size(y)))
            inputs, labels = x[rows], y[rows]
            logits = self.network.model(inputs, training=False)
            sums = self._sums(self._loss(self._targets(labels), logits), labels, logits)
            return index + 1, loss_sum + sums[0], correct + sums[1]

        return _loop(step, first, last, loss_sum, correct)

    def _predict_batch(self, inputs):
        return self.network.model(inputs, training=False)

    def _probe_scores(self, inputs):
        return self.network.traced(inputs, training=False)[1:]

    def _targets(self, labels):
        return tf.cast(labels, tf.float32)[:, None] if self._binary else labels

    def _sums(self, loss, labels, logits):
        if self._binary:
            answers = tf.cast(logits[:, 0] > 0, labels.dtype)
        else:
            answers = tf.argmax(logits, axis=-1, output_type=labels.dtype)
        correct = tf.reduce_sum(tf.cast(answers == labels, tf.float64))
        return tf.cast(loss, tf.float64) * tf.cast(tf.size(labels), tf.float64), correct


def _loop(step, first, last, loss_sum, correct):
    state = (first, loss_sum, correct)
    return tf.while_loop(lambda index, *_: index < last, step, state, parallel_iterations=1)[1:]


def on_device(split: Split) -> tuple[tf.Tensor, tf.Tensor]:
    """Copy a split where the arithmetic happens, once for the whole run."""
    return tf.constant(split.x), tf.constant(split.y)
