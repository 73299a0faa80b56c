"""Training one arm over its seeds, as a generator of events.

Nothing here knows a database, a thread or a screen; closing the generator stops the training.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import tensorflow as tf

from attnlab.backbones import build
from attnlab.spec import Arm, TaskSpec, Training
from attnlab.streams import generator
from attnlab.tasks import TaskData, make
from attnlab.training.events import (
    EpochEnd,
    Event,
    Progress,
    RunEnd,
    RunFailed,
    RunStart,
    Trace,
)
from attnlab.training.program import Program, Sums, on_device
from attnlab.training.starts import starting_weights


def train(
    arm: Arm,
    seeds: Sequence[int],
    *,
    task: TaskSpec,
    training: Training,
    data: Callable[[TaskSpec, int], TaskData] = make,
) -> Iterator[Event]:
    """Train `arm` at each of `seeds`, one after another through one trace.

    Yields RunStart, then Progress and EpochEnd events, then RunEnd or RunFailed for every seed; a
    loss that is not finite fails its run only. `data` gives a seed's arrays, so that arms trained
    together can share them. No call between two events takes more than about 0.3 s, tracing and
    the test predictions aside.
    """
    program: Program | None = None
    for seed in seeds:
        arrays = data(task, seed)
        if program is None:
            program = Program(build(task, arm.module), training, arrays.classes)
        network = program.network
        program.load(starting_weights(network, seed))
        yield RunStart(seed, network.describe(), network.parameters, network.attention_parameters)
        yield from _run(program, arrays, seed, training.epochs)


def batch_order(seed: int, epoch: int, samples: int) -> np.ndarray:
    """The order in which an epoch (counted from 1) visits the training samples (N,)."""
    return generator(seed, "order", epoch).permutation(samples).astype(np.int32)


def _run(program: Program, arrays: TaskData, seed: int, epochs: int) -> Iterator[Event]:
    specs = program.network.traces
    train_data, validation = on_device(arrays.train), on_device(arrays.validation)
    probe = tf.constant(arrays.probe)
    seconds = 0.0
    for epoch in range(1, epochs + 1):
        clock = _Clock()
        trained, validated = Sums(), Sums()
        order = batch_order(seed, epoch, len(arrays.train))
        for share in program.train_epoch(train_data, order, trained):
            if not math.isfinite(trained.loss):
                yield _failed(seed, epoch, "training", trained.loss)
                return
            with clock.paused():
                yield Progress(seed, epoch, 0.9 * share)
        for share in program.evaluate(validation, validated):
            with clock.paused():
                yield Progress(seed, epoch, 0.9 + 0.1 * share)
        if not math.isfinite(validated.loss):
            yield _failed(seed, epoch, "validation", validated.loss)
            return
        means = program.mean_traces(probe)
        spent = clock.seconds()
        seconds += spent
        yield EpochEnd(
            seed,
            epoch,
            loss=trained.loss / len(arrays.train),
            accuracy=trained.correct / len(arrays.train),
            val_loss=validated.loss / len(arrays.validation),
            val_accuracy=validated.correct / len(arrays.validation),
            seconds=spent,
            traces=tuple(
                Trace(spec.axis, spec.kind, mean) for spec, mean in zip(specs, means, strict=True)
            ),
        )
    full = program.traces(probe)
    yield RunEnd(
        seed,
        seconds,
        model=program.model_file(),
        predictions=program.predict(arrays.test.x),
        labels=arrays.test.y,
        traces=tuple(
            Trace(spec.axis, spec.kind, rows) for spec, rows in zip(specs, full, strict=True)
        ),
    )


def _failed(seed: int, epoch: int, which: str, loss: float) -> RunFailed:
    reason = f"the {which} loss became {loss} in epoch {epoch}: try a lower learning rate"
    return RunFailed(seed, epoch, loss, reason)


class _Clock:
    """Time spent training, without the time that whoever reads the events takes."""

    def __init__(self) -> None:
        self._began = time.perf_counter()

    def seconds(self) -> float:
        return time.perf_counter() - self._began

    def paused(self) -> _Clock:
        self._paused_at = time.perf_counter()
        return self

    def __enter__(self) -> None:
        pass

    def __exit__(self, *_: object) -> None:
        self._began += time.perf_counter() - self._paused_at
