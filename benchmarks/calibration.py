"""Do the verdicts keep their promises? False alarms, coverage and power, on simulated scores.

Nothing is trained: scores are drawn, and what `attnlab.analysis` says of them is held against what
is known to be true.

- False alarms: of studies whose arms do not differ at all, in how many does any arm help or hurt?
  Beside them the same studies without Holm's correction.
- Coverage: how often is the true mean difference inside the 95 % interval?
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
import pandas as pd

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.looks import adjusted_for_looks, counted
from attnlab.analysis.power import power
from attnlab.analysis.statistics import LEVEL, compare, coverage, holm, sign_flip
from attnlab.results.judge import compare_arms
from benchmarks.report import print_table

STUDIES, QUICK_STUDIES = 2_000, 150
ADDED_STUDIES, QUICK_ADDED_STUDIES = 6_000, 400
CHUNK = 50
SEEDS = 10

BASE, BETWEEN_SEEDS, WITHIN = 0.8, 0.03, 0.02
"""A score: its level, how far seeds are apart, and how far an arm's scores are apart within one."""

DIFFERENCES = (0.01, 0.02, 0.03, 0.04, 0.05)
ALLOWED_POWER, ALLOWED_COVERAGE = 0.05, 0.015

Scores = np.ndarray  # (arms, seeds), the reference first


def scores(rng: np.random.Generator, arms: int, seeds: int) -> Scores:
    """Scores of arms that do not differ; every seed is easier or harder for all of them alike."""
    shared = BETWEEN_SEEDS * rng.standard_normal(seeds)
    return BASE + shared + WITHIN * rng.standard_normal((arms, seeds))


def shown(study: Scores) -> np.ndarray:
    """Which arms a verdict says help or hurt; the intervals are drawn only where p allows it."""
    reference, *others = study
    corrected = holm([p_of(arm - reference) for arm in others])
    return np.array(
        [
            p < LEVEL and _excludes_zero(arm, reference)
            for p, arm in zip(corrected, others, strict=True)
        ]
    )


def p_of(differences: np.ndarray) -> float:
    """The p-value of paired differences."""
    return sign_flip(differences)[0]


def _excludes_zero(arm: np.ndarray, reference: np.ndarray) -> bool:
    found = compare(arm, reference)
    return not found.low <= 0 <= found.high


def false_alarms(rng: np.random.Generator, arms: int) -> tuple[bool, bool, bool]:
    """Whether `compare_arms` says of any of `arms` equal arms that it helps or hurts.

    Then whether it would without Holm's correction, and whether `shown` says the same as it.
    """
    study = scores(rng, arms + 1, SEEDS)
    labels = [f"arm {number}" for number in range(arms + 1)]
    rows = pd.DataFrame(
        [(labels[arm], seed, study[arm, seed]) for arm, seed in np.ndindex(study.shape)],
        columns=["arm", "seed", "value"],
    )
    _, *arms_held = compare_arms(rows, labels, labels[0], planned=SEEDS, seeds=range(SEEDS))
    said = np.array([arm.verdict.is_difference for arm in arms_held])
    differences = [arm.difference for arm in arms_held]
    uncorrected = any(each.p < LEVEL and not each.low <= 0 <= each.high for each in differences)
    return bool(said.any()), uncorrected, bool((said == shown(study)).all())


def _normal(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    reference, arm = scores(rng, 2, seeds)
    return arm, reference, 0.0


def _skewed(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    reference = scores(rng, 1, seeds)[0]
    return reference + 0.01 * rng.lognormal(0, 0.75, seeds), reference, 0.01 * math.exp(0.75**2 / 2)


def _bounded(rng: np.random.Generator, seeds: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Accuracies over 500 samples, near 1: many ties, and the arm's are against the wall."""
    right = [rng.binomial(500, rng.beta(mean * 60, (1 - mean) * 60, seeds)) for mean in _NEAR_ONE]
    return right[1] / 500, right[0] / 500, _NEAR_ONE[1] - _NEAR_ONE[0]


_NEAR_ONE = (0.95, 0.985)
KINDS = {"normal": _normal, "skewed": _skewed, "bounded": _bounded}


def covers(rng: np.random.Generator, kind: str, seeds: int) -> tuple[bool, bool, bool]:
    """Whether the interval covers the true difference, the t-interval does, and p is below 5 %."""
    arm, reference, truth = KINDS[kind](rng, seeds)
    found, student = compare(arm, reference), mean_interval(arm - reference)
    return (
        found.low <= truth <= found.high,
        student.low <= truth <= student.high,
        p_of(arm - reference - truth) < LEVEL,
    )


def is_shown(rng: np.random.Generator, difference: float, arms: int, seeds: int) -> tuple[bool]:
    """Whether one of `arms` arms that is better by so much is said to help, the others equal."""
    study = scores(rng, arms + 1, seeds)
    study[1] += difference
    return (bool(shown(study)[0]),)


def alarms_when_adding(rng: np.random.Generator, arms: int, most: int) -> tuple[bool, bool, bool]:
    """False alarms of who adds seeds up to `most` if nothing was shown, by p-value alone.

    With the extension planned, not planned, and tested at 5 % both times.
    """
    reference, *others = scores(rng, arms + 1, most)
    first = [p_of((arm - reference)[:SEEDS]) for arm in others]
    every = [p_of(arm - reference) for arm in others]
    shown_first, shown_last = (bool((holm(p) < LEVEL).any()) for p in (first, every))
    return (
        _alarm([first], [SEEDS], most) or _alarm([first, every], [SEEDS, most], most),
        shown_first,  # what seeds added without a plan cannot change
        shown_first or shown_last,
    )


def _alarm(p_values: list[list[float]], looks: list[int], most: int) -> bool:
    kept = counted(looks, most, len(p_values[0]))
    by_arm = zip(*(p for p, look in zip(p_values, looks, strict=True) if look in kept), strict=True)
    return bool((holm([adjusted_for_looks(p, kept, most) for p in by_arm]) < LEVEL).any())


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
    """How often the interval covers the truth."""
    cases = [*product(KINDS, (10, 20)), *(("normal", seeds) for seeds in (8, 15, 30))]
    rows, broken = [], []
    found = simulation.shares(covers, cases, count)
    for (kind, seeds), (covered, student, rejected) in zip(cases, found, strict=True):
        said = coverage(seeds)
        shares = (_percent(share, count) for share in (covered, student, rejected))
        rows.append([kind, str(seeds), *shares, f"{100 * said:.1f}"])
        off = abs(covered - said) - error(covered, count)
        if kind == "normal" and off > ALLOWED_COVERAGE:
            broken.append(f"the interval of {seeds} seeds covers {covered:.1%}, not {said:.1%}")
    head = ["differences", "seeds", "BCa covers", "t covers", "p < 0.05 at the truth", "said"]
    print_table(f"Coverage of the 95 % interval of the mean difference, % of {count:,}", head, rows)
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
        broken += report_power(simulation, count)
        broken += report_looks(simulation, added)
    print("\n" + ("\n".join(f"Broken: {promise}." for promise in broken) or "All promises kept."))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
