"""One arm's epoch as traced functions over data in memory.

`model.fit` spends a short training around the arithmetic: callbacks, an iterator, a call for each
step. Here a loop inside one traced function gathers its batches itself, and the optimiser is
Keras's own. One trace serves all seeds, whose starting weights are assigned into it.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

import keras
import numpy as np
import tensorflow as tf

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.training.chunking import ChunkSizes
from attnlab.training.dropout_rates import DropoutRates
from attnlab.training.feeding import ARRAYS, ArrayFeed, Nest
from attnlab.training.memory import evaluation_batch
from attnlab.training.objective import Objective
from attnlab.training.optimizers import updates_of
from attnlab.training.rates import rates_of

State = list[np.ndarray]

Weights = list[np.ndarray]
"""The value of every variable of a network's model, in the order of `model.variables`."""


@dataclass(frozen=True)
class Evaluation:
    """The results of a pass over some inputs, with a leading seat axis (S, ...).

    `loss` is the mean over the samples and `accuracy` the share answered rightly, both (S,);
    `extra_metrics` are the means (S, M) of what else the objective measures; `answers` (S, A, ...)
    are those to the first A inputs; `traces` hold (S, P, ...) scores for the first P inputs.
    """

    loss: np.ndarray
    accuracy: np.ndarray
    extra_metrics: np.ndarray
    answers: np.ndarray
    traces: list[np.ndarray]


