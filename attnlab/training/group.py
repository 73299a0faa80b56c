"""Seeds of one arm that train together: from their starting weights to their results."""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np

from attnlab.backbones import Network
from attnlab.spec import Training
from attnlab.streams import generator
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
from attnlab.training.objective import Objective
from attnlab.training.program import Program, Seen, State, Weights
from attnlab.training.programs import Programs, sharing_key
from attnlab.training.single import Single
from attnlab.training.stacked import Stacked
from attnlab.training.starts import starting_weights


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
    key: str = ""
    saved: State | None = None
    _seats: list[_Seat] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._objective = Objective(self.data.classes)
        self.key = sharing_key(self.network, self.training, len(self.seeds))

    def make_program(self) -> Program:
        """A program of its own network: this one's variables are for starts and files."""
        network = self.make_network()
        if len(self.seeds) == 1:
            return Single(network, self.training, self._objective)
        return Stacked(network, self.training, self._objective, len(self.seeds))

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
        starts = [starting_weights(self.network, seed) for seed in self.seeds]
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
        seen = yield from self._look(program, self.data.validation, self.data.probe, epoch, clock)
        yield from self._failures(epoch, "validation", seen.loss)
        if not self._seats:
            return
        spent = clock.seconds() / len(self._seats)
        for seat in self._seats:
            seat.seconds += spent
            yield self._epoch_end(seat, epoch, trained[seat.number], seen, spent)
            self._note_best(program, seat, epoch, seen)
        yield from self._finish(program, epoch)

    def _epoch_end(
        self, seat: _Seat, epoch: int, trained: np.ndarray, seen: Seen, spent: float
    ) -> EpochEnd:
        means = [scores[seat.number].mean(axis=0, dtype=np.float32) for scores in seen.traces]
        return EpochEnd(
            seat.seed,
            epoch,
            loss=float(trained[0]),
            accuracy=float(trained[1]),
            val_loss=float(seen.loss[seat.number]),
            val_accuracy=float(seen.accuracy[seat.number]),
            seconds=spent,
            traces=self._named(means),
        )

    def _note_best(self, program: Program, seat: _Seat, epoch: int, seen: Seen) -> None:
        """Keep the weights to come back to: the best by validation loss, or just the latest."""
        loss = float(seen.loss[seat.number])
        if self.training.patience:
            keep = seat.best is None or loss < seat.best.val_loss
        else:
            keep = epoch == self.training.epochs
        if keep:
            traces = [scores[seat.number] for scores in seen.traces]
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
        test = yield from self._look(program, self.data.test, 0, epoch)
        for seat in ending:
            yield RunEnd(
                seat.seed,
                seat.seconds,
                epoch=seat.best.epoch,
                model=self.network.file_with(seat.best.weights),
                predictions=self._objective.probabilities(test.logits[seat.number]),
                labels=self.data.labels[seat.number],
                traces=self._named(seat.best.traces),
            )
            self._seats.remove(seat)

    def _look(
        self, program: Program, split: Tensors, probe: int, epoch: int, clock: _Clock | None = None
    ) -> Generator[Event, None, Seen]:
        clock = clock or _Clock()
        looking = program.look(split.x, split.y, probe)
        while True:
            try:
                share = next(looking)
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
