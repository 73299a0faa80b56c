"""Seeds of one arm that train together: from their starting weights to their results."""

from __future__ import annotations

import math
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import tensorflow as tf

from attnlab.backbones import Network, TraceSpec
from attnlab.spec import TESTED, VALIDATED, Training
from attnlab.tasks.streams import generator
from attnlab.training.by_class import by_class
from attnlab.training.data import GroupData, Tensors
from attnlab.training.events import (
    AttentionTrace,
    EpochEnd,
    Event,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
)
from attnlab.training.initial_weights import initial_weights
from attnlab.training.machine_limits import ALL_ANSWERS, KEPT_ANSWERS
from attnlab.training.objective import Objective
from attnlab.training.of_texts import of_texts
from attnlab.training.program import Evaluation, Program, State, Weights
from attnlab.training.program_keys import sharing_key
from attnlab.training.programs import Programs
from attnlab.training.single import Single
from attnlab.training.stacked import Stacked
from attnlab.training.stopwatch import Stopwatch
from attnlab.training.traces import SHOWN_SAMPLES, mean_trace, scores_to_keep


def batch_order(seed: int, epoch: int, samples: int) -> np.ndarray:
    """The order in which an epoch (counted from 1) visits the training samples (N,)."""
    return generator(seed, "order", epoch).permutation(samples).astype(np.int32)


@dataclass
class _Best:
    """The epoch whose weights a run keeps; epoch 0 before there is one."""

    epoch: int = 0
    val_loss: float = math.inf
    weights: Weights = field(default_factory=list)
    traces: list[np.ndarray] = field(default_factory=list)
    answers: np.ndarray = field(default_factory=lambda: np.empty(0))


@dataclass
class _Seat:
    """A seed that trains, the seconds it took so far and its best epoch."""

    number: int
    seed: int
    seconds: float = 0.0
    best: _Best = field(default_factory=_Best)


