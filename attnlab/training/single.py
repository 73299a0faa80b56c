"""One seed at a time, in the network's own variables."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import keras
import tensorflow as tf

from attnlab.training.program import Program, Weights
from attnlab.training.runtime import in_this_thread


class Single(Program):
    """Trains one seat; data is (N, ...)."""

    seats = 1
    _lead = ()

    def _make_variables(self, of_model: list[keras.Variable]) -> list[keras.Variable]:
        return of_model

    def _executor(self) -> AbstractContextManager[object]:
        # Measured: half the processor time for feature vectors; images and stacks lose by it.
        features = len(self.network.model.input_shape) == 2
        return in_this_thread() if features else nullcontext()

    def put(self, seat: int, weights: Weights) -> None:
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)

    def weights(self, seat: int) -> Weights:
        return [variable.numpy() for variable in self.variables]

    def _step(self, x: tf.Tensor, y: tf.Tensor, rows: tf.Tensor) -> tf.Tensor:
        inputs, labels = tf.gather(x, rows), tf.gather(y, rows)
        trained = self._model.trainable_variables
        values = [variable.value for variable in trained]
        with tf.GradientTape() as tape:
            logits = self._outputs(inputs, training=True)[0]
            loss = self.objective.loss(labels, logits)
            penalties = self._model.losses
            total = loss + tf.add_n(penalties) if penalties else loss
        self.updates.optimizer.apply(tape.gradient(total, values), trained)
        return self.objective.sums(total, labels, logits)

    def _answers(self, x: tf.Tensor, y: tf.Tensor) -> tuple[tf.Tensor, ...]:
        logits, *scores = self._outputs(x, training=False)
        sums = self.objective.sums(self.objective.loss(y, logits), y, logits)
        return sums, logits, *scores

    def _outputs(self, inputs: tf.Tensor, training: bool) -> list[tf.Tensor]:
        return tf.nest.flatten(self._model(inputs, training=training))
