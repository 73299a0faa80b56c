"""From how many updates on stacking an arm's seeds pays for its longer trace.

What backs the rule in `attnlab/training/grouping.py`: groups of seeds are trained stacked and one
after another, with an empty cache of traced programs each time.
"""

from __future__ import annotations

import math

from benchmarks.epochs import Timing, by_engine
from benchmarks.networks import ATTENTION, DENSE, DIGITS, RECURRENT, Case
from benchmarks.report import median, print_table

CASES = (DENSE, ATTENTION, RECURRENT, DIGITS)
SEEDS, QUICK_SEEDS = (2, 5, 10, 16), (2, 5)
EPOCHS, QUICK_EPOCHS = 5, 3


def report(rounds: int, quick: bool) -> None:
    """Measure and print."""
    from attnlab.training.runtime import load_tensorflow

    load_tensorflow()
    epochs = QUICK_EPOCHS if quick else EPOCHS
    by_engine(DENSE, seeds=1, epochs=2)  # what TensorFlow does once in a process
    rows = [
        _row(case, seeds, epochs, rounds)
        for case in CASES
        for seeds in (QUICK_SEEDS if quick else SEEDS)
    ]
    head = ["network", "seeds", "one by one s", "stacked s", "its trace s", "stacked trace s"]
    head += ["ms", "stacked ms", "pays from updates", "the rule says"]
    title = f"Stacked or one after another: {epochs} epochs (medians of {rounds} round(s))"
    print_table(title, head, rows)
    print("s: everything, tracing included. ms: per run and epoch after the first. Updates: seeds")
    print("times epochs times steps; from these on the saved milliseconds outweigh the trace.")


def _row(case: Case, seeds: int, epochs: int, rounds: int) -> list[str]:
    timings: dict[int, list[Timing]] = {1: [], seeds: []}
    for _ in range(rounds):
        for together, taken in timings.items():
            taken.append(by_engine(case, seeds=seeds, epochs=epochs, together=together))
    totals, traces, each = [], [], []
    for together, taken in timings.items():
        epoch = median([epoch for timing in taken for epoch in timing.later])
        totals.append(median([timing.total for timing in taken]))
        traces.append(median([timing.first for timing in taken]) - together * epoch)
        each.append(epoch)
    return [
        case.name,
        str(seeds),
        *(f"{seconds:.2f}" for seconds in (*totals, *traces)),
        *(f"{1000 * epoch:.2f}" for epoch in each),
        _pays_from(case, traces, each),
        _threshold(case),
    ]


def _pays_from(case: Case, traces: list[float], each: list[float]) -> str:
    saved, longer = each[0] - each[1], traces[1] - traces[0]
    if saved <= 0:
        return "- (slower)"
    study = case.study(seeds=1, epochs=1)
    samples = len(case.draw(study.task, study.seeds[0]).train)
    steps = math.ceil(samples / study.training.batch_size)
    return f"{max(0, math.ceil(longer / saved * steps)):,}"


def _threshold(case: Case) -> str:
    """From how many updates on attnlab stacks this network, beside its other conditions."""
    from attnlab.training import grouping

    study = case.study(seeds=1, epochs=1)
    network = case.build(study.task, study.arms[0].module)
    operations = grouping.operations_of(network)
    if any(name.startswith(grouping.SLOW_STACKED) for name in operations):
        return "never"
    return f"{grouping.FEWEST_STEPS:,}"
