"""False alarms of one study, of several arms and of several looks, where nothing differs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attnlab.analysis.statistics import LEVEL, holm
from benchmarks.promises.measured import Line, Simulation, percent
from benchmarks.simulated_studies import SEEDS, judged, p_of, scores

STUDIES = 1_500
ALARMS = f"False alarms at {SEEDS} seeds: any arm helps or hurts, though none does anything"
LOOKS = "False alarms of who adds seeds when nothing was shown"


def false_alarms(rng: np.random.Generator, arms: int, correction: str) -> tuple[bool, bool, bool]:
    """Whether a verdict says of any of `arms` equal arms that it helps or hurts.

    Then whether it would without correction, and whether every verdict says what its p says.
    """
    compared = judged(scores(rng, arms + 1, SEEDS), correction=correction)
    said = [arm.verdict.is_difference for arm in compared]
    uncorrected = any(arm.difference.p < LEVEL for arm in compared)
    return any(said), uncorrected, said == [arm.p_corrected < LEVEL for arm in compared]


def when_adding(rng: np.random.Generator, arms: int, most: int) -> tuple[bool, bool, bool]:
    """False alarms of who adds seeds up to `most` if nothing was shown.

    With the extension planned, not planned, and tested at 5 % both times.
    """
    study = scores(rng, arms + 1, most)
    first = study[:, :SEEDS]
    planned = _any(judged(first, most=most)) or _any(judged(study, most=most, looks=[SEEDS]))
    unplanned = _any(judged(first)) or _any(judged(study, looks=[SEEDS]))
    naive = any(
        bool((holm([p_of(arm - each[0]) for arm in each[1:]]) < LEVEL).any())
        for each in (first, study)
    )
    return planned, unplanned, naive


def _any(compared: list) -> bool:
    return any(arm.verdict.is_difference for arm in compared)


def report(simulation: Simulation) -> Iterator[Line]:
    """Studies in which nothing differs, looked at once and twice."""
    cases = [(1, "holm"), (4, "holm"), (8, "holm"), (4, "max-t"), (8, "max-t")]
    found = simulation.shares(false_alarms, cases, STUDIES)
    for (arms, correction), ((alarm, bare, same), count) in zip(cases, found, strict=True):
        what = f"{arms} arms, {correction}" if arms > 1 else "1 arm"
        beside = f"uncorrected {percent(bare)}" if arms > 1 else ""
        yield Line(ALARMS, what, alarm, count, high=LEVEL, beside=beside)
        if same < 1:
            yield Line(ALARMS, f"{what}: verdict as its p", same, count, low=1.0, always=True)
    adding = [(1, 15), (1, 20), (4, 15)]
    found = simulation.shares(when_adding, adding, STUDIES)
    for (arms, most), ((planned, unplanned, naive), count) in zip(adding, found, strict=True):
        seeds = f"{SEEDS}, then {most} seeds, {arms} {'arm' if arms == 1 else 'arms'}"
        beside = f"5 % both times {percent(naive)}"
        yield Line(LOOKS, f"{seeds}: planned", planned, count, high=LEVEL, beside=beside)
        yield Line(LOOKS, f"{seeds}: not planned", unplanned, count, high=LEVEL, beside=beside)