class Program(ABC):
    """The traced training of one network at one or several seats, one seed in each.

    Data of a program with one seat is (N, ...), that of a stacked one (S, N, ...). `feed` says what
    the inputs of a split are.
    """

    seats: int

    def __init__(
        self, network: Network, training: Training, objective: Objective, feed: ArrayFeed = ARRAYS
    ) -> None:
        self.network = network
        self.feed = feed
        self.objective = objective
        self.batch_size = training.batch_size
        self.evaluation_batch = evaluation_batch(network)
        self.chunk_sizes = ChunkSizes()
        self._model = network.full
        self._dropout_rates = DropoutRates(network.model)
        variables = network.model.variables
        places = {id(variable): place for place, variable in enumerate(variables)}
        self._trained = [places[id(each)] for each in self._model.trainable_variables]
        self._carried = [places[id(each)] for each in self._model.non_trainable_variables]
        self.variables = self._make_variables(variables)
        self.updates = updates_of(
            training,
            [self.variables[place] for place in self._trained],
            [rates_of(network).get(id(variables[place]), 1.0) for place in self._trained],
        )
        inputs = [self._signature(tensor) for tensor in network.model.inputs]
        x = feed.signature(tuple(inputs) if len(inputs) > 1 else inputs[0], self._lead)
        y = objective.signature(self._lead)
        order = tf.TensorSpec([*self._lead, None], tf.int32)
        number = tf.TensorSpec([], tf.int32)
        sums = tf.TensorSpec([*self._lead, 2], tf.float64)
        self._train = tf.function(
            self._train_steps,
            input_signature=[x, y, order, number, number, sums],
            autograph=False,
        )
        self._evaluate = tf.function(self._evaluate_batch, input_signature=[x, y], autograph=False)

    # --- what differs between one seat and several ---

    _lead: tuple[int, ...]

    def _executor(self) -> AbstractContextManager[object]:
        """The context in which the traced functions are called."""
        return nullcontext()

    @abstractmethod
    def _make_variables(self, of_model: list[keras.Variable]) -> list[keras.Variable]:
        """The variables that are trained, one for each of the model's."""

    @abstractmethod
    def _step(self, x: Nest, y: Nest, rows: tf.Tensor) -> tf.Tensor:
        """One update on these rows; returns the sums (..., 2) of the batch."""

    @abstractmethod
    def _answers(self, x: Nest, y: Nest) -> tuple[tf.Tensor, ...]:
        """Sums (..., 2 + M), answers and scores of a batch."""

    @abstractmethod
    def put(self, seat: int, weights: Weights) -> None:
        """Give a seat these weights."""

    @abstractmethod
    def weights(self, seat: int) -> Weights:
        """The weights that a seat has now."""

    # --- a run, from its start to its files ---

    def begin(
        self, starts: Sequence[Weights], network: Network, training: Training, samples: int
    ) -> None:
        """Begin runs: starting weights for every seat, and an optimiser without a past.

        The numbers that may differ without a new trace are those of `training` and of the dropout
        layers of `network`.
        """
        for seat, start in enumerate(starts):
            self.put(seat, start)
        self._dropout_rates.set(network.model)
        self.updates.begin(training, self.steps(samples))

    def steps(self, samples: int) -> int:
        """How many batches an epoch over `samples` has, the last one perhaps smaller."""
        return -(-samples // self.batch_size)

    def train_epoch(
        self, x: Nest, y: Nest, orders: Sequence[np.ndarray]
    ) -> Iterator[tuple[float, np.ndarray]]:
        """Take every step of one epoch, each seat in its own order (N,).

        Yields the share done and the sums so far (S, 2): losses times samples, right answers. The
        sums travel through the traced loop rather than being added up here, so that the result
        doesn't depend on where an epoch was cut.
        """
        samples = len(orders[0])
        order = tf.constant(np.reshape(np.stack(orders), [*self._lead, samples]), tf.int32)
        sums = tf.zeros([*self._lead, 2], tf.float64)
        total = self.steps(samples)
        for first, last in self.chunk_sizes.chunks(total):
            with self._executor():
                sums = self._train(x, y, order, tf.constant(first), tf.constant(last), sums)
            yield last / total, self._by_seat(sums)

    def evaluate(
        self, x: Nest, y: Nest, probe: int, answered: int = 0
    ) -> Generator[float, None, Evaluation]:
        """Pass inputs through without training; yields the share done and returns the results.

        Scores are kept of the first `probe` inputs, answers of the first `answered`.
        """
        axis = len(self._lead)
        samples = int(tf.nest.flatten(y)[0].shape[axis])
        sums, scores = [], []
        answers: list[np.ndarray] = []
        for first in range(0, samples, self.evaluation_batch):
            cut = (slice(None),) * axis + (slice(first, first + self.evaluation_batch),)
            with self._executor():
                targets = tf.nest.map_structure(lambda array, cut=cut: array[cut], y)
                batch_sums, batch_answers, *batch_scores = self._evaluate(
                    self.feed.cut(x, cut), targets
                )
            sums.append(self._by_seat(batch_sums))
            if not answers or first < answered:
                answers.append(self._by_seat(batch_answers)[:, : max(0, answered - first)])
            if first < probe:
                scores.append([self._by_seat(each)[:, : probe - first] for each in batch_scores])
            yield min(1.0, (first + self.evaluation_batch) / samples)
        total = np.sum(sums, axis=0) / samples
        return Evaluation(
            loss=total[:, 0],
            accuracy=total[:, 1],
            extra_metrics=total[:, 2:],
            answers=np.concatenate(answers, axis=1),
            traces=[np.concatenate(parts, axis=1) for parts in zip(*scores, strict=True)],
        )

    @property
    def weights_held(self) -> int:
        """How many numbers its variables have, of all seats."""
        return sum(math.prod(variable.shape) for variable in self.variables)

    def state(self) -> State:
        """Every number that a run changes, for `restore`."""
        return [variable.numpy() for variable in self._state]

    def restore(self, state: State) -> None:
        """Continue from where a run had this `state`."""
        for variable, value in zip(self._state, state, strict=True):
            variable.assign(value)

    @property
    def _state(self) -> list[keras.Variable | tf.Variable]:
        return [*self.variables, *self.updates.state, *self._dropout_rates.numbers]

    # --- what is traced ---

    def _train_steps(
        self,
        x: Nest,
        y: Nest,
        order: tf.Tensor,
        first: tf.Tensor,
        last: tf.Tensor,
        sums: tf.Tensor,
    ) -> tf.Tensor:
        batch, samples = self.batch_size, tf.shape(order)[-1]

        def step(index: tf.Tensor, sums: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
            rows = order[..., index * batch : tf.minimum((index + 1) * batch, samples)]
            return index + 1, sums + self._step(x, y, rows)

        with self._dropout_rates.connected():
            return _loop(step, first, last, sums)

    def _evaluate_batch(self, x: Nest, y: Nest) -> tuple[tf.Tensor, ...]:
        return self._answers(self.feed.inputs(x), y)

    def _gathered(self, x: Nest, y: Nest, rows: tf.Tensor) -> tuple[Nest, Nest]:
        """The inputs and the targets of these rows (..., B)."""
        axes = len(self._lead)
        targets = tf.nest.map_structure(lambda each: tf.gather(each, rows, batch_dims=axes), y)
        return self.feed.batch(x, rows, self._lead), targets

    def _by_seat(self, values: tf.Tensor) -> np.ndarray:
        return values.numpy() if self._lead else values.numpy()[None]

    def _signature(self, tensor: keras.KerasTensor) -> tf.TensorSpec:
        return tf.TensorSpec([*self._lead, *tensor.shape], tensor.dtype)


def _loop(
    step: Callable[[tf.Tensor, tf.Tensor], tuple[tf.Tensor, tf.Tensor]],
    first: tf.Tensor,
    last: tf.Tensor,
    sums: tf.Tensor,
) -> tf.Tensor:
    return tf.while_loop(lambda index, _: index < last, step, (first, sums), parallel_iterations=1)[
        1
    ]
