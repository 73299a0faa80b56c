"""Seconds per epoch of every task, by attnlab's engine and by plain `model.fit`.

Both train the same network from memory with the same batch size and validate after every epoch.
The engine also takes the attention traces of each epoch, which `fit` does not. In the first group
both run in one process, with the one thread an operation that attnlab gives TensorFlow; in the
second, `fit` runs in a process of its own with TensorFlow's default number of threads.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from collections import defaultdict
from concurrent.futures import Executor, ProcessPoolExecutor
from dataclasses import dataclass

from attnlab import Study
from benchmarks.report import arguments, median, print_table, rounds_of

TASKS = (
    ("planted-features", "dense"),
    ("digits", "se:ratio=4"),
    ("planted-channels", "se:ratio=4"),
)
EPOCHS, QUICK_EPOCHS = 10, 4
ENGINE, FIT, FIT_THREADS = "engine", "fit", "fit, default threads"


@dataclass(frozen=True)
class Timing:
    """Seconds until the first epoch was over (building and tracing included), and of each after."""

    first: float
    later: list[float]


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=3, quick=1).parse_args()
    epochs = QUICK_EPOCHS if options.quick else EPOCHS
    studies = [
        Study(task=task, arms=[arm], seeds=1, epochs=epochs)
        for task, attention in TASKS
        for arm in ("none", attention)
    ]
    rounds = rounds_of(options)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as default_threads:
        taken = _measure(studies, rounds, default_threads)
    note = f"medians of {rounds} round(s) of {epochs} epochs, the first of each left out"
    _report(f"One process, one thread an operation ({note})", studies, taken, FIT)
    _report(
        f"fit with TensorFlow's default threads, {os.cpu_count()} cores ({note})",
        studies,
        taken,
        FIT_THREADS,
    )
    print("\nThe engine's epochs include taking the attention traces; those of fit do not.")


def engine_epochs(study: Study) -> Timing:
    """Train the study's only run by the engine."""
    from attnlab.training import EpochEnd
    from attnlab.training.engine import train

    data = _data(study)
    ends = []
    began = time.perf_counter()
    events = train(
        study.arms[0], study.seeds, task=study.task, training=study.training, data=lambda *_: data
    )
    for event in events:
        if isinstance(event, EpochEnd):
            ends.append(time.perf_counter())
    return _timing(began, ends)


def fit_epochs(study: Study) -> Timing:
    """Train the study's only run by `model.fit`."""
    import keras

    from attnlab.backbones import build

    data = _data(study)
    ends = []
    began = time.perf_counter()
    model = build(study.task, study.arms[0].module).model
    binary = data.classes == 2
    losses = keras.losses
    loss = losses.BinaryCrossentropy if binary else losses.SparseCategoricalCrossentropy
    accuracy = keras.metrics.BinaryAccuracy(threshold=0.0) if binary else "accuracy"
    model.compile(
        keras.optimizers.Adam(study.training.learning_rate),
        loss(from_logits=True),
        metrics=[accuracy],
    )
    model.fit(
        data.train.x,
        data.train.y,
        batch_size=study.training.batch_size,
        epochs=study.training.epochs,
        validation_data=(data.validation.x, data.validation.y),
        verbose=0,
        callbacks=[
            keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
        ],
    )
    return _timing(began, ends)


def _measure(
    studies: list[Study], rounds: int, default_threads: Executor
) -> dict[tuple[str, str], list[Timing]]:
    """Time every study in turn by each way, by (the study's hash, the way)."""
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    default_threads.submit(fit_epochs, studies[0]).result()  # imports TensorFlow there
    ways = {
        ENGINE: engine_epochs,
        FIT: fit_epochs,
        FIT_THREADS: lambda study: default_threads.submit(fit_epochs, study).result(),
    }
    for run in (engine_epochs, fit_epochs):
        run(studies[0])  # what TensorFlow does once in a process belongs to nobody
    taken = defaultdict(list)
    for number in range(rounds):
        print(f"round {number + 1}", flush=True)
        for study in studies:
            for way, run in ways.items():
                taken[study.hash, way].append(run(study))
    return taken


def _data(study: Study):
    from attnlab.tasks import make

    return make(study.task, study.seeds[0])


def _timing(began: float, ends: list[float]) -> Timing:
    later = [after - before for before, after in itertools.pairwise(ends)]
    return Timing(ends[0] - began, later)


def _report(
    title: str, studies: list[Study], taken: dict[tuple[str, str], list[Timing]], baseline: str
) -> None:
    rows = []
    for study in studies:
        ours, theirs = taken[study.hash, ENGINE], taken[study.hash, baseline]
        milliseconds = [
            1000 * median([epoch for timing in timings for epoch in timing.later])
            for timings in (ours, theirs)
        ]
        first = [median([timing.first for timing in timings]) for timings in (ours, theirs)]
        rows.append(
            [
                study.task.name,
                study.arms[0].label,
                *(f"{value:.1f}" for value in milliseconds),
                f"{milliseconds[1] / milliseconds[0]:.2f}",
                *(f"{value:.2f}" for value in first),
            ]
        )
    head = ["task", "arm", "engine ms", "fit ms", "ratio", "engine first s", "fit first s"]
    print_table(title, head, rows)


if __name__ == "__main__":
    main()
