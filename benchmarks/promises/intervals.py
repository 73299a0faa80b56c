"""How often intervals cover the truth, alone and together, and whether verdicts agree with them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

import numpy as np

from attnlab.analysis.flips import sign_flip
from attnlab.analysis.intervals import mean_interval
from attnlab.analysis.statistics import LEVEL, compare, paired_differences
from benchmarks.promises.measured import Line, Simulation, percent
from benchmarks.simulated_studies import KINDS, judged, scores

COVERS = (0.93, 0.97)
COVER_TOGETHER = (0.91, 0.97)
PROMISED_NOTHING = ("skewed",)
"""Differences of which no interval that agrees with an exact test covers as often as it says."""

STUDIES, TOGETHER_STUDIES = 2_000, 500
PAIRS = (6, 10, 20, 30)
LISTED, CHECKED = 18, 0.1
"""The interval of more pairs than these takes long. So it is asked whether the test rejects the
true difference, and of one study in ten whether the interval says the same."""

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


def covers(rng: np.random.Generator, kind: str, pairs: int) -> tuple[bool, bool, bool]:
    """Whether the interval covers the true difference, whether the t-interval does, and whether
    the interval is what the test does not reject, where both are known.

    The differences are moved so that the true one is 0, where interval and test take as ties what
    rounding alone tells apart.
    """
    arm, reference, truth = KINDS[kind](rng, pairs)
    moved = paired_differences(paired_differences(arm, reference), np.full(pairs, truth))
    student = mean_interval(moved)
    in_student = student.low <= 0 <= student.high
    is_kept = sign_flip(moved)[0] >= LEVEL
    if pairs > LISTED and rng.random() > CHECKED:
        return is_kept, in_student, True
    found = compare(moved, np.zeros(pairs))
    covered = found.low <= 0 <= found.high
    return covered, in_student, covered == is_kept


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
    yield from _coverage(simulation)
    yield from _agreement(simulation)


def _coverage(simulation: Simulation) -> Iterator[Line]:
    cases: list[tuple] = list(product(KINDS, PAIRS))
    agreeing = []
    found = simulation.shares(covers, cases, STUDIES)
    for (kind, pairs), ((covered, student, same), count) in zip(cases, found, strict=True):
        what, beside = f"{kind}, {pairs} pairs", f"t-interval {percent(student)}"
        low, high = (0.0, 1.0) if kind in PROMISED_NOTHING else COVERS
        agreeing.append(same)
        yield Line(COVERAGE, what, covered, count, low, high, beside=beside)
    what = "the interval holds the truth exactly where the test does not reject it"
    yield Line(AGREEMENT, what, float(np.mean(agreeing)), count * len(cases), 1.0, always=True)


def _agreement(simulation: Simulation) -> Iterator[Line]:
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