@dataclass(eq=False)
class Group:
    """Trains one seed, or several in a stacked program, and yields events.

    `seeds` have the program's seats in this order; only those in `wanted` give events. The others
    fill their seats because numbers are the same bit for bit only in a program of the same size.
    """

    network: Network
    training: Training
    seeds: Sequence[int]
    wanted: set[int]
    data: GroupData
    programs: Programs
    make_network: Callable[[], Network]
    objective: Objective
    truth_axis: str = ""
    key: str = ""
    saved: State | None = None
    _seats: list[_Seat] = field(default_factory=list)

    def __post_init__(self) -> None:
        about = self.network, self.training, self.objective
        self.key = sharing_key(*about, len(self.seeds), self.data.feed)

    def make_program(self) -> Program:
        """A program with its own network: this one draws starting weights and makes files."""
        network = self.make_network()
        if len(self.seeds) == 1:
            return Single(network, self.training, self.objective, self.data.feed)
        return Stacked(network, self.training, self.objective, len(self.seeds), self.data.feed)

    def run(self) -> Iterator[Event]:
        """Train to the end; yields the events of `engine.train`."""
        network = self.network
        about = network.describe(), network.parameters, network.attention_parameters
        started = set()
        for number, seed in enumerate(self.seeds):
            if seed not in self.wanted or seed in started:
                continue
            started.add(seed)
            yield RunStart(seed, *about)
            if (problem := self.data.problems.get(seed)) is not None:
                yield RunFailed(seed, 1, float("nan"), problem)
            else:
                self._seats.append(_Seat(number, seed))
        for epoch in range(1, self.training.epochs + 1):
            if not self._seats:
                return
            with self.programs.turn(self) as program:
                if epoch == 1:
                    self._begin(program)
                yield from self._epoch(program, epoch)
            yield Progress(self._training, epoch, 1.0)

    @property
    def _training(self) -> tuple[int, ...]:
        return tuple(seat.seed for seat in self._seats)

    def _begin(self, program: Program) -> None:
        stream = self.training.module_stream
        starts = [initial_weights(self.network, seed, stream) for seed in self.seeds]
        program.begin(starts, self.network, self.training, self.data.samples)

    def _epoch(self, program: Program, epoch: int) -> Iterator[Event]:
        clock, train = Stopwatch(), self.data.train
        orders = [batch_order(seed, epoch, self.data.samples) for seed in self.seeds]
        steps = program.train_epoch(train.x, train.y, orders)
        for share, sums in self.data.reading_ahead(steps, orders):
            with clock.paused():
                yield from self._failures(epoch, "training", sums[:, 0])
                if not self._seats:
                    return
                yield Progress(self._training, epoch, 0.9 * share)
        trained = sums / self.data.samples
        may_be_kept = self.training.patience or epoch == self.training.epochs
        evaluation = yield from self._evaluate(
            program,
            self.data.validation,
            self.data.probe,
            epoch,
            clock,
            answered=ALL_ANSWERS if self._is_measured_at_end and may_be_kept else SHOWN_SAMPLES,
        )
        yield from self._failures(epoch, "validation", evaluation.loss)
        if not self._seats:
            return
        spent = clock.seconds() / len(self._seats)
        for seat in self._seats:
            seat.seconds += spent
            yield self._epoch_end(seat, epoch, trained[seat.number], evaluation, spent)
            self._note_best(program, seat, epoch, evaluation)
        yield from self._finish(program, epoch)

    def _epoch_end(
        self, seat: _Seat, epoch: int, trained: np.ndarray, evaluation: Evaluation, spent: float
    ) -> EpochEnd:
        return EpochEnd(
            seat.seed,
            epoch,
            loss=float(trained[0]),
            accuracy=float(trained[1]),
            val_loss=float(evaluation.loss[seat.number]),
            val_accuracy=float(evaluation.accuracy[seat.number]),
            seconds=spent,
            traces=tuple(self._mean_trace(seat, *each) for each in self._traces(seat, evaluation)),
            extra_metrics=self._extra_metrics(self.data.validation, evaluation, seat.number),
            predictions=self.objective.predictions(evaluation.answers[seat.number][:SHOWN_SAMPLES]),
        )

    def _traces(
        self, seat: _Seat, evaluation: Evaluation
    ) -> Iterator[tuple[TraceSpec, np.ndarray]]:
        for spec, scores in zip(self.network.traces, evaluation.traces, strict=True):
            yield spec, scores[seat.number]

    def _mean_trace(self, seat: _Seat, spec: TraceSpec, scores: np.ndarray) -> AttentionTrace:
        return mean_trace(
            spec,
            scores,
            truth=self.data.truths[seat.number],
            valid=self.data.valid[seat.number],
            truth_axis=self.truth_axis,
        )

    def _note_best(self, program: Program, seat: _Seat, epoch: int, evaluation: Evaluation) -> None:
        """Keep the weights of the best epoch by validation loss; without patience, of the last."""
        loss = float(evaluation.loss[seat.number])
        if self.training.patience:
            keep = loss < seat.best.val_loss
        else:
            keep = epoch == self.training.epochs
        if keep:
            traces = [scores_to_keep(scores) for _, scores in self._traces(seat, evaluation)]
            answers = evaluation.answers[seat.number].copy()  # not all seats' for one
            seat.best = _Best(epoch, loss, program.weights(seat.number), traces, answers)

    def _finish(self, program: Program, epoch: int) -> Iterator[Event]:
        """End the runs whose last epoch is over, with the weights they keep."""
        patience = self.training.patience
        ending = [
            seat
            for seat in self._seats
            if epoch == self.training.epochs or (patience and epoch - seat.best.epoch >= patience)
        ]
        if not ending:
            return
        for seat in ending:
            if seat.best.epoch != epoch:
                program.put(seat.number, seat.best.weights)
        wanted = ALL_ANSWERS if self._is_measured_at_end else KEPT_ANSWERS
        test = yield from self._evaluate(program, self.data.test, 0, epoch, answered=wanted)
        for seat in ending:
            yield RunEnd(
                seat.seed,
                seat.seconds,
                epoch=seat.best.epoch,
                model=self.network.file_with(seat.best.weights),
                predictions=self.objective.predictions(test.answers[seat.number][:KEPT_ANSWERS]),
                labels=self.data.labels[seat.number],
                traces=self._named(seat.best.traces),
                tested=self._tested(test, seat.number),
                **self._at_end(seat, test),
            )
            self._seats.remove(seat)

    @property
    def _is_measured_at_end(self) -> bool:
        """Whether all answers are measured once, at the end of a run: classes, and own texts."""
        return self.objective.has_classes or self.data.texts[0] is not None

    def _at_end(self, seat: _Seat, test: Evaluation) -> dict[str, Any]:
        """`RunEnd.at_end` and `RunEnd.confusion` of a run; nothing where nothing is measured."""
        answers = {VALIDATED: seat.best.answers, TESTED: test.answers[seat.number]}
        if (texts := self.data.texts[seat.number]) is not None:
            return {"at_end": of_texts(texts, answers)}
        if not self.objective.has_classes:
            return {}
        splits = {VALIDATED: self.data.validation, TESTED: self.data.test}
        labels = {name: self._targets(split, seat.number) for name, split in splits.items()}
        return by_class(self.objective, labels, answers)

    def _targets(self, split: Tensors, seat: int) -> np.ndarray:
        """The targets (N, ...) of a split's samples, the first of several, of the seed here."""
        targets = tf.nest.flatten(split.y)[0].numpy()
        return targets[seat] if len(self.seeds) > 1 else targets

    def _tested(self, test: Evaluation, seat: int) -> dict[str, float]:
        return {
            "loss": float(test.loss[seat]),
            "accuracy": float(test.accuracy[seat]),
            **self._extra_metrics(self.data.test, test, seat),
        }

    def _extra_metrics(self, split: Tensors, evaluation: Evaluation, seat: int) -> dict[str, float]:
        return self.objective.measured(
            evaluation.extra_metrics[seat],
            lambda: self._targets(split, seat),
            self.data.units[seat],
        )

    def _evaluate(
        self,
        program: Program,
        split: Tensors,
        probe: int,
        epoch: int,
        clock: Stopwatch | None = None,
        answered: int = 0,
    ) -> Generator[Event, None, Evaluation]:
        clock = clock or Stopwatch()
        evaluating = program.evaluate(split.x, split.y, probe, answered)
        while True:
            try:
                share = next(evaluating)
            except StopIteration as end:
                return end.value
            self.data.used(program.evaluation_batch)
            with clock.paused():
                yield Progress(self._training, epoch, 0.9 + 0.09 * share)

    def _failures(self, epoch: int, which: str, losses: np.ndarray) -> Iterator[Event]:
        for seat in [each for each in self._seats if not np.isfinite(losses[each.number])]:
            loss = float(losses[seat.number])
            reason = f"the {which} loss became {loss} in epoch {epoch}: try a lower learning rate"
            self._seats.remove(seat)
            yield RunFailed(seat.seed, epoch, loss, reason)

    def _named(self, weights: Sequence[np.ndarray]) -> tuple[AttentionTrace, ...]:
        return tuple(
            AttentionTrace(spec.axis, spec.kind, values)
            for spec, values in zip(self.network.traces, weights, strict=True)
        )
