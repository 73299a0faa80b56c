"""What it costs to measure answers class by class at the end of a run, beside the same without.

The table at ten seeds is trained in this process, with its rows and files, with and without by
turns, and processor time is compared. That varies by some percent from turn to turn, so that the
share of it within the functions that measure is printed, too.

    python -m benchmarks.class_measures [--rounds N] [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from statistics import median
from typing import Any

import attnlab
from attnlab.store import recording
from attnlab.training.runtime import load_tensorflow
from benchmarks.table import plan

load_tensorflow()

from attnlab.training import group  # noqa: E402  # after TensorFlow has its settings
from attnlab.training.objective import Classification  # noqa: E402


class Measuring:
    """Processor seconds of this thread within the functions that measure, and pack the counts."""

    def __init__(self) -> None:
        self.seconds = 0.0
        group.by_class = self._timed(group.by_class)
        recording.packed = self._timed(recording.packed)

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.thread_time()
            try:
                return function(*given, **named)
            finally:
                self.seconds += time.thread_time() - began

        return timed


@contextmanager
def without() -> Iterator[None]:
    """Within this, no answers are measured class by class."""
    Classification.has_classes = False
    try:
        yield
    finally:
        Classification.has_classes = True


def seconds(study: attnlab.Study) -> float:
    """Processor seconds of this process while it trains and records the study."""
    with tempfile.TemporaryDirectory() as home:
        began = time.process_time()
        attnlab.run(study, home=home, workers="inline")
        return time.process_time() - began


def main() -> None:
    """Print the median ratio of the rounds, and each of them."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="a round of two seeds")
    given = parser.parse_args()
    study = plan(seeds=2) if given.quick else plan()
    seconds(plan(seeds=1, epochs=1, arms=1))  # what only the first training does
    measuring = Measuring()
    ratios, shares = [], []
    for number in range(1 if given.quick else given.rounds):
        turns = {}
        for measured in (True, False) if number % 2 else (False, True):
            before = measuring.seconds
            with nullcontext() if measured else without():
                turns[measured] = seconds(study)
            if measured:
                shares.append((measuring.seconds - before) / turns[True])
        ratios.append(turns[True] / turns[False])
        print(
            f"{turns[True]:.1f} s with, {turns[False]:.1f} s without: ratio {ratios[-1]:.3f}; "
            f"within what measures {shares[-1]:.2%}",
            flush=True,
        )
    print(f"median ratio {median(ratios):.3f}, share {median(shares):.2%}")


if __name__ == "__main__":
    main()
