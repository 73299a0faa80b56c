"""Seeds of one arm that train together: from their starting weights to their results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from attnlab.backbones import Network, TraceSpec
from attnlab.spec import Training
from attnlab.tasks import measures
from attnlab.tasks.streams import generator
from attnlab.training.data import GroupData, Tensors
from attnlab.training.events import (
    EpochEnd,
    Event,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
    Trace,
    in_a_line,
)
from attnlab.training.initial_weights import initial_weights
from attnlab.training.objective import Objective
from attnlab.training.program import Evaluation, Program, State, Weights
from attnlab.training.programs import Programs, sharing_key
from attnlab.training.single import Single
from attnlab.training.stacked import Stacked

MEASURED_SAMPLES = 256
"""Attention is measured on so many of the probe inputs after every epoch."""

MOST_KEPT_BYTES = 2**20
FEWEST_KEPT = 16
"""A run keeps the scores of as many probe inputs as fit, and of these at least."""


def batch_order(seed: int, epoch: int, samples: int) -> np.ndarray:
    """The order in which an epoch (counted from 1) visits the training samples (N,)."""
    return generator(seed, "order", epoch).permutation(samples).astype(np.int32)


@dataclass
class _Best:
    """What early stopping would go back to."""

    epoch: int
    val_loss: float
    weights: Weights
    traces: list[np.ndarray]


@dataclass
class _Seat:
    """A seed that trains, and what it has had so far."""

    number: int
    seed: int
    seconds: float = 0.0
    best: _Best | None = None


@dataclass(eq=False)
class Group:
    """Trains one seed, or several in a stacked program, and tells what happens.

    `seeds` sit in the program's seats in this order; only those in `wanted` are told about. The
    others fill their seats because numbers are the same bit for bit only in a program of the same
    size.
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
        self.key = sharing_key(self.network, self.training, self.objective, len(self.seeds))

    def make_program(self) -> Program:
        """A program of its own network: this one's variables are for starts and files."""
        network = self.make_network()
        if len(self.seeds) == 1:
            return Single(network, self.training, self.objective)
        return Stacked(network, self.training, self.objective, len(self.seeds))

    def run(self) -> Iterator[Event]:
        """Train to the end; yields the events of `engine.train`."""
        about = (
            self.network.describe(),
            self.network.parameters,
            self.network.attention_parameters,
        )
        told = set()
        for number, seed in enumerate(self.seeds):
            if seed not in self.wanted or seed in told:
                continue
            told.add(seed)
            yield RunStart(seed, *about)
            if (problem := self.data.problems.get(seed)) is not None:
                yield RunFailed(seed, 1, float("nan"), in_a_line(problem))
            else:
                self._seats.append(_Seat(number, seed))
        for epoch in range(1, self.training.epochs + 1):
            if not self._seats:
                return
            program = self.programs.take(self)
            try:
                if epoch == 1:
                    self._begin(program)
                yield from self._epoch(program, epoch)
            finally:
                self.programs.give_back(self, program)
            yield Progress(self._training, epoch, 1.0)

    @property
    def _training(self) -> tuple[int, ...]:
        return tuple(seat.seed for seat in self._seats)

    def _begin(self, program: Program) -> None:
        stream = self.training.module_stream
        starts = [initial_weights(self.network, seed, stream) for seed in self.seeds]
        program.begin(starts, self.network, self.training, self.data.samples)

    def _epoch(self, program: Program, epoch: int) -> Iterator[Event]:
        clock, train = _Clock(), self.data.train
        orders = [batch_order(seed, epoch, self.data.samples) for seed in self.seeds]
        for share, sums in program.train_epoch(train.x, train.y, orders):
            with clock.paused():
                yield from self._failures(epoch, "training", sums[:, 0])
                if not self._seats:
                    return
                yield Progress(self._training, epoch, 0.9 * share)
        trained = sums / self.data.samples
        evaluation = yield from self._evaluate(
            program, self.data.validation, self.data.probe, epoch, clock
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
        own = evaluation.own[seat.number]
        return EpochEnd(
            seat.seed,
            epoch,
            loss=float(trained[0]),
            accuracy=float(trained[1]),
            val_loss=float(evaluation.loss[seat.number]),
            val_accuracy=float(evaluation.accuracy[seat.number]),
            seconds=spent,
            traces=tuple(self._mean_trace(seat, *each) for each in self._traces(seat, evaluation)),
            own=dict(zip(self.objective.own, own.tolist(), strict=True)),
        )

    def _traces(
        self, seat: _Seat, evaluation: Evaluation
    ) -> Iterator[tuple[TraceSpec, np.ndarray]]:
        for spec, scores in zip(self.network.traces, evaluation.traces, strict=True):
            yield spec, scores[seat.number]

    def _mean_trace(self, seat: _Seat, spec: TraceSpec, scores: np.ndarray) -> Trace:
        measured = scores[:MEASURED_SAMPLES]
        truth, valid = (
            masks.get(spec.slot) if isinstance(masks, dict) else masks
            for masks in (self.data.truths[seat.number], self.data.valid[seat.number])
        )
        if spec.weighed != self.truth_axis or not _comparable(spec, truth):
            truth = None
        if spec.weighed != "step" or not _comparable(spec, valid):
            valid = None
        found = measures.of_trace(
            measured,
            spec.kind,
            spec.leading,
            truth=None if truth is None else truth[: len(measured)],
            valid=None if valid is None else valid[: len(measured)],
        )
        mean = scores.mean(axis=0, dtype=np.float32)
        return Trace(spec.axis, spec.kind, mean, found)

    def _note_best(self, program: Program, seat: _Seat, epoch: int, evaluation: Evaluation) -> None:
        """Keep the weights to come back to: the best by validation loss, or just the latest."""
        loss = float(evaluation.loss[seat.number])
        if self.training.patience:
            keep = seat.best is None or loss < seat.best.val_loss
        else:
            keep = epoch == self.training.epochs
        if keep:
            traces = [kept(scores) for _, scores in self._traces(seat, evaluation)]
            seat.best = _Best(epoch, loss, program.weights(seat.number), traces)

    def _finish(self, program: Program, epoch: int) -> Iterator[Event]:
        """End the runs that have had their last epoch, with the weights they keep."""
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
        test = yield from self._evaluate(program, self.data.test, 0, epoch)
        for seat in ending:
            yield RunEnd(
                seat.seed,
                seat.seconds,
                epoch=seat.best.epoch,
                model=self.network.file_with(seat.best.weights),
                predictions=self.objective.predictions(test.answers[seat.number]),
                labels=self.data.labels[seat.number],
                traces=self._named(seat.best.traces),
                tested=self._tested(test, seat.number),
            )
            self._seats.remove(seat)

    def _tested(self, test: Evaluation, seat: int) -> dict[str, float]:
        own = dict(zip(self.objective.own, test.own[seat].tolist(), strict=True))
        return {"loss": float(test.loss[seat]), "accuracy": float(test.accuracy[seat]), **own}

    def _evaluate(
        self, program: Program, split: Tensors, probe: int, epoch: int, clock: _Clock | None = None
    ) -> Generator[Event, None, Evaluation]:
        clock = clock or _Clock()
        evaluating = program.evaluate(split.x, split.y, probe)
        while True:
            try:
                share = next(evaluating)
            except StopIteration as end:
                return end.value
            with clock.paused():
                yield Progress(self._training, epoch, 0.9 + 0.09 * share)

    def _failures(self, epoch: int, which: str, losses: np.ndarray) -> Iterator[Event]:
        for seat in [each for each in self._seats if not np.isfinite(losses[each.number])]:
            loss = float(losses[seat.number])
            reason = f"the {which} loss became {loss} in epoch {epoch}: try a lower learning rate"
            self._seats.remove(seat)
            yield RunFailed(seat.seed, epoch, loss, reason)

    def _named(self, weights: Sequence[np.ndarray]) -> tuple[Trace, ...]:
        return tuple(
            Trace(spec.axis, spec.kind, values)
            for spec, values in zip(self.network.traces, weights, strict=True)
        )


def _comparable(spec: TraceSpec, mask: np.ndarray | None) -> bool:
    """Whether there is a mask that speaks of the positions of this trace; maps may be coarser."""
    return mask is not None and (spec.weighed == "place" or mask.shape[-1] == spec.shape[-1])


def kept(scores: np.ndarray) -> np.ndarray:
    """The scores of as many probe inputs as are kept for a run."""
    most = MOST_KEPT_BYTES // max(1, scores[:1].nbytes)
    return scores[: max(FEWEST_KEPT, most)]


class _Clock:
    """Time spent training, without the time that whoever reads the events takes."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self._began

    def paused(self) -> _Clock:
        return self

    def __enter__(self) -> None:
        self._paused_at = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        self._began += time.perf_counter() - self._paused_at
