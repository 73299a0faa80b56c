"""What training costs: the table of eight arms as a whole, each epoch of it, and where time goes.

The table, with ten seeds and with one, by attnlab's command line (store, artifacts and CSV
included) and by plain `model.fit`, run after run. Each is a process of its own; the ratio should
be at least 15 at ten seeds and 6 at one.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator

from attnlab import Study
from benchmarks import epochs, rule, shares, table
from benchmarks.report import arguments, median, print_table, rounds_of

PARTS = ("table", "epochs", "shares", "rule")
QUICK_ARMS, QUICK_EPOCHS = 2, 2
ATTNLAB, FIT = "attnlab run", "model.fit"
TARGETS = {1: 6, 10: 15}


def main() -> None:
    """Measure and print."""
    options = _options()
    rounds, quick = rounds_of(options), options.quick
    reports: dict[str, Callable[[], None]] = {
        "table": lambda: _table(rounds, quick, options.full),
        "epochs": lambda: epochs.report(rounds, quick),
        "shares": lambda: shares.report(rounds, quick, **_size(quick)),
        "rule": lambda: rule.report(rounds, quick),
    }
    for part in options.only or PARTS[: 4 if options.rule else 3]:
        reports[part]()


def _options() -> argparse.Namespace:
    parser = arguments(__doc__, rounds=3, quick=1)
    parser.add_argument("--full", action="store_true", help="measure fit at all ten seeds as well")
    parser.add_argument("--rule", action="store_true", help="also when stacking begins to pay")
    parser.add_argument("--only", choices=PARTS, action="append", help="leave out the other parts")
    return parser.parse_args()


def _size(quick: bool) -> dict[str, int]:
    return {"arms": QUICK_ARMS, "epochs": QUICK_EPOCHS} if quick else {}


def _table(rounds: int, quick: bool, full: bool) -> None:
    plans = {seeds: table.plan(seeds=seeds, **_size(quick)) for seeds in (1, table.SEEDS)}
    taken: dict[tuple[str, int], list[table.Seconds]] = {}
    start = median([table.loading() for _ in range(1 if quick else 3)])
    for _ in range(rounds):
        for seeds, study in plans.items():
            taken.setdefault((ATTNLAB, seeds), []).append(table.by_attnlab(study, start))
            if seeds == 1 or full:
                taken.setdefault((FIT, seeds), []).append(table.by_fit(study))
    scaled = not full
    if scaled:
        taken[FIT, table.SEEDS] = [one.scaled(table.SEEDS) for one in taken[FIT, 1]]
    rows = [row for seeds, study in plans.items() for row in _rows(study, seeds, taken)]
    head = ["way", "seeds", "seconds", "s a run", "ratio", "without start", "ratio", "target"]
    arms, epochs_ = len(plans[1].arms), plans[1].training.epochs
    size = f"{arms} arms, {epochs_} epochs" + (" (fewer than the table has)" if quick else "")
    print_table(f"The table: {size}, medians of {rounds} round(s)", head, rows)
    if scaled:
        print(f"{FIT} at {table.SEEDS} seeds: measured on 1 seed, its training scaled.")
    print(f"Without start: {ATTNLAB} less {start:.2f} s, which a process takes that only imports")
    print(f"what attnlab trains with; {FIT} from when it had imported TensorFlow.")


def _rows(
    study: Study, seeds: int, taken: dict[tuple[str, int], list[table.Seconds]]
) -> Iterator[list[str]]:
    wholes = {way: median([one.whole for one in taken[way, seeds]]) for way in (FIT, ATTNLAB)}
    works = {way: median([one.work for one in taken[way, seeds]]) for way in (FIT, ATTNLAB)}
    for way in (FIT, ATTNLAB):
        yield [
            way,
            str(seeds),
            f"{wholes[way]:.1f}",
            f"{wholes[way] / study.runs:.2f}",
            f"{wholes[FIT] / wholes[way]:.1f}",
            f"{works[way]:.1f}",
            f"{works[FIT] / works[way]:.1f}",
            "" if way == FIT else f"at least {TARGETS[seeds]}",
        ]


if __name__ == "__main__":
    main()
