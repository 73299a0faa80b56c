"""Do the verdicts keep their promises? False alarms, coverage and power, on simulated scores.

Nothing is trained: scores are drawn, and what `attnlab.analysis` says of them is held against what
is known to be true.

- False alarms: of studies whose arms do not differ at all, in how many does any arm help or hurt?
  Beside them the same studies without Holm's correction.
- Coverage: how often is the true mean difference inside the 95 % interval?
- Agreement: does an interval leave 0 out exactly when the corrected p is below 0.05? And how often
  do the intervals of all arms of a study cover their true differences together?
- Power: how often is a difference shown, and what does `power.power` predict?
- Looks: false alarms of somebody who adds seeds only when nothing was shown. Beside them the same
  person testing at 5 % each time.

Exit code 1 if a promise is broken by more than the simulation's own error.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import product

import numpy as np

from attnlab.analysis.power import power
from attnlab.analysis.statistics import LEVEL
from benchmarks.report import print_table
from benchmarks.simulated_studies import (
    KINDS,
    SEEDS,
    WITHIN,
    agrees,
    alarms_when_adding,
    covers,
    false_alarms,
    is_shown,
)

STUDIES, QUICK_STUDIES = 2_000, 150
ADDED_STUDIES, QUICK_ADDED_STUDIES = 6_000, 400
CHUNK = 50

DIFFERENCES = (0.01, 0.02, 0.03, 0.04, 0.05)
ALLOWED_POWER = 0.05
COVERS = (0.93, 0.97)
"""How often an interval shall cover what it is of."""

COVERAGE_CASES = ((6, 1), (8, 1), (10, 1), (15, 1), (20, 2), (30, 10))
"""Numbers of seeds, and what part of the studies is drawn of each: of many, intervals take long."""

COVERS_TOGETHER = 0.90
"""How often those of all arms of a study shall: Holm's step-down intervals promise no more."""

PROMISED_NOTHING = ("skewed",)
"""Differences of which no interval that agrees with an exact test covers as often as it says."""


def _chunk(simulate: Callable, case: tuple, entropy: tuple[int, ...], count: int) -> np.ndarray:
    rng = np.random.default_rng(entropy)
    return np.array([simulate(rng, *case) for _ in range(count)], dtype=bool).sum(axis=0)


class Simulation:
    """Draws studies in several processes; the same numbers however many there are."""

    def __init__(self, pool: ProcessPoolExecutor) -> None:
        """Draw in this pool."""
        self._pool = pool

    def shares(self, simulate: Callable, cases: list[tuple], count: int) -> Iterator[np.ndarray]:
        """For each case, in how many of `count` draws each answer of `simulate` was yes."""
        jobs = [
            [
                self._pool.submit(_chunk, simulate, case, (number, first), CHUNK)
                for first in range(0, count, CHUNK)
            ]
            for number, case in enumerate(cases)
        ]
        for chunks in jobs:
            yield np.sum([chunk.result() for chunk in chunks], axis=0) / count


def error(share: float, count: int) -> float:
    """How far a simulated share may be off, 95 times in 100."""
    return 1.96 * math.sqrt(max(share * (1 - share), 1e-9) / count)


def _percent(share: float, count: int) -> str:
    return f"{100 * share:.1f} ± {100 * error(share, count):.1f}"


def report_false_alarms(simulation: Simulation, count: int) -> list[str]:
    """Studies in which nothing differs."""
    cases, rows, broken = [(1,), (4,), (5,)], [], []
    found = simulation.shares(false_alarms, cases, count)
    for (arms,), (alarm, uncorrected, same) in zip(cases, found, strict=True):
        ratio = f"{uncorrected / alarm:.1f}" if alarm else "-"
        rows.append([str(arms), _percent(alarm, count), _percent(uncorrected, count), ratio])
        if alarm - error(alarm, count) > LEVEL:
            broken.append(f"{alarm:.1%} false alarms over {arms} arms")
        if same < 1:
            broken.append("this program does not judge as verdicts do")
    title = f"False alarms at {SEEDS} seeds: studies with any, % of {count:,}"
    print_table(title, ["arms beside the reference", "verdicts", "without Holm", "ratio"], rows)
    return broken


