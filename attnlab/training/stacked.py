"""Several seeds at once: every variable, moment and array has a leading seat axis."""

from __future__ import annotations

from typing import TypeAlias

import keras
import numpy as np
import tensorflow as tf

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.training.feeding import ARRAYS, ArrayFeed, Nest
from attnlab.training.objective import Objective
from attnlab.training.program import Program, Weights

SeatArguments: TypeAlias = tuple[list[tf.Tensor], list[tf.Tensor], Nest]
"""The values of a seat's trained and untrained variables, and its inputs."""


class Stacked(Program):
    """Trains `seats` seeds in one program; data is (S, N, ...).

    A seat's numbers never depend on the other seats.
    """

    def __init__(
        self,
        network: Network,
        training: Training,
        objective: Objective,
        seats: int,
        feed: ArrayFeed = ARRAYS,
    ) -> None:
        self.seats = seats
        self._lead = (seats,)
        super().__init__(network, training, objective, feed)

    def _make_variables(self, of_model: list[keras.Variable]) -> list[keras.Variable]:
        return [
            keras.Variable(
                np.broadcast_to(variable.numpy(), (self.seats, *variable.shape)),
                dtype=variable.dtype,
                trainable=variable.trainable,
                name=variable.name,
            )
            for variable in of_model
        ]

    def put(self, seat: int, weights: Weights) -> None:
        for variable, value in zip(self.variables, weights, strict=True):
            variable.value[seat].assign(value)

    def weights(self, seat: int) -> Weights:
        return [variable.value[seat].numpy() for variable in self.variables]

    def _step(self, x: Nest, y: Nest, rows: tf.Tensor) -> tf.Tensor:
        inputs, targets = self._gathered(x, y, rows)
        trained = [self.variables[place] for place in self._trained]
        carried = [self.variables[place] for place in self._carried]
        values = [variable.value for variable in trained]
        with tf.GradientTape() as tape:
            outputs, new, penalties = tf.vectorized_map(
                self._seat_answers,
                (values, [variable.value for variable in carried], inputs),
            )
            losses = self.objective.loss(targets, outputs) + penalties
            # Seats share nothing, so the sum's gradient is each one's own. Taken out here it costs
            # a third less than inside the map.
            total = tf.reduce_sum(losses)
        self.updates.apply(tape.gradient(total, values), trained)
        for variable, value in zip(carried, new, strict=True):
            variable.assign(value)
        return self.objective.sums(losses, targets, outputs)

    def _seat_answers(
        self, seat: SeatArguments
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], tf.Tensor]:
        """A seat's answers in training, its untrained variables afterwards, and its penalty."""
        trained, carried, inputs = seat
        outputs, carried, penalties = self._model.stateless_call(
            trained, carried, inputs, training=True, return_losses=True
        )
        penalty = tf.add_n(penalties) if penalties else tf.constant(0.0)
        return tf.nest.flatten(outputs)[: self.network.answers], carried, penalty

    def _answers(self, x: Nest, y: Nest) -> tuple[tf.Tensor, ...]:
        outputs, decoded, scores = tf.vectorized_map(
            self._seat_outputs,
            (
                [self.variables[place].value for place in self._trained],
                [self.variables[place].value for place in self._carried],
                x,
            ),
        )
        decoded = decoded[0] if decoded else None
        return *self.objective.evaluated(y, outputs, decoded), *scores

    def _seat_outputs(
        self, seat: SeatArguments
    ) -> tuple[list[tf.Tensor], list[tf.Tensor], list[tf.Tensor]]:
        """A seat's answers, the text that it writes itself if it does, and its scores."""
        trained, carried, inputs = seat
        outputs, _ = self._model.stateless_call(trained, carried, inputs, training=False)
        outputs = tf.nest.flatten(outputs)
        outputs, scores = outputs[: self.network.answers], outputs[self.network.answers :]
        if not self.network.decode:
            return outputs, [], scores
        values = [
            *zip(self._model.trainable_variables, trained, strict=True),
            *zip(self._model.non_trainable_variables, carried, strict=True),
        ]
        with keras.StatelessScope(state_mapping=values):
            decoded, *scores = self.network.decode(inputs)
        return outputs, [decoded], scores
