"""How often intervals cover the truth, alone and together, and whether verdicts agree with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import LEVEL, compare
from benchmarks.promises.measured import Line, Simulation, percent
from benchmarks.simulated_studies import KINDS, judged, scores

COVERS = (0.93, 0.97)
COVER_TOGETHER = (0.91, 0.97)
PROMISED_NOTHING = ("skewed",)
"""Differences of which no interval that agrees with an exact test covers as often as it says."""

STUDIES = {6: 2_000, 10: 2_000, 20: 1_000, 30: 500}
"""By number of pairs: of many, intervals take long."""

TOGETHER_STUDIES = 800
COVERAGE = "Coverage of the 95 % interval of the mean difference"
AGREEMENT = "Interval and verdict say the same, of every arm of the study"
TOGETHER = "Coverage of the intervals of all arms of a study together"

ONE_LOOK = tuple(
    (arms, seeds, correction, 0)
    for correction in ("holm", "max-t")
    for arms, seeds in ((1, 10), (3, 8), (3, 15), (8, 10), (8, 15))
)
TWO_LOOKS = ((1, 15, "holm", 1), (4, 15, "holm", 1), (1, 15, "holm", 2), (4, 20, "holm", 2))
"""Arms, seeds, correction; 1 for a look at ten seeds that was planned, 2 for one that was not."""


def covers(rng: np.random.Generator, kind: str, pairs: int) -> tuple[bool, bool]:
    """Whether the interval covers the true difference, and whether the t-interval does."""
    arm, reference, truth = KINDS[kind](rng, pairs)
    found, student = compare(arm, reference), mean_interval(arm - reference)
    return found.low <= truth <= found.high, student.low <= truth <= student.high


def agrees(
    rng: np.random.Generator, arms: int, seeds: int, correction: str, look: int
) -> tuple[bool, bool, bool]:
    """Whether every interval agrees with its verdict, all of them cover together, and 95 % ones
    would.

    The arms differ from the reference by 0, 1, 2 … points.
    """
    study, truth = scores(rng, arms + 1, seeds), 0.01 * np.arange(arms)
    study[1:] += truth[:, None]
    most = seeds if look == 1 else None
    compared = judged(study, correction=correction, most=most, looks=[10] if look else [])
    ends = [(arm.difference.low, arm.difference.high) for arm in compared]
    single = [compare(arm, study[0]) for arm in study[1:]]
    return (
        all(
            (not low <= 0 <= high) == (arm.p_corrected < LEVEL) == arm.verdict.is_difference
            for arm, (low, high) in zip(compared, ends, strict=True)
        ),
        all(low <= true <= high for (low, high), true in zip(ends, truth, strict=True)),
        all(each.low <= true <= each.high for each, true in zip(single, truth, strict=True)),
    )


def report(simulation: Simulation) -> Iterator[Line]:
    """Coverage of one interval, agreement with the verdict, coverage of several together."""
    for kind, (pairs, studies) in product(KINDS, STUDIES.items()):
        for (covered, student), count in simulation.shares(covers, [(kind, pairs)], studies):
            beside = f"t-interval {percent(student)}"
            low, high = (0.0, 1.0) if kind in PROMISED_NOTHING else COVERS
            yield Line(COVERAGE, f"{kind}, {pairs} pairs", covered, count, low, high, beside=beside)
    cases = [*ONE_LOOK, *TWO_LOOKS]
    together = []
    found = simulation.shares(agrees, cases, TOGETHER_STUDIES)
    for case, ((agreed, all_cover, single), count) in zip(cases, found, strict=True):
        arms, seeds, correction, look = case
        after = ("", ", a planned look at 10", ", an unplanned look at 10")[look]
        what = f"{arms} {'arm' if arms == 1 else 'arms'}, {seeds} seeds, {correction}{after}"
        yield Line(AGREEMENT, what, agreed, count, 1.0, always=True)
        if arms > 1 and not look:
            beside = f"each at 95 % {percent(single)}"
            together.append(Line(TOGETHER, what, all_cover, count, *COVER_TOGETHER, beside=beside))
    yield from together