def report_coverage(simulation: Simulation, count: int) -> list[str]:
    """How often the interval covers the truth; a tenth of the studies where intervals take long."""
    rows, broken = [], []
    for seeds, part in COVERAGE_CASES:
        studies = max(count // part, CHUNK)
        cases = list(product(KINDS, (seeds,)))
        found = simulation.shares(covers, cases, studies)
        for (kind, _), (covered, student) in zip(cases, found, strict=True):
            shares = (_percent(share, studies) for share in (covered, student))
            rows.append([kind, str(seeds), f"{studies:,}", *shares])
            low, high = COVERS
            off = max(low - covered, covered - high) - error(covered, studies)
            if kind not in PROMISED_NOTHING and off > 0:
                broken.append(f"the interval of {seeds} {kind} differences covers {covered:.1%}")
    head = ["differences", "seeds", "studies", "interval covers", "t covers"]
    print_table("Coverage of the 95 % interval of the mean difference, %", head, rows)
    return broken


def report_agreement(simulation: Simulation, count: int) -> list[str]:
    """Intervals of several arms: do they agree with verdicts, and cover together?"""
    cases, rows, broken = list(product((1, 3, 8), (8, 10, 15))), [], []
    found = simulation.shares(agrees, cases, count)
    for (arms, seeds), (agreed, together, single) in zip(cases, found, strict=True):
        shares = (_percent(share, count) for share in (together, single))
        rows.append([str(arms), str(seeds), f"{100 * agreed:.1f}", *shares])
        if agreed < 1:
            broken.append(f"{1 - agreed:.1%} intervals of {arms} arms contradict their verdict")
        if together + error(together, count) < COVERS_TOGETHER:
            broken.append(f"the intervals of {arms} arms cover together {together:.1%}")
    head = ["arms", "seeds", "agree", "cover together", "each at 95 %"]
    print_table(f"Intervals of several arms, % of {count:,} studies", head, rows)
    return broken


def report_power(simulation: Simulation, count: int) -> list[str]:
    """How often a difference is shown."""
    sd = WITHIN * math.sqrt(2)
    cases = list(product(DIFFERENCES, (1, 4, 8), (10, 20)))
    rows, broken = [], []
    found = simulation.shares(is_shown, cases, count)
    for (difference, arms, seeds), (share,) in zip(cases, found, strict=True):
        predicted = power(difference, sd, seeds, LEVEL / arms)
        texts = (f"{100 * predicted:.1f}", _percent(share, count))
        gap = f"{100 * (share - predicted):+.1f}"
        rows.append([f"{100 * difference:.0f} points", str(arms), str(seeds), *texts, gap])
        if abs(share - predicted) - error(share, count) > ALLOWED_POWER:
            broken.append(f"power {share:.1%} at {rows[-1][:3]}, predicted {predicted:.1%}")
    title = f"Power: verdicts that the one better arm helps, % of {count:,}; sd {100 * sd:.1f}"
    head = ["difference", "arms", "seeds", "predicted", "simulated", "gap"]
    print_table(title, head, rows)
    return broken


def report_looks(simulation: Simulation, count: int) -> list[str]:
    """Seeds added when nothing was shown."""
    cases, rows, broken = list(product((1, 4), (15, 20))), [], []
    found = simulation.shares(alarms_when_adding, cases, count)
    for (arms, most), (planned, unplanned, naive) in zip(cases, found, strict=True):
        ratio = f"{naive / planned:.1f}" if planned else "-"
        shares = (_percent(share, count) for share in (planned, unplanned, naive))
        rows.append([f"{SEEDS} → {most}", str(arms), *shares, ratio])
        for name, share in (("planned", planned), ("unplanned", unplanned)):
            if share - error(share, count) > LEVEL:
                broken.append(f"{share:.1%} false alarms where {most} seeds were {name}")
    title = f"Seeds added only when nothing was shown: studies with a false alarm, % of {count:,}"
    head = ["seeds", "arms", "planned", "not planned", "5 % both times", "ratio to planned"]
    print_table(title, head, rows)
    return broken


def main() -> int:
    """Simulate, print, and say what was broken."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="a rough look")
    quick = parser.parse_args().quick
    count = QUICK_STUDIES if quick else STUDIES
    added = QUICK_ADDED_STUDIES if quick else ADDED_STUDIES
    with ProcessPoolExecutor() as pool:
        simulation = Simulation(pool)
        broken = report_false_alarms(simulation, count)
        broken += report_coverage(simulation, count)
        broken += report_agreement(simulation, count)
        broken += report_power(simulation, count)
        broken += report_looks(simulation, added)
    print("\n" + ("\n".join(f"Broken: {promise}." for promise in broken) or "All promises kept."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
