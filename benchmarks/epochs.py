"""Milliseconds per run and epoch once everything is traced, by the engine and by `model.fit`.

Both train the same network from memory with the same batch size and validate after every epoch;
the engine also takes the attention traces of each epoch, which `fit` does not. The engine runs
with the one thread an operation that attnlab gives TensorFlow. `fit` runs in the same process, and
in one of its own with TensorFlow's default number of threads. It trains one run after another, so
that its figures, taken at one seed, hold for any number of them.
"""

from __future__ import annotations

import itertools
import multiprocessing
import os
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass

from benchmarks import table
from benchmarks.fit import fit
from benchmarks.networks import CASES, DENSE, QUICK_CASES, Case
from benchmarks.report import median, print_table

EPOCHS, QUICK_EPOCHS = 8, 3
SEEDS, QUICK_SEEDS = 10, 4
FIT, FIT_THREADS = "fit, one thread", "fit, default threads"


@dataclass(frozen=True)
class Timing:
    """Seconds of a training: until the first epoch was over (building and tracing included), per
    run for each epoch after, and in all."""

    first: float
    later: list[float]
    total: float


@dataclass(frozen=True)
class Way:
    """How the engine trains a case's seeds: how many of them in one program."""

    case: Case
    seeds: int
    together: int
    chosen: bool

    @property
    def words(self) -> str:
        """What the table calls it; a star marks what attnlab's rule chooses."""
        if self.seeds == 1:
            return "alone"
        text = "one after another" if self.together == 1 else f"{self.together} stacked"
        return f"{text} *" if self.chosen else text


def report(rounds: int, quick: bool) -> None:
    """Measure and print."""
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    seeds, epochs = (QUICK_SEEDS, QUICK_EPOCHS) if quick else (SEEDS, EPOCHS)
    cases = QUICK_CASES if quick else CASES
    ways = [way for case in cases for way in _ways(case, seeds)]
    theirs: dict[tuple[str, str], list[Timing]] = defaultdict(list)
    ours: dict[Way, list[Timing]] = defaultdict(list)
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as default_threads:
        default_threads.submit(by_fit, DENSE, epochs=2).result()  # imports TensorFlow there
        by_engine(DENSE, seeds=1, epochs=2)  # what TensorFlow does once in a process
        by_fit(DENSE, epochs=2)
        for _ in range(rounds):
            for case in cases:
                theirs[case.name, FIT].append(by_fit(case, epochs=epochs))
                job = default_threads.submit(by_fit, case, epochs=epochs)
                theirs[case.name, FIT_THREADS].append(job.result())
            for way in ways:
                timing = by_engine(way.case, seeds=way.seeds, epochs=epochs, together=way.together)
                ours[way].append(timing)
    title = f"Per run and epoch (medians of {rounds} round(s) of {epochs} epochs after the first)"
    _print(f"{title}, {os.cpu_count()} cores", ways, ours, theirs)
    print(f"* what attnlab's rule chooses for {table.EPOCHS} epochs. The engine also takes the")
    print("attention traces, which fit does not. First: building, tracing and the first epoch.")


def by_engine(case: Case, *, seeds: int, epochs: int, together: int | None = None) -> Timing:
    """Train a case's seeds by the engine, with data that is drawn already."""
    from attnlab.training import EpochEnd
    from attnlab.training.engine import DataPool, train

    study = case.study(seeds=seeds, epochs=epochs)
    drawn = {seed: case.draw(study.task, seed) for seed in study.seeds}
    ends: dict[int, list[float]] = defaultdict(list)
    began = time.perf_counter()
    events = train(
        study.arms[0],
        study.seeds,
        task=study.task,
        training=study.training,
        data=DataPool(lambda _, seed: drawn[seed]),
        network=case.build,
        together=together,
    )
    for event in events:
        if isinstance(event, EpochEnd):
            ends[event.seed].append(time.perf_counter())
    total = time.perf_counter() - began
    seats = sum(times[0] < ends[study.seeds[0]][1] for times in ends.values())
    later = [(after - before) / seats for times in ends.values() for before, after in _pairs(times)]
    return Timing(ends[study.seeds[0]][0] - began, later, total)


def by_fit(case: Case, *, epochs: int) -> Timing:
    """Train a case's first seed by `model.fit`."""
    import keras

    study = case.study(seeds=1, epochs=epochs)
    data = case.draw(study.task, study.seeds[0])
    ends: list[float] = []
    began = time.perf_counter()
    clock = keras.callbacks.LambdaCallback(on_epoch_end=lambda *_: ends.append(time.perf_counter()))
    fit(case.build(study.task, study.arms[0].module).model, data, study.training, [clock])
    later = [after - before for before, after in _pairs(ends)]
    return Timing(ends[0] - began, later, time.perf_counter() - began)


def chosen_together(case: Case, *, seeds: int, epochs: int) -> int:
    """How many seeds attnlab's rule trains in one program."""
    from attnlab.training import grouping

    study = case.study(seeds=seeds, epochs=epochs)
    data = case.draw(study.task, study.seeds[0])
    network = case.build(study.task, study.arms[0].module)
    samples, nbytes = len(data.train), data.nbytes
    return grouping.seeds_together(
        network, study.training, seeds=seeds, samples=samples, nbytes=nbytes
    )


def _ways(case: Case, seeds: int) -> Iterator[Way]:
    yield Way(case, 1, 1, chosen=True)
    chosen = chosen_together(case, seeds=seeds, epochs=table.EPOCHS)
    for together in sorted({1, chosen, seeds}):
        yield Way(case, seeds, together, chosen=together == chosen)


def _pairs(times: Sequence[float]) -> Iterator[tuple[float, float]]:
    return itertools.pairwise(times)


def _print(
    title: str,
    ways: Sequence[Way],
    ours: dict[Way, list[Timing]],
    theirs: dict[tuple[str, str], list[Timing]],
) -> None:
    rows = []
    for way in ways:
        own = _milliseconds(ours[way])
        fits = [_milliseconds(theirs[way.case.name, kind]) for kind in (FIT, FIT_THREADS)]
        rows.append(
            [
                way.case.name,
                str(way.seeds),
                way.words,
                f"{own:.2f}",
                *(text for fit in fits for text in (f"{fit:.2f}", f"{fit / own:.1f}")),
                f"{median([timing.first for timing in ours[way]]):.2f}",
                f"{median([timing.first for timing in theirs[way.case.name, FIT_THREADS]]):.2f}",
            ]
        )
    head = ["network", "seeds", "engine", "ms", f"{FIT}, ms", "ratio", f"{FIT_THREADS}, ms"]
    print_table(title, [*head, "ratio", "engine first s", "fit first s"], rows)


def _milliseconds(timings: Sequence[Timing]) -> float:
    return 1000 * median([epoch for timing in timings for epoch in timing.later])
