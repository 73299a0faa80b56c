"""What it costs to measure answers class by class at the end of a run, beside the same without.

The table at ten seeds is trained in this process, with its rows and files, with and without by
turns. Processor time is compared: it hardly depends on what else the machine does.

    python -m benchmarks.class_measures [--rounds N] [--quick]
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager

import attnlab
from attnlab.training.runtime import load_tensorflow
from benchmarks.table import plan


@contextmanager
def without() -> Iterator[None]:
    """Within this, no answers are measured class by class."""
    from attnlab.training.objective import Classification

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
    load_tensorflow()
    seconds(plan(seeds=1, epochs=1, arms=1))  # what only the first training does
    ratios = []
    for number in range(1 if given.quick else given.rounds):
        turns = {}
        for measured in (True, False) if number % 2 else (False, True):
            if measured:
                turns[measured] = seconds(study)
            else:
                with without():
                    turns[measured] = seconds(study)
        ratios.append(turns[True] / turns[False])
        print(f"{turns[True]:.1f} s with, {turns[False]:.1f} s without: {ratios[-1]:.4f}")
    print(f"median ratio {statistics.median(ratios):.4f}")


if __name__ == "__main__":
    main()
