"""*Practically the same*: how often it is said where it is wrong, and where it is right."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from attnlab.analysis.equivalence import cautious_sd, seeds_to_settle
from attnlab.analysis.flips import one_sided
from attnlab.analysis.statistics import LEVEL, paired_differences
from attnlab.results.model import ArmResult
from benchmarks.promises.measured import Line, Simulation
from benchmarks.simulated_studies import judged, scores

STUDIES = 825
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
    """Whether an arm is shown to be the same with as many seeds as the form recommends after a
    trial of ten; and whether it would with those that the trial's own spread asks for.

    By p, which takes less time than intervals; `said_by_p` holds that verdicts say the same.
    """
    trial = scores(rng, 2, TRIAL)
    sd, level = float(np.std(trial[1] - trial[0], ddof=1)), LEVEL / arms
    said = []
    for spread in (sd, sd * sd / cautious_sd(sd, TRIAL)):
        reference, arm = scores(rng, 2, int(seeds_to_settle(margin, spread, TRIAL, level)))
        said.append(_p_of_same(arm, reference, margin) < level)
    return said[0], said[1]


def said_by_p(rng: np.random.Generator, margin: float, seeds: int) -> tuple[bool]:
    """Whether verdict and p say the same of an arm that may be practically the same."""
    study = scores(rng, 2, seeds)
    (arm,) = judged(study, margin=margin)
    return (_is_same(arm) == (_p_of_same(study[1], study[0], margin) < LEVEL),)


def _p_of_same(arm: np.ndarray, reference: np.ndarray, margin: float) -> float:
    """p of both one-sided tests, that the difference is above −margin and below it."""
    sides = (paired_differences(arm, reference), paired_differences(reference, arm))
    return max(one_sided(side, -margin) for side in sides)


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
    at_zero = [(0.03, 1), (0.02, 1), (0.03, 4)]
    found = simulation.shares(said_at_zero, at_zero, STUDIES)
    for (margin, arms), ((said, bold), count) in zip(at_zero, found, strict=True):
        what = f"margin {100 * margin:.0f} points, {arms} arms, the seeds that the form recommends"
        beside = f"without the caution {100 * bold:.1f}"
        yield Line(POWER, what, said, count, low=ASKED, beside=beside)
    for (same,), count in simulation.shares(said_by_p, [(0.02, 12)], STUDIES):
        yield Line(POWER, "verdict and p say the same", same, count, low=1.0, always=True)
