"""*Practically the same*: how often it is said where it is wrong, and where it is right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attnlab.analysis.equivalence import cautious_sd, seeds_to_settle
from attnlab.analysis.statistics import LEVEL
from attnlab.results.model import ArmResult
from benchmarks.promises.measured import Line, Simulation
from benchmarks.simulated_studies import judged, scores

STUDIES, POWER_STUDIES = 1_500, 500
TRIAL = 10
ASKED = 0.8

SIZE = "Practically the same, said though the true difference is the margin"
POWER = "Practically the same, said where nothing differs"


def said_at_margin(rng: np.random.Generator, margin: float, arms: int, seeds: int) -> tuple[bool]:
    """Whether any of the arms, which all differ by exactly the margin, is called the same."""
    study = scores(rng, arms + 1, seeds)
    study[1:] += margin
    return (any(_is_same(arm) for arm in judged(study, margin=margin)),)


def said_at_zero(rng: np.random.Generator, margin: float, arms: int) -> tuple[bool, bool]:
    """Whether an arm is called the same with as many seeds as the form recommends after a trial of
    ten; and whether it would with those that the trial's own spread asks for."""
    trial = scores(rng, 2, TRIAL)
    sd, level = float(np.std(trial[1] - trial[0], ddof=1)), LEVEL / arms
    recommended = int(seeds_to_settle(margin, sd, TRIAL, level))
    bold = int(seeds_to_settle(margin, sd * sd / cautious_sd(sd, TRIAL), TRIAL, level))
    return _first_is_same(rng, margin, arms, recommended), _first_is_same(rng, margin, arms, bold)


def _first_is_same(rng: np.random.Generator, margin: float, arms: int, seeds: int) -> bool:
    return _is_same(judged(scores(rng, arms + 1, seeds), margin=margin)[0])


def _is_same(arm: ArmResult) -> bool:
    """Whether the arm is called the same, or to differ *by less than the margin*."""
    return arm.comparison is not None and arm.comparison.is_within_margin


def report(simulation: Simulation) -> Iterator[Line]:
    """Size at the margin, power at 0."""
    cases = [(0.02, 1, 10), (0.02, 1, 20), (0.04, 1, 6), (0.03, 4, 10), (0.03, 4, 20)]
    found = simulation.shares(said_at_margin, cases, STUDIES)
    for (margin, arms, seeds), ((said,), count) in zip(cases, found, strict=True):
        what = f"margin {100 * margin:.0f} points, {arms} arms, {seeds} seeds"
        yield Line(SIZE, what, said, count, high=LEVEL)
    cases = [(0.03, 1), (0.02, 1), (0.03, 4)]
    found = simulation.shares(said_at_zero, cases, POWER_STUDIES)
    for (margin, arms), ((said, bold), count) in zip(cases, found, strict=True):
        what = f"margin {100 * margin:.0f} points, {arms} arms, the seeds that the form recommends"
        beside = f"without the caution {100 * bold:.1f}"
        yield Line(POWER, what, said, count, low=ASKED, beside=beside)
