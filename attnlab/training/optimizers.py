"""Keras's own optimisers and learning-rate schedules, as a study names them."""

from __future__ import annotations

from typing import TypeAlias

import keras

from attnlab.compat.keras import update_directly
from attnlab.spec import Training

Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule


class Updates:
    """A Keras optimiser over some variables, whose learning rate changes without a new trace.

    All optimisers offered work element by element, so that they also train weights stacked by
    seed. Settings that a study has no name for have Keras's defaults.
    """

    def __init__(self, training: Training, variables: list[keras.Variable]) -> None:
        self._kind = training.schedule
        self._rate = keras.Variable(training.learning_rate, trainable=False, name="rate")
        self._period = keras.Variable(1.0, trainable=False, name="period")
        self.optimizer = _optimizer(training, self._schedule(training))
        update_directly(self.optimizer)
        self.optimizer.build(variables)
        self._start = [variable.numpy() for variable in self.optimizer.variables]

    def begin(self, training: Training, steps: int) -> None:
        """Forget all moments and begin at the first update; an epoch has `steps` of them."""
        for variable, value in zip(self.optimizer.variables, self._start, strict=True):
            variable.assign(value)
        if self._kind == "constant":
            self.optimizer.learning_rate = training.learning_rate
        epochs = training.step_epochs if self._kind == "step" else training.epochs
        self._rate.assign(training.learning_rate)
        self._period.assign(float(epochs * steps))

    @property
    def state(self) -> list[keras.Variable]:
        """Every variable that a run changes."""
        return [*self.optimizer.variables, self._rate, self._period]

    def _schedule(self, training: Training) -> Rate:
        # Keras converts both numbers when it traces, so variables stay free to change.
        schedules = keras.optimizers.schedules
        if self._kind == "cosine":
            return schedules.CosineDecay(self._rate, self._period)
        if self._kind == "step":
            return schedules.ExponentialDecay(
                self._rate, self._period, training.step_factor, staircase=True
            )
        return training.learning_rate


def _optimizer(training: Training, rate: Rate) -> keras.optimizers.Optimizer:
    kinds = keras.optimizers
    match training.optimizer:
        case "adam":
            return kinds.Adam(rate)
        case "adamw":
            return kinds.AdamW(rate, weight_decay=training.weight_decay)
        case "sgd":
            return kinds.SGD(rate, momentum=training.momentum)
        case "rmsprop":
            return kinds.RMSprop(rate)
    raise ValueError(f"unknown optimiser {training.optimizer!r}")
