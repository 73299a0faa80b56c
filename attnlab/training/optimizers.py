"""Keras's own optimisers and learning-rate schedules, as a study names them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, TypeAlias

import keras
import tensorflow as tf

from attnlab.compat.keras import update_directly
from attnlab.spec import Training

Rate: TypeAlias = float | keras.optimizers.schedules.LearningRateSchedule


MOST_TOGETHER = 1_000_000
"""Up to so many weights an update takes the variables laid end to end. Measured for networks up to
300,000: each epoch takes a tenth less processor time; at eight million it takes longer."""


class Updates:
    """A Keras optimiser over some variables, whose learning rate changes without a new trace.

    All optimisers offered work element by element, so that they also train weights stacked by
    seed, and one vector of all weights in place of one variable after another: a dozen small
    operations in all instead of a dozen for each. To be added to the weights, the vector begins
    each update at zero, which changes no bit. Settings that a study has no name for have Keras's
    defaults.
    """

    def __init__(self, training: Training, variables: list[keras.Variable]) -> None:
        self._kind = training.schedule
        self._rate = keras.Variable(training.learning_rate, trainable=False, name="rate")
        self._period = keras.Variable(1.0, trainable=False, name="period")
        self.optimizer = _optimizer(training, self._schedule(training))
        update_directly(self.optimizer)
        self._together = _laid_end_to_end(training, variables)
        self.optimizer.build(variables if self._together is None else [self._together])
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

    def apply(self, gradients: Sequence[Any], variables: Sequence[keras.Variable]) -> None:
        """Take one step, in a traced function. `variables` are those that this was made for, with
        a gradient for each."""
        together = self._together
        if together is None:
            self.optimizer.apply(gradients, variables)
            return
        flat = [tf.reshape(tf.convert_to_tensor(each), [-1]) for each in gradients]
        self.optimizer.apply([tf.concat(flat, 0)], [together])
        parts = tf.split(together.value, [math.prod(each.shape) for each in variables])
        for variable, part in zip(variables, parts, strict=True):
            variable.assign_add(tf.reshape(part, variable.shape))
        together.assign(tf.zeros(together.shape))

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


class SeveralUpdates:
    """Updates of groups of variables, each with its own factor of the learning rate."""

    def __init__(
        self, training: Training, variables: list[keras.Variable], factors: Sequence[float]
    ) -> None:
        self._factors = sorted(set(factors), reverse=True)
        self._groups = [
            [place for place, each in enumerate(factors) if each == factor]
            for factor in self._factors
        ]
        self._updates = [
            Updates(_slowed(training, factor), [variables[place] for place in group])
            for factor, group in zip(self._factors, self._groups, strict=True)
        ]

    def begin(self, training: Training, steps: int) -> None:
        """As that of `Updates`."""
        for factor, each in zip(self._factors, self._updates, strict=True):
            each.begin(_slowed(training, factor), steps)

    def apply(self, gradients: Sequence[Any], variables: Sequence[keras.Variable]) -> None:
        """As that of `Updates`."""
        for group, each in zip(self._groups, self._updates, strict=True):
            each.apply([gradients[place] for place in group], [variables[place] for place in group])

    @property
    def state(self) -> list[keras.Variable]:
        """Every variable that a run changes."""
        return [variable for each in self._updates for variable in each.state]


def _slowed(training: Training, factor: float) -> Training:
    return training.model_copy(update={"learning_rate": training.learning_rate * factor})


def updates_of(
    training: Training, variables: list[keras.Variable], factors: Sequence[float]
) -> Updates | SeveralUpdates:
    """The updates of these variables, each at its factor of the learning rate."""
    if set(factors) <= {1.0}:
        return Updates(training, variables)
    return SeveralUpdates(training, variables, factors)


def _laid_end_to_end(
    training: Training, variables: Sequence[keras.Variable]
) -> keras.Variable | None:
    """A vector of zeros for what an update adds to all variables; None where each has its own
    update: AdamW takes a share of the weights themselves."""
    size = sum(math.prod(each.shape) for each in variables)
    are_alike = {each.dtype for each in variables} == {"float32"}
    if training.optimizer == "adamw" or size > MOST_TOGETHER or not are_alike:
        return None
    return keras.Variable(tf.zeros(size), dtype="float32", name="together")


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
