"""What the store costs: writing an epoch beside training it, and listing many studies.

Epochs are those of the planted-feature task with 32 features: curves and one trace. They are
written one a transaction, and those of ten seeds a transaction, beside an epoch by the engine.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from attnlab import Study
from attnlab.store import Owner, Store
from attnlab.training.runtime import load_tensorflow
from benchmarks import planted
from benchmarks.epochs import by_engine
from benchmarks.networks import DENSE
from benchmarks.report import arguments, median, print_table, rounds_of

SEEDS, EPOCHS, ARM = 10, 20, "dense"
STUDIES, FEW_STUDIES = 250, 25
"""With two arms and five seeds each, 250 studies have 2,500 runs."""


def main() -> None:
    """Measure and print."""
    rounds = rounds_of(arguments(__doc__, rounds=5, quick=2).parse_args())
    with tempfile.TemporaryDirectory() as folder:
        _writing(Path(folder) / "writing", rounds)
        _listing(Path(folder), rounds)


def _writing(home: Path, rounds: int) -> None:
    load_tensorflow()
    store, plan = Store(home), planted.study(seeds=SEEDS, epochs=EPOCHS, arms=(ARM,))
    engine, single, batch = [], [], []
    for _ in range(rounds):
        engine += by_engine(DENSE, seeds=1, epochs=EPOCHS).later
        single.append(_seconds(_writer(store, plan, at_once=1)) / (SEEDS * EPOCHS))
        batch.append(_seconds(_writer(store, plan, at_once=SEEDS)) / (SEEDS * EPOCHS))
    epoch = median(engine)
    rows = [
        [name, f"{1000 * seconds:.2f}", f"{1 / seconds:.0f}", f"{seconds / epoch:.3f}"]
        for name, seconds in (
            ("trained by the engine", epoch),
            ("written, one seed at a time", median(single)),
            (f"written, {SEEDS} seeds at a time", median(batch)),
        )
    ]
    head = ["an epoch", "ms", "epochs a second", "ratio"]
    print_table(f"Writing epochs with traces (medians of {rounds} rounds)", head, rows)


def _writer(store: Store, plan: Study, at_once: int) -> Callable[[], None]:
    """Begin a study; what is returned writes all its epochs, of `at_once` seeds a transaction."""
    study_id = store.create_study(plan, owner=Owner.current())
    store.acquire(study_id, Owner.current())
    transactions = [
        [planted.epoch(ARM, seed, number) for seed in plan.seeds[first : first + at_once]]
        for number in range(1, EPOCHS + 1)
        for first in range(0, SEEDS, at_once)
    ]

    def write() -> None:
        for records in transactions:
            store.record_epochs(study_id, records)

    return write


def _listing(folder: Path, rounds: int) -> None:
    plan = planted.study(seeds=5, epochs=1)
    stores = {count: Store(folder / str(count)) for count in (FEW_STUDIES, STUDIES)}
    for count, store in stores.items():
        for _ in range(count):
            planted.keep_finished(store, plan)
    seconds = {
        count: median([_seconds(store.studies) for _ in range(4 * rounds)])
        for count, store in stores.items()
    }
    few = seconds[FEW_STUDIES]
    rows = [
        [f"{count:,}", f"{count * plan.runs:,}", f"{1000 * taken:.1f}", f"{taken / few:.1f}"]
        for count, taken in seconds.items()
    ]
    print_table("Listing studies with their progress", ["studies", "runs", "ms", "ratio"], rows)


def _seconds(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
