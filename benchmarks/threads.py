"""How many threads an operation of a network should have, and the published CNN beside `model.fit`.

First networks of growing size, each trained with one thread an operation and with as many as there
are cores, each in a process of its own, in turn: from which size on do the threads pay? That is
`LARGE` in `attnlab/training/arithmetic.py`.

Then the published CNN with squeeze-and-excitation at 128 × 128 (8.4 million parameters, 2,000
images to train on and 1,000 to validate): one run with all cores, and two runs at once with a core
each, as attnlab trains several seeds, beside `model.fit` with TensorFlow's default threads.
"""

from __future__ import annotations

import multiprocessing
import os
from collections import defaultdict
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from attnlab.spec import TaskSpec
from attnlab.tasks.streams import generator
from attnlab.workers.choosing import THREADS_VARIABLE, cores
from benchmarks.epochs import Timing, by_engine, by_fit
from benchmarks.networks import Case
from benchmarks.report import arguments, median, print_table, rounds_of

if TYPE_CHECKING:
    from attnlab.tasks import TaskData

EPOCHS, QUICK_EPOCHS = 3, 2
ASKED = {"one run": 1.5, "a run of several": 1.8}


@dataclass(frozen=True, eq=False)
class Images(Case):
    """A network for images of random pixels, so many to train on and half as many to validate."""

    count: int = 600

    def draw(self, task: TaskSpec, seed: int) -> TaskData:
        """Uniform pixels, and classes that a first pixel tells."""
        from attnlab.tasks.data import split_by_share

        random, held_out = generator(seed, "benchmark", "images"), self.count // 2
        shape: tuple[int, ...] = task.params.shape  # type: ignore[attr-defined]
        classes: int = task.params.classes  # type: ignore[attr-defined]
        x = random.random((self.count + 2 * held_out, *shape), dtype=np.float32)
        y = random.integers(0, classes, len(x))
        x[:, 0, 0, 0] = y
        return split_by_share(x, y, classes, validation=held_out, test=held_out)


def images(size: int, width: int, blocks: int, count: int, **more: float | str) -> Images:
    """A CNN for colour images of so many pixels each way."""
    task = {"name": "image-folder", "size": size, "width": width, "blocks": blocks, **more}
    return Images(f"{size} × {size}, width {width}", task, "selayer:ratio=16", count=count)


GROWING = (
    images(8, 16, 2, 600),
    images(16, 16, 2, 600),
    images(24, 16, 2, 600),
    images(32, 16, 2, 600),
    images(32, 32, 2, 600),
    images(64, 16, 2, 600),
    images(64, 32, 3, 300),
)
PUBLISHED = images(128, 16, 3, 2_000, head=512, dropout=0.5)
QUICK = images(128, 16, 3, 100, head=512, dropout=0.5)


def main() -> None:
    """Measure and print."""
    options = arguments(__doc__, rounds=3, quick=1).parse_args()
    rounds, epochs = rounds_of(options), QUICK_EPOCHS if options.quick else EPOCHS
    with ExitStack() as stack:
        pools = {
            threads: stack.enter_context(_pool(threads)) for threads in dict.fromkeys((1, cores()))
        }
        default, other = (stack.enter_context(_pool(threads)) for threads in (None, 1))
        _threads(pools, rounds, epochs)
        case = QUICK if options.quick else PUBLISHED
        _published(case, pools[cores()], (pools[1], other), default, rounds, epochs)


def _threads(pools: dict[int, ProcessPoolExecutor], rounds: int, epochs: int) -> None:
    taken: dict[tuple[str, int], list[Timing]] = defaultdict(list)
    for _ in range(rounds):
        for case in GROWING:
            for threads, pool in pools.items():
                job = pool.submit(by_engine, case, seeds=1, epochs=epochs)
                taken[case.name, threads].append(job.result())
    rows = []
    for case in GROWING:
        one, several = (_milliseconds(taken[case.name, threads]) for threads in (1, cores()))
        work = pools[1].submit(_multiply_adds, case).result()
        rows.append(
            [case.name, f"{work / 1e6:.0f}", f"{one:.1f}", f"{several:.1f}", f"{one / several:.2f}"]
        )
    head = ["network", "million multiply-adds", "one thread, ms", f"{cores()} threads, ms", "ratio"]
    print_table(f"An epoch of one run, medians of {rounds} round(s)", head, rows)


def _published(
    case: Images,
    all_cores: ProcessPoolExecutor,
    a_core_each: Sequence[ProcessPoolExecutor],
    default: ProcessPoolExecutor,
    rounds: int,
    epochs: int,
) -> None:
    taken: dict[str, list[float]] = defaultdict(list)
    for _ in range(rounds):
        fitted = default.submit(by_fit, case, epochs=epochs).result()
        taken["model.fit"].append(median(fitted.later))
        one = all_cores.submit(by_engine, case, seeds=1, epochs=epochs).result()
        taken["one run"].append(median(one.later))
        both = [pool.submit(by_engine, case, seeds=1, epochs=epochs) for pool in a_core_each]
        each = median([second for job in both for second in job.result().later])
        taken["a run of several"].append(each / len(both))
    fit = median(taken["model.fit"])
    rows = [
        [way, f"{median(each):.2f}", f"{fit / median(each):.2f}", str(ASKED.get(way, "-"))]
        for way, each in taken.items()
    ]
    title = f"The published CNN at 128 × 128, {case.count} images, medians of {rounds} round(s)"
    print_table(title, ["way", "seconds an epoch", "ratio", "asked"], rows)
    print(f"A run of several: {len(a_core_each)} at once, one thread an operation each.")


def _multiply_adds(case: Case) -> int:
    from attnlab.training.arithmetic import multiply_adds

    study = case.study(seeds=1, epochs=1)
    network = case.build(study.task, study.arms[0].module)
    return study.training.batch_size * multiply_adds(network)


def _pool(threads: int | None) -> ProcessPoolExecutor:
    """A process in which each operation has so many threads, or TensorFlow's default."""
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(1, mp_context=spawn, initializer=_set, initargs=(threads,))


def _set(threads: int | None) -> None:
    os.environ.pop(THREADS_VARIABLE, None)
    if threads is not None:
        os.environ[THREADS_VARIABLE] = str(threads)


def _milliseconds(timings: Sequence[Timing]) -> float:
    return 1000 * median([epoch for timing in timings for epoch in timing.later])


if __name__ == "__main__":
    main()
