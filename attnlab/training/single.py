"""One seed at a time, in the network's own variables."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import keras
import tensorflow as tf

from attnlab.training.feeding import Nest
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
        inputs = self.network.model.inputs
        features = len(inputs) == 1 and len(inputs[0].shape) == 2 and inputs[0].dtype == "float32"
        return in_this_thread() if features else nullcontext()

    def put(self, seat: int, weights: Weights) -> None:
        for variable, value in zip(self.variables, weights, strict=True):
            variable.assign(value)

    def weights(self, seat: int) -> Weights:
        return [variable.numpy() for variable in self.variables]

    def _step(self, x: Nest, y: Nest, rows: tf.Tensor) -> tf.Tensor:
        inputs, targets = self._gathered(x, y, rows)
        trained = self._model.trainable_variables
        values = [variable.value for variable in trained]
        with tf.GradientTape() as tape:
            outputs = self._outputs(inputs, training=True)[: self.network.answers]
            loss = self.objective.loss(targets, outputs)
            penalties = self._model.losses
            total = loss + tf.add_n(penalties) if penalties else loss
        self.updates.apply(tape.gradient(total, values), trained)
        return self.objective.sums(total, targets, outputs)

    def _answers(self, x: Nest, y: Nest) -> tuple[tf.Tensor, ...]:
        outputs = self._outputs(x, training=False)
        outputs, scores = outputs[: self.network.answers], outputs[self.network.answers :]
        decoded = None
        if self.network.decode:
            decoded, *scores = self.network.decode(x)
        return *self.objective.evaluated(y, outputs, decoded), *scores

    def _outputs(self, inputs: Nest, training: bool) -> list[tf.Tensor]:
        return tf.nest.flatten(self._model(inputs, training=training))
