"""Whether a server's memory grows with the studies it has trained.

One job manager trains many small studies in its worker processes, one after another: digits with
several modules, and planted features with varying features and classes, every fourth one long
enough for its seeds to be stacked. Garbage is collected before memory is read, as Streamlit does
after each run of a page.
"""

from __future__ import annotations

import gc
import itertools
import math
import resource
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import psutil

from attnlab import Study
from attnlab.jobs import JobManager
from attnlab.store import Status, Store
from benchmarks.report import arguments, print_table

READ_AT, QUICK_READ_AT = (1, 20, 50, 100, 150, 200), (1, 10, 20, 30)
MIB = 2**20
POLL_SECONDS = 0.02
MODULES = ("se:ratio=4", "se:ratio=2", "eca", "cbam", "cbam-channel")
SAMPLES, BATCH, SEEDS = 2_000, 8, 6


def main() -> None:
    """Measure and print."""
    parser = arguments(__doc__, rounds=1, quick=1)
    parser.add_argument("--types", action="store_true", help="which Python objects became more")
    options = parser.parse_args()
    read_at = QUICK_READ_AT if options.quick else READ_AT
    rows, objects, stacked = [], [], 0
    with tempfile.TemporaryDirectory() as folder:
        manager = JobManager(Store(Path(folder)))
        began = time.monotonic()
        for number, study in enumerate(_studies(read_at[-1]), start=1):
            stacked += len(study.seeds) == SEEDS
            _train(manager, study)
            if number in read_at:
                rows.append((number, _resident(), _workers(), stacked, time.monotonic() - began))
                objects.append(_types() if options.types else Counter())
                print(f"{number} studies", flush=True)
    _report(rows, read_at[1])
    if options.types:
        _report_types(objects[1], objects[-1], read_at)


def _studies(count: int) -> Iterator[Study]:
    """Small studies, none like another."""
    modules = itertools.cycle(itertools.combinations(MODULES, 2))
    for number in range(count):
        if number % 4 == 3:
            yield _stacked(features=16 + number % 23, classes=3 + number % 17)
        elif number % 4 == 1:
            yield _planted(8 + number % 29, 2 + number % 19, seeds=1, samples=SAMPLES, epochs=1)
        else:
            arms = [f"{module}@learning_rate={1e-3 + 1e-6 * number}" for module in next(modules)]
            yield Study(task="digits", arms=arms, seeds=1, epochs=1)


def _stacked(features: int, classes: int) -> Study:
    """A study with just as many updates as attnlab wants before it stacks seeds."""
    from attnlab.training.grouping import FEWEST_STEPS

    steps = SEEDS * math.ceil(SAMPLES * 4 / 5 / BATCH)
    epochs = math.ceil(FEWEST_STEPS / steps)
    return _planted(features, classes, seeds=SEEDS, samples=SAMPLES, epochs=epochs)


def _planted(features: int, classes: int, *, seeds: int, samples: int, epochs: int) -> Study:
    task = {
        "name": "planted-features",
        "features": features,
        "classes": classes,
        "samples": samples,
    }
    return Study(task=task, arms=["none", "dense"], seeds=seeds, epochs=epochs, batch_size=BATCH)


def _train(manager: JobManager, study: Study) -> None:
    study_id = manager.submit(study)
    while (status := manager.store.study(study_id).status) in (Status.QUEUED, Status.RUNNING):
        time.sleep(POLL_SECONDS)
    if status != Status.FINISHED:
        raise RuntimeError(f"study {study_id} is {status}: {manager.faults.get(study_id, '')}")


def _resident() -> int:
    gc.collect()
    return psutil.Process().memory_info().rss


def _workers() -> int:
    """What the worker processes hold, without what they share with others."""
    return sum(each.memory_full_info().uss for each in psutil.Process().children())


def _types() -> Counter[str]:
    return Counter(f"{type(each).__module__}.{type(each).__name__}" for each in gc.get_objects())


def _report(rows: list[tuple[int, int, int, int, float]], base: int) -> None:
    resident = {number: size for number, size, *_ in rows}
    head = ["studies", "of them stacked", "server MiB", f"ratio to {base}"]
    head += ["workers MiB", "seconds so far"]
    body = [
        [
            str(number),
            str(stacked),
            f"{size / MIB:.0f}",
            f"{size / resident[base]:.3f}",
            f"{workers / MIB:.0f}",
            f"{seconds:.0f}",
        ]
        for number, size, workers, stacked, seconds in rows
    ]
    print_table("Memory of the server and of its workers", head, body)
    # The peak is in KiB, on macOS in bytes.
    unit = 1 if sys.platform == "darwin" else 1024
    peak = unit * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"Peak: {peak / MIB:.0f} MiB")


def _report_types(early: Counter[str], late: Counter[str], read_at: tuple[int, ...]) -> None:
    studies = read_at[-1] - read_at[1]
    rows = [
        [name, str(late[name]), str(more), f"{more / studies:.1f}"]
        for name, more in (late - early).most_common(25)
    ]
    head = ["type", "objects", f"more than after {read_at[1]}", "more a study"]
    if rows:
        print_table("Python objects that became more", head, rows)


if __name__ == "__main__":
    main()
